import Glibc

/// Owns one open file descriptor; closes it at the end of its life.
package struct Descriptor: ~Copyable, Sendable {
    package let number: Int32

    /// - Parameter number: an open descriptor that nobody else closes; nil comes back for -1.
    package init?(_ number: Int32) {
        guard number >= 0 else { return nil }
        self.number = number
    }

    deinit { close(number) }
}

/// A connected, non-blocking socket and who is at its other end.
final class AcceptedSocket: Sendable {
    let descriptor: Descriptor
    let client: SocketAddress?

    init(_ descriptor: consuming Descriptor, client: SocketAddress?) {
        self.descriptor = descriptor
        self.client = client
    }

    /// Bytes read; 0 at the end of the stream; nil: nothing there now.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(SocketClosed) -> Int? {
        try Self.result(recv(descriptor.number, buffer.baseAddress, buffer.count, 0))
    }

    /// Bytes taken by the system; nil: none now. A closed peer raises no signal.
    func write(_ bytes: UnsafeRawBufferPointer) throws(SocketClosed) -> Int? {
        try Self.result(send(descriptor.number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)))
    }

    /// Says that nothing more will be written.
    func endWriting() { shutdown(descriptor.number, Int32(SHUT_WR)) }

    /// Makes the coming close a reset, so that the peer cannot take a cut answer for a whole one.
    func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor.number, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    private static func result(_ count: Int) throws(SocketClosed) -> Int? {
        if count >= 0 { return count }
        switch errno {
        case EAGAIN, EWOULDBLOCK, EINTR: return nil
        default: throw SocketClosed()
        }
    }
}

/// The other end is gone.
struct SocketClosed: Error {}
