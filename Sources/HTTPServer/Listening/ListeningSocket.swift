import Glibc

/// A socket that takes connections: bound here, or handed down by the service manager.
struct ListeningSocket: ~Copyable, Sendable {
    /// Names one file, whatever its path leads to later.
    private struct File: Sendable, Equatable {
        var device: dev_t
        var inode: ino_t

        init?(_ path: String) {
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return nil }
            (device, inode) = (status.st_dev, status.st_ino)
        }
    }

    let descriptor: Descriptor
    /// With the port that the system chose.
    let address: SocketAddress
    /// The socket file that this process made.
    private let file: File?

    /// Binds an address and listens there.
    ///
    /// - Parameter mode: permissions of a Unix socket's file, such as 0o660; nil: as the umask says.
    init(_ wanted: SocketAddress, backlog: Int, mode: UInt32?) throws(ServerError) {
        descriptor = try Self.bind(wanted, backlog: backlog, mode: mode)
        address = Self.boundAddress(descriptor.number) ?? wanted
        if case .unix(let path) = wanted { file = File(path) } else { file = nil }
    }

    private static func bind(
        _ wanted: SocketAddress, backlog: Int, mode: UInt32?
    ) throws(ServerError) -> Descriptor {
        var (family, storage, length) = try wanted.resolved()
        guard let descriptor = Descriptor(socket(family, Int32(SOCK_STREAM.rawValue), 0)) else { throw .last("socket") }
        let number = descriptor.number
        prepare(number)
        if case .unix(let path) = wanted {
            try removeStaleSocket(path)
            // Linux makes the file with the mode of the unbound socket, so it is never wider than asked for.
            if let mode { fchmod(number, mode_t(mode)) }
        } else {
            set(number, SOL_SOCKET, SO_REUSEADDR)
        }
        if family == AF_INET6, case .ip(let host, _) = wanted, host != "::" {
            set(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY)
        }
        let status = withUnsafeBytes(of: &storage) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { Glibc.bind(number, $0.baseAddress, length) }
        }
        guard status == 0 else { throw .bind(address: wanted.description, reason: String(cString: strerror(errno))) }
        // What the umask took from the mode.
        if case .unix(let path) = wanted, let mode, chmod(path, mode_t(mode)) != 0 { throw .last("chmod \(path)") }
        guard listen(number, Int32(clamping: backlog)) == 0 else {
            throw .bind(address: wanted.description, reason: String(cString: strerror(errno)))
        }
        return descriptor
    }

    private static func copy(_ number: Int32) throws(ServerError) -> Descriptor {
        guard let copy = Descriptor(fcntl(number, F_DUPFD, 3)) else { throw .last("fcntl of descriptor \(number)") }
        prepare(copy.number)
        return copy
    }

    private static func prepare(_ number: Int32) {
        _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    }

    /// A listening socket that somebody else bound; its file is theirs.
    init(_ inherited: InheritedSocket) throws(ServerError) {
        // Our own copy, so that the next owner of this number is not closed by mistake.
        descriptor = try Self.copy(inherited.descriptor)
        address = inherited.address
        file = nil
    }

    /// Takes the socket's file away, if it is still the one made here.
    func removeFile() {
        guard let file, case .unix(let path) = address, File(path) == file else { return }
        unlink(path)
    }

    /// Where a bound socket listens.
    static func boundAddress(_ number: Int32) -> SocketAddress? {
        var actual = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutableBytes(of: &actual) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { getsockname(number, $0.baseAddress, &length) }
        }
        return status == 0 ? SocketAddress(actual) : nil
    }

    /// A socket file that nobody listens on is left from a crash; anything else at the path stays.
    private static func removeStaleSocket(_ path: String) throws(ServerError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw .bind(address: "unix:\(path)", reason: "a file that is no socket is in the way")
        }
        guard let probe = Descriptor(socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)) else { throw .last("socket") }
        let (_, resolved, length) = try SocketAddress.unix(path: path).resolved()
        var storage = resolved
        let refused = withUnsafeBytes(of: &storage) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { connect(probe.number, $0.baseAddress, length) }
        }
        if refused != 0, errno == ECONNREFUSED { unlink(path) }
    }

    private static func set(_ number: Int32, _ level: Int32, _ option: Int32) {
        var on: Int32 = 1
        setsockopt(number, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
    }
}
