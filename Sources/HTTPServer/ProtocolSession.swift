/// What speaks on a connection: HTTP/1.1 or HTTP/2. Takes plain bytes from `connection.input`, puts plain bytes into
/// `connection.output`; confined to the group's queue.
protocol ProtocolSession: AnyObject {
    /// Whether the socket should be read.
    var wantsInput: Bool { get }
    /// There is work left that waits for room in `output`.
    var waitsForOutput: Bool { get }
    /// New input is there, or there is room again: do what can be done.
    func advance()
    /// The peer will send nothing more.
    func inputEnded()
    /// All output was handed to the system.
    func outputFlushed()
    /// What is awaited from the peer before any work can be done, and since when; nil while there is work.
    var awaited: Awaited? { get }
    /// Finish what is in flight, take no more.
    func drain()
    /// The deadline set by `connection.setReadDeadline` passed.
    func timedOut()
    /// The connection is gone.
    func closed()
}

/// What a connection costs nothing but its place for.
struct Awaited {
    /// In the order in which they are given up: a head that does not come, the first byte of a connection, silence between
    /// requests, a body.
    enum Part: Int { case head, firstByte, nothing, body }

    var part: Part
    /// Nanoseconds of the group's clock.
    var since: UInt64

    /// Whether it took longer than an honest client needs.
    func isLate(at now: UInt64) -> Bool {
        let patience: UInt64 =
            switch part {
            case .head, .firstByte: 250_000_000
            case .nothing: 1_000_000_000
            case .body: 5_000_000_000
            }
        return now > since + patience
    }

    /// Whether it may go although it is not late, where nothing else can make room: nobody has asked anything yet, or the
    /// answer has been there for a while.
    func isDispensable(at now: UInt64) -> Bool {
        part == .firstByte || part == .nothing && now > since + 100_000_000
    }
}

/// What lies between the socket and a session: nothing, or TLS.
protocol Transport: AnyObject {
    /// Plain bytes can be sent.
    var isOpen: Bool { get }
    /// The peer said that it sends nothing more.
    var hasEnded: Bool { get }
    /// The protocol agreed on; nil until the handshake is over.
    var negotiated: HTTPVersion? { get }
    /// Takes bytes from the socket; appends plain bytes to `plain` and what must be sent back to `wire`.
    func received(_ bytes: UnsafeRawBufferPointer, plain: inout ByteQueue, wire: inout ByteQueue) throws(SocketClosed)
    /// Takes plain bytes, as long as little waits in `wire`; appends what goes to the socket.
    func send(_ plain: inout ByteQueue, wire: inout ByteQueue) throws(SocketClosed)
    /// Says goodbye.
    func finish(wire: inout ByteQueue)
}
