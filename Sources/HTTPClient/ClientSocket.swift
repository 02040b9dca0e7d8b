import Foundation

/// One TCP connection at a time, non-blocking, closed with its owner. Owner: the client's thread.
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

    /// Connects to the first of the endpoint's addresses that answers, through its proxy's tunnel and with TLS as it asks.
    mutating func connect(to endpoint: HTTPEndpoint, deadline: Deadline) throws(ExchangeError) {
        try open(endpoint.addresses, deadline)
        guard let host = endpoint.tlsHost else { return }
        do throws(ExchangeError) {
            if let proxy = endpoint.proxy { try tunnel(to: endpoint.target, proxy, deadline) }
            let tls = try ClientTLS(descriptor, host: host)
            while let events = try tls.shakeHands() { try wait(for: events, deadline) }
            self.tls = tls
        } catch {
            close()
            throw error
        }
    }

    private mutating func open(_ addresses: [HTTPEndpoint.Address], _ deadline: Deadline) throws(ExchangeError) {
        var failure = ExchangeError.cannotConnect("no address")
        for address in addresses {
            do throws(ExchangeError) {
                return try open(address, deadline)
            } catch {
                close()
                guard case .cannotConnect = error else { throw error }
                failure = error
            }
        }
        throw failure
    }

    private mutating func open(_ address: HTTPEndpoint.Address, _ deadline: Deadline) throws(ExchangeError) {
        close()
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        descriptor = socket(address.family, type, 0)
        guard isOpen else { throw .cannotConnect(Self.reason(errno)) }
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        let opened = descriptor
        let result = address.bytes.withUnsafeBytes { bytes in
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
        guard failure == 0 else { throw .cannotConnect(Self.reason(failure)) }
    }

    /// Asks a proxy to pass bytes on (RFC 9110, 9.3.6).
    private func tunnel(
        to target: String, _ proxy: ProxySettings.Proxy, _ deadline: Deadline
    ) throws(ExchangeError) {
        let authorization = proxy.authorization.map { "Proxy-Authorization: \($0)\r\n" } ?? ""
        try send(
            Array("CONNECT \(target) HTTP/1.1\r\nHost: \(target)\r\n\(authorization)\r\n".utf8), deadline: deadline)
        var parser = ResponseParser(hasNoBody: true)
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = try receive(into: &buffer, deadline: deadline)
            guard count > 0 else { throw .proxy("closed the connection instead of opening a tunnel") }
            parser.feed(buffer[..<count])
            guard case .head(let head)? = try parser.next() else { continue }
            guard 200..<300 ~= head.status else { throw .proxy("refuses a tunnel to \(target): status \(head.status)") }
            guard parser.rest.isEmpty else { throw .proxy("sends bytes before the server's") }
            return
        }
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
            let ready = poll(&entry, 1, try deadline.patience())
            let failure = errno
            if ready > 0 { return }
            if ready < 0, failure != EINTR { throw .socket(Self.reason(failure)) }
        }
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
