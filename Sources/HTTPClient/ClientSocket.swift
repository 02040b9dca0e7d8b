import Foundation

/// Why one request has no good answer.
package enum ExchangeError: Error, Hashable, CustomStringConvertible {
    case cannotConnect(String)
    case timedOut(afterSeconds: Double)
    case closed(receivedBytes: Int)
    case socket(String)
    case malformed(String)
    case tooLarge(limit: Int)
    case tls(String)

    package var description: String {
        switch self {
        case .cannotConnect(let reason): "cannot connect: \(reason)"
        case .timedOut(let seconds): "no whole answer after \(seconds) s"
        case .closed(let received): "the server closed the connection after \(received) bytes of the answer"
        case .socket(let reason): reason
        case .malformed(let what): "not an HTTP/1.1 answer: \(what)"
        case .tooLarge(let limit): "an answer of more than \(limit) bytes"
        case .tls(let reason): "no TLS: \(reason)"
        }
    }
}

/// A moment by which something must be done.
struct Deadline {
    let end: ContinuousClock.Instant, seconds: Double

    init(seconds: Double) { (self.seconds, end) = (seconds, .now + .seconds(seconds)) }

    /// For `poll`: whole milliseconds, rounded up; 0 once the moment has passed.
    var millisecondsLeft: Int32 {
        let left = ContinuousClock.now.duration(to: end)
        guard left > .zero else { return 0 }
        return Int32(clamping: Int((left / .milliseconds(1)).rounded(.up)))
    }
}

/// One TCP connection at a time, non-blocking, closed with its owner.
struct ClientSocket: ~Copyable {
    private(set) var descriptor: Int32 = -1
    private var tls: ClientTLS?

    var isOpen: Bool { descriptor >= 0 }

    deinit { if descriptor >= 0 { _ = Foundation.close(descriptor) } }

    mutating func close() {
        tls = nil
        if descriptor >= 0 { _ = Foundation.close(descriptor) }
        descriptor = -1
    }

    mutating func connect(to endpoint: HTTPEndpoint, deadline: Deadline) throws(ExchangeError) {
        close()
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        descriptor = socket(endpoint.family, type, 0)
        guard isOpen else { throw .cannotConnect(Self.reason(errno)) }
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        let (opened, address) = (descriptor, endpoint.address)
        let result = address.withUnsafeBytes { bytes in
            // An empty buffer has no base address; getaddrinfo never gives one.
            bytes.baseAddress.map {
                Foundation.connect(opened, $0.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
            } ?? -1
        }
        var failure = result == 0 ? 0 : errno
        if failure == EINPROGRESS || failure == EINTR {
            try wait(for: POLLOUT, deadline)
            var size = socklen_t(MemoryLayout<Int32>.size)
            getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size)
        }
        guard failure == 0 else {
            close()
            throw .cannotConnect(Self.reason(failure))
        }
        guard let host = endpoint.tlsHost else { return }
        let tls = try ClientTLS(descriptor, host: host)
        while let events = try tls.shakeHands() { try wait(for: events, deadline) }
        self.tls = tls
    }

    func send(_ bytes: [UInt8], deadline: Deadline) throws(ExchangeError) {
        var sent = 0
        if let tls {
            while sent < bytes.count {
                switch try tls.write(bytes[sent...]) {
                case .bytes(let count): sent += count
                case .wait(let events): try wait(for: events, deadline)
                case .end: throw .closed(receivedBytes: 0)
                }
            }
            return
        }
        while sent < bytes.count {
            let (from, to) = (sent, descriptor)
            let count = bytes.withUnsafeBytes { buffer in
                Foundation.send(
                    to, buffer.baseAddress.map { $0 + from }, buffer.count - from, Int32(MSG_NOSIGNAL))
            }
            let failure = errno
            if count > 0 {
                sent += count
            } else if failure == EAGAIN {
                try wait(for: POLLOUT, deadline)
            } else if failure == EPIPE || failure == ECONNRESET {
                throw .closed(receivedBytes: 0)
            } else if failure != EINTR {
                throw .socket(Self.reason(failure))
            }
        }
    }

    /// Waits for bytes and reads what is there, at most `buffer.count`.
    /// - Returns: how many bytes were read; 0 when the server has ended the stream.
    func receive(into buffer: inout [UInt8], deadline: Deadline) throws(ExchangeError) -> Int {
        while let tls {
            switch try tls.read(into: &buffer) {
            case .bytes(let count): return count
            case .wait(let events): try wait(for: events, deadline)
            case .end: return 0
            }
        }
        while true {
            let from = descriptor
            let count = buffer.withUnsafeMutableBytes { recv(from, $0.baseAddress, $0.count, 0) }
            let failure = errno
            if count >= 0 { return count }
            if failure == EAGAIN {
                try wait(for: POLLIN, deadline)
            } else if failure == ECONNRESET {
                return 0
            } else if failure != EINTR {
                throw .socket(Self.reason(failure))
            }
        }
    }

    private func wait(for events: Int32, _ deadline: Deadline) throws(ExchangeError) {
        while true {
            var entry = pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: events), revents: 0)
            let ready = poll(&entry, 1, deadline.millisecondsLeft)
            let failure = errno
            if ready > 0 { return }
            if ready == 0 { throw .timedOut(afterSeconds: deadline.seconds) }
            if failure != EINTR { throw .socket(Self.reason(failure)) }
        }
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
