import Foundation
import HTTPClient

/// One connection that never blocks: opened when a request needs it, with TLS if the endpoint says so. Owner: the generator's
/// thread.
final class LoadConnection {
    private enum State { case closed, connecting, handshaking, open }

    let key: Int
    private let target: Target
    private let queue: ReadinessQueue
    private var state = State.closed
    private var descriptor: Int32 = -1
    private var tls: ClientTLS?
    private var session: (any ClientSession)?
    private var output: [UInt8] = [], sent = 0
    private var waitsForOutput = false
    private var addressIndex = 0
    /// Slots whose answers are awaited.
    private var carried: Set<Int> = []
    /// It has brought an answer since it was opened: the server may close it between two requests (RFC 9112, 9.3.1).
    private(set) var isReused = false
    /// Times that a connection was opened.
    private(set) var opened = 0

    /// Whom it connects to, and how they speak.
    struct Target {
        let endpoint: HTTPEndpoint
        let version: WireVersion
    }

    init(key: Int, _ target: Target, _ queue: ReadinessQueue) {
        (self.key, self.target, self.queue) = (key, target, queue)
    }

    deinit { close() }

    /// Puts a request on the connection, which is opened for it if need be.
    func submit(_ request: PreparedRequest, slot: Int) throws(ExchangeError) {
        if isSpent { close() }
        carried.insert(slot)
        if state == .closed { try open() }
        session?.submit(request, slot: slot)
        if state == .open { try flush() }
    }

    /// The socket is ready: goes on as far as it gets without waiting.
    func proceed(_ buffer: inout [UInt8], _ take: (SessionEvent) -> Void) throws(ExchangeError) {
        if state == .connecting { try finishConnecting() }
        if state == .handshaking { try shakeHands() }
        guard state == .open else { return }
        if waitsForOutput { try flush() }
        try read(&buffer) { event in
            switch event {
            case .end(let slot), .failed(let slot, _):
                carried.remove(slot)
                isReused = true
            case .head, .body: break
            }
            take(event)
        }
        if state == .open { try flush() }
    }

    /// Gives a request up.
    ///
    /// - Returns: whether the connection stays.
    func cancel(slot: Int) -> Bool {
        carried.remove(slot)
        guard state == .open, session?.cancel(slot: slot) == true else {
            close()
            return false
        }
        try? flush()
        return true
    }

    /// The slots that lose their requests with the connection, which is closed.
    func abandon() -> Set<Int> {
        defer { carried = [] }
        close()
        return carried
    }

    func close() {
        (tls, session) = (nil, nil)
        if descriptor >= 0 { _ = Foundation.close(descriptor) }
        (descriptor, state, output, sent) = (-1, .closed, [], 0)
        (waitsForOutput, isReused) = (false, false)
    }

    /// No further request fits on what is open.
    var isSpent: Bool { session?.isReusable == false }
    var isIdle: Bool { carried.isEmpty }

    private func open() throws(ExchangeError) {
        let addresses = target.endpoint.addresses
        guard !addresses.isEmpty else { throw .cannotConnect("no address") }
        let address = addresses[addressIndex % addresses.count]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        descriptor = socket(address.family, type, 0)
        guard descriptor >= 0 else { throw .cannotConnect(Self.reason(errno)) }
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        let status = address.bytes.withUnsafeBytes { bytes in
            bytes.baseAddress.map {
                connect(descriptor, $0.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
            } ?? -1
        }
        let failure = errno
        guard status == 0 || failure == EINPROGRESS || failure == EINTR else {
            throw .cannotConnect(Self.reason(failure))
        }
        session = target.version == .http2 ? try HTTP2ClientSession() : HTTP1ClientSession()
        state = .connecting
        waitsForOutput = true
        queue.add(descriptor, key: key, [.input, .output])
    }

    private func finishConnecting() throws(ExchangeError) {
        var (failure, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size)
        guard failure == 0 else {
            addressIndex += 1  // another address of the host, next time
            throw .cannotConnect(Self.reason(failure))
        }
        guard let host = target.endpoint.tlsHost else { return begin() }
        tls = try ClientTLS(descriptor, host: host, offers: [target.version.protocolName])
        state = .handshaking
    }

    private func shakeHands() throws(ExchangeError) {
        guard let tls else { return }
        if let events = try tls.shakeHands() { return setWaits(forOutput: events == POLLOUT) }
        if target.version == .http2, tls.agreedProtocol != target.version.protocolName {
            throw .tls("the server does not agree to HTTP/2")
        }
        begin()
    }

    private func begin() {
        (state, opened) = (.open, opened + 1)
        waitsForOutput = true  // what was submitted meanwhile goes out in `proceed`
    }

    private func read(_ buffer: inout [UInt8], _ take: (SessionEvent) -> Void) throws(ExchangeError) {
        while state == .open, let session {
            guard let count = try receive(&buffer) else { return }
            guard count > 0 else {
                try session.peerClosed(take)
                return close()
            }
            try session.receive(buffer[..<count], take)
            // A socket that gave less than there was room for is empty; what TLS holds back is asked for.
            if tls == nil, count < buffer.count { return }
        }
    }

    /// - Returns: nil if nothing is there; 0 at the end.
    private func receive(_ buffer: inout [UInt8]) throws(ExchangeError) -> Int? {
        if let tls {
            switch try tls.read(into: &buffer) {
            case .bytes(let count): return count
            case .wait: return nil
            case .end: return 0
            }
        }
        let from = descriptor
        let count = buffer.withUnsafeMutableBytes { recv(from, $0.baseAddress, $0.count, 0) }
        let failure = errno
        if count >= 0 { return count }
        if failure == EAGAIN || failure == EINTR { return nil }
        if failure == ECONNRESET { return 0 }
        throw .socket(Self.reason(failure))
    }

    /// Sends what the session has; the rest when the socket takes more.
    private func flush() throws(ExchangeError) {
        if let more = session?.takeOutput(), !more.isEmpty {
            if sent == output.count { (output, sent) = (more, 0) } else { output += more }
        }
        while sent < output.count {
            guard let count = try send() else { return setWaits(forOutput: true) }
            sent += count
        }
        (output, sent) = ([], 0)
        setWaits(forOutput: false)
    }

    private func send() throws(ExchangeError) -> Int? {
        if let tls {
            switch try tls.write(output[sent...]) {
            case .bytes(let count): return count
            case .wait: return nil
            case .end: throw .closed(receivedBytes: 0)
            }
        }
        let (from, to) = (sent, descriptor)
        let count = output.withUnsafeBytes { buffer in
            Foundation.send(to, buffer.baseAddress.map { $0 + from }, buffer.count - from, Int32(MSG_NOSIGNAL))
        }
        let failure = errno
        if count > 0 { return count }
        if failure == EAGAIN || failure == EINTR { return nil }
        if failure == EPIPE || failure == ECONNRESET { throw .closed(receivedBytes: 0) }
        throw .socket(Self.reason(failure))
    }

    private func setWaits(forOutput waits: Bool) {
        guard waits != waitsForOutput, descriptor >= 0 else { return }
        waitsForOutput = waits
        queue.change(descriptor, key: key, waits ? [.input, .output] : .input)
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
