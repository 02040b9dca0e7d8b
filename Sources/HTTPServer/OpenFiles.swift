import Glibc

/// How many files the process may hold open, and how many of them may be sockets.
package enum OpenFiles {
    /// For data bases, models, logs and folders that are read later.
    private static let others = 256

    /// Raises the soft limit for so many sockets, as far as the hard limit allows; never lowers it.
    ///
    /// - Returns: how many sockets fit beside what is open and what else will be opened; at most `sockets`.
    static func allow(_ sockets: Int) -> Int {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return sockets }
        let wanted = min(rlim_t(clamping: sockets + others), limit.rlim_max)
        if wanted > limit.rlim_cur {
            let before = limit.rlim_cur
            limit.rlim_cur = wanted
            if setrlimit(resource, &limit) != 0 { limit.rlim_cur = before }
        }
        return room(for: sockets, limit: Int(clamping: limit.rlim_cur), inUse: inUse())
    }

    /// Of few descriptors an eighth is left for files.
    package static func room(for sockets: Int, limit: Int, inUse: Int) -> Int {
        guard limit < sockets + others else { return sockets }
        return max(1, min(sockets, limit - inUse - min(others, limit / 8)))
    }

    private static func inUse() -> Int {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count = -3  // ".", ".." and the folder itself
        while readdir(folder) != nil { count += 1 }
        return max(0, count)
    }
}
