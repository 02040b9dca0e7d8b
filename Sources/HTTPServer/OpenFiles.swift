import Glibc

/// How many files the process may hold open.
enum OpenFiles {
    /// For listeners, data bases, models and logs.
    private static let others = 256

    /// Raises the soft limit for so many sockets, as far as the hard limit allows; never lowers it.
    static func allow(_ sockets: Int) {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return }
        let wanted = min(rlim_t(clamping: sockets + others), limit.rlim_max)
        guard wanted > limit.rlim_cur else { return }
        limit.rlim_cur = wanted
        setrlimit(resource, &limit)
    }
}
