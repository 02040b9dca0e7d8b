import Glibc

/// A listening socket that the service manager opened for us (systemd.socket(5), sd_listen_fds(3)).
public struct InheritedSocket: Sendable, Hashable {
    /// The first number that is handed down.
    private static let first: Int32 = 3

    public let descriptor: Int32
    /// `FileDescriptorName=` of the socket unit; nil if it has none.
    public let name: String?
    public let address: SocketAddress
    /// Whether TLS is spoken there: so for the names `https` and `tls`, unless set otherwise.
    public var usesTLS: Bool

    /// What was handed to this process, in the order of the unit's `Listen…` lines; empty without a service manager.
    ///
    /// The variables LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES are taken out of the process's environment, so that no
    /// child believes that they are meant for it.
    ///
    /// - Throws: `.inherited` for a descriptor that is not a listening stream socket.
    public static func takeAll() throws(ServerError) -> [InheritedSocket] {
        let names = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]
        let values = names.map { name in getenv(name).map { String(cString: $0) } }
        for name in names { unsetenv(name) }
        guard let process = values[0], Int32(process) == getpid(), let text = values[1] else { return [] }
        guard let count = Int32(text), (0...1024).contains(count) else {
            throw .inherited(descriptor: first, reason: "LISTEN_FDS is \"\(text)\", not a number from 0 to 1024")
        }
        let labels = values[2]?.split(separator: ":", omittingEmptySubsequences: false).map(String.init) ?? []
        var sockets: [InheritedSocket] = []
        for index in 0..<count {
            let label = labels.indices.contains(Int(index)) ? labels[Int(index)] : ""
            sockets.append(try InheritedSocket(first + index, name: label.isEmpty || label == "unknown" ? nil : label))
        }
        return sockets
    }

    /// - Throws: `.inherited` unless the descriptor is a listening stream socket of a family known here.
    public init(_ descriptor: Int32, name: String?) throws(ServerError) {
        guard let address = ListeningSocket.boundAddress(descriptor) else {
            throw .inherited(descriptor: descriptor, reason: "it is no IPv4, IPv6 or Unix socket")
        }
        guard Self.option(SO_TYPE, of: descriptor) == Int32(SOCK_STREAM.rawValue) else {
            throw .inherited(descriptor: descriptor, reason: "it is no stream socket")
        }
        guard Self.option(SO_ACCEPTCONN, of: descriptor) == 1 else {
            throw .inherited(descriptor: descriptor, reason: "it does not listen (Accept=yes is not supported)")
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        self.descriptor = descriptor
        self.name = name
        self.address = address
        usesTLS = name == "https" || name == "tls"
    }

    private static func option(_ option: Int32, of descriptor: Int32) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, option, &value, &length) == 0 ? value : nil
    }
}
