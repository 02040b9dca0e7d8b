import Dispatch
import Glibc
import Logging
import Synchronization

/// One listening socket; hands accepted sockets to the groups in turn.
///
/// `@unchecked`: `next` and `isPaused` are touched on `queue` only.
final class Listener: @unchecked Sendable {
    /// Where it listens, with the port that the system chose.
    let address: SocketAddress
    private let tls: TLSStore?
    private let descriptor: Descriptor
    private let groups: [ConnectionGroup]
    private let queue: DispatchQueue
    private let source: any DispatchSourceRead
    private let open: OpenConnections
    private let logger: Logger
    private var next = 0
    private var isPaused = false

    init(
        _ wanted: SocketAddress, tls: TLSStore?, backlog: Int, groups: [ConnectionGroup], open: OpenConnections,
        logger: Logger
    ) throws(ServerError) {
        descriptor = try Self.bind(wanted, backlog: backlog)
        address = Self.boundAddress(descriptor, wanted: wanted)
        self.tls = tls
        self.groups = groups
        self.open = open
        self.logger = logger
        queue = DispatchQueue(label: "http.accept")
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor.number, queue: queue)
        // The handlers keep the listener, and with it the descriptor, until the source is cancelled.
        source.setEventHandler { self.accept() }
        source.setCancelHandler { [self] in
            source.setEventHandler {}
            if case .unix(let path) = address { unlink(path) }
        }
        source.activate()
    }

    /// Accepts nothing more.
    func stop() { queue.async { self.source.cancel() } }

    private static func bind(
        _ wanted: SocketAddress, backlog: Int
    ) throws(ServerError) -> Descriptor {
        var (family, storage, length) = try wanted.resolved()
        guard let descriptor = Descriptor(socket(family, Int32(SOCK_STREAM.rawValue), 0)) else { throw .last("socket") }
        let number = descriptor.number
        setNonBlocking(number)
        var on: Int32 = 1
        setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        if family == AF_INET6, case .ip(let host, _) = wanted, host != "::" {
            setsockopt(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        if case .unix(let path) = wanted { removeStaleSocket(path) }
        let status = withUnsafeBytes(of: &storage) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { Glibc.bind(number, $0.baseAddress, length) }
        }
        guard status == 0, listen(number, Int32(clamping: backlog)) == 0 else {
            throw .bind(address: wanted.description, reason: String(cString: strerror(errno)))
        }
        return descriptor
    }

    private static func boundAddress(_ descriptor: borrowing Descriptor, wanted: SocketAddress) -> SocketAddress {
        if case .unix = wanted { return wanted }
        let number = descriptor.number
        var actual = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        withUnsafeMutableBytes(of: &actual) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { _ = getsockname(number, $0.baseAddress, &length) }
        }
        return SocketAddress(actual) ?? wanted
    }

    /// A socket file that nobody listens on is left from a crash.
    private static func removeStaleSocket(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK,
            let probe = Descriptor(socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)),
            let (_, resolved, length) = try? SocketAddress.unix(path: path).resolved()
        else { return }
        var storage = resolved
        let refused = withUnsafeBytes(of: &storage) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { connect(probe.number, $0.baseAddress, length) }
        }
        if refused != 0, errno == ECONNREFUSED { unlink(path) }
    }

    private static func setNonBlocking(_ number: Int32) {
        _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    }

    /// Takes what waits, at most 64 at once.
    private func accept() {
        guard !isPaused, !source.isCancelled else { return }
        for _ in 0..<64 {
            var storage = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let number = withUnsafeMutableBytes(of: &storage) { bytes in
                bytes.withMemoryRebound(to: sockaddr.self) { Glibc.accept(descriptor.number, $0.baseAddress, &length) }
            }
            guard let accepted = Descriptor(number) else {
                if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) {
                    pause(reason: String(cString: strerror(errno)))
                }
                if errno == ECONNABORTED || errno == EINTR { continue }
                return
            }
            admit(accepted, client: length > 2 ? SocketAddress(storage) : nil)
        }
    }

    private func admit(_ descriptor: consuming Descriptor, client: SocketAddress?) {
        Self.setNonBlocking(descriptor.number)
        if case .ip = address {
            var on: Int32 = 1
            setsockopt(
                descriptor.number, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        let socket = AcceptedSocket(descriptor, client: client)
        guard open.enter() else {
            if tls == nil { Self.refuse(socket) }
            return
        }
        next = (next + 1) % groups.count
        let group = groups[next]
        let open = open
        let tls = tls?.current
        group.perform { group.adopt(socket, tls: tls) { open.leave() } }
    }

    /// There are as many connections as there may be: said at the door, without reading.
    private static func refuse(_ socket: AcceptedSocket) {
        let body = ErrorBody(
            type: "unavailable", code: "too_many_connections", message: "the server is full; try again")
        let head =
            "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\nretry-after: 1\r\n"
            + "content-length: \(body.bytes.count)\r\nconnection: close\r\n\r\n"
        Array(head.utf8 + body.bytes).withUnsafeBytes { _ = try? socket.write($0) }
        socket.endWriting()
    }

    /// Out of descriptors: the waiting connections keep the source ready, so it rests a while.
    private func pause(reason: String) {
        logger.warning("accepting pauses", metadata: ["reason": "\(reason)", "address": "\(address)"])
        isPaused = true
        source.suspend()
        queue.asyncAfter(deadline: .now() + .milliseconds(100)) {
            self.isPaused = false
            self.source.resume()
        }
    }
}

/// How many connections there are on the whole server.
final class OpenConnections: Sendable {
    private let count = Atomic<Int>(0)
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// - Returns: false if there are as many as there may be.
    func enter() -> Bool {
        guard count.add(1, ordering: .relaxed).newValue <= limit else {
            leave()
            return false
        }
        return true
    }

    func leave() { count.subtract(1, ordering: .relaxed) }

    var value: Int { count.load(ordering: .relaxed) }
}
