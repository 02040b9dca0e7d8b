import Dispatch
import Glibc
import Logging
import Synchronization

/// One listening socket; hands accepted sockets to the groups in turn.
///
/// `@unchecked`: `next`, `isPaused` and `hasWarned` are touched on `queue` only.
final class Listener: @unchecked Sendable {
    private let tls: TLSStore?
    private let socket: ListeningSocket
    private let groups: [ConnectionGroup]
    private let queue: DispatchQueue
    private let source: any DispatchSourceRead
    private let open: OpenConnections
    private let logger: Logger
    private var next = 0
    private var isPaused = false
    /// Said once: the remedy is the same each time.
    private var hasWarned = false

    init(
        _ socket: consuming ListeningSocket, tls: TLSStore?, groups: [ConnectionGroup], open: OpenConnections,
        logger: Logger
    ) {
        queue = DispatchQueue(label: "http.accept")
        source = DispatchSource.makeReadSource(fileDescriptor: socket.descriptor.number, queue: queue)
        self.socket = socket
        self.tls = tls
        self.groups = groups
        self.open = open
        self.logger = logger
        // The handlers keep the listener, and with it the descriptor, until the source is cancelled.
        source.setEventHandler { self.accept() }
        source.setCancelHandler { [self] in
            source.setEventHandler {}
            self.socket.removeFile()
        }
        source.activate()
    }

    var address: SocketAddress { socket.address }

    /// Accepts nothing more.
    func stop() { queue.async { self.source.cancel() } }

    /// Takes what waits, at most 64 at once.
    private func accept() {
        queue.assertOwned()
        guard !isPaused, !source.isCancelled else { return }
        for _ in 0..<64 {
            guard !open.isFull else { return pause(.milliseconds(5)) }
            var storage = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let number = withUnsafeMutableBytes(of: &storage) { bytes in
                bytes.withMemoryRebound(to: sockaddr.self) {
                    Glibc.accept(socket.descriptor.number, $0.baseAddress, &length)
                }
            }
            guard let accepted = Descriptor(number) else {
                let failure = errno
                if failure == ECONNABORTED || failure == EINTR { continue }
                if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(failure) { outOfRoom(failure) }
                return
            }
            admit(accepted, client: length > 2 ? SocketAddress(storage) : nil)
        }
    }

    private func admit(_ descriptor: consuming Descriptor, client: SocketAddress?) {
        _ = fcntl(descriptor.number, F_SETFL, O_NONBLOCK)
        _ = fcntl(descriptor.number, F_SETFD, FD_CLOEXEC)
        if case .ip = address {
            var on: Int32 = 1
            setsockopt(
                descriptor.number, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        let socket = AcceptedSocket(descriptor, client: client)
        let admission = open.enter(client)
        guard admission != .refused else {
            if tls == nil { Self.refuse(socket) }
            return
        }
        next = (next + 1) % groups.count
        let group = groups[next]
        let open = open
        let tls = tls?.current
        group.perform {
            if admission == .crowded, !group.makeRoom(open) {
                if tls == nil { Self.refuse(socket) }
                open.leave(client)
            } else {
                group.adopt(socket, tls: tls) { open.leave(client) }
            }
        }
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

    /// Out of descriptors: those that wait for nothing give theirs up.
    private func outOfRoom(_ failure: Int32) {
        if !hasWarned {
            hasWarned = true
            logger.warning(
                "connections wait: out of descriptors or memory; idle ones are closed. Raise LimitNOFILE or ulimit -n",
                metadata: ["reason": "\(String(cString: strerror(failure)))", "address": "\(address)"])
        }
        for group in groups { group.perform { group.giveUpLeastMissed() } }
        pause(.milliseconds(20))
    }

    /// The waiting connections keep the source ready, so it rests a while.
    private func pause(_ time: DispatchTimeInterval) {
        isPaused = true
        source.suspend()
        queue.asyncAfter(deadline: .now() + time) {
            self.isPaused = false
            self.source.resume()
        }
    }
}
