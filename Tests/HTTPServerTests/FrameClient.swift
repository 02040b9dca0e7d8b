import HTTPServer

/// Speaks HTTP/2 in single frames, right or wrong, with HPACK literals only.
final class FrameClient {
    enum Kind: UInt8 {
        case data, headers, priority, reset, settings, pushPromise, ping, goAway, windowUpdate, continuation
    }

    struct Frame {
        var kind: UInt8
        var flags: UInt8
        var stream: Int
        var payload: [UInt8]

        func isKind(_ kind: Kind) -> Bool { self.kind == kind.rawValue }
        /// A 32-bit number of the payload: the reason of a reset at 0, of a GOAWAY at 4.
        func number(at offset: Int) -> Int { payload.dropFirst(offset).prefix(4).reduce(0) { $0 << 8 | Int($1) } }
    }

    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    let client: RawClient
    /// Kept alive as long as its client.
    private let server: TestServer

    init(_ server: TestServer, settings: [(UInt16, UInt32)] = [], timeout: Int = 60) throws {
        self.server = server
        client = try server.client(timeout: timeout)
        let payload = settings.flatMap { Self.bytes(Int($0.0), 2) + Self.bytes(Int($0.1), 4) }
        try client.send(Self.preface + Self.frame(.settings, payload: payload))
    }

    static func bytes(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }

    static func frame(_ kind: Kind, flags: UInt8 = 0, stream: Int = 0, payload: [UInt8] = []) -> [UInt8] {
        bytes(payload.count, 3) + [kind.rawValue, flags] + bytes(stream, 4) + payload
    }

    /// Literal fields without indexing (RFC 7541, 6.2.2).
    static func block(_ fields: [(String, String)]) -> [UInt8] {
        fields.flatMap { [0] + text($0.0) + text($0.1) }
    }

    private static func text(_ text: String) -> [UInt8] {
        var length = text.utf8.count
        guard length >= 127 else { return [UInt8(length)] + text.utf8 }
        var prefix: [UInt8] = [127]
        length -= 127
        while length >= 128 {
            prefix.append(UInt8(length & 127) | 128)
            length >>= 7
        }
        return prefix + [UInt8(length)] + text.utf8
    }

    static func request(
        _ path: String, stream: Int, method: String = "GET", fields: [(String, String)] = [], ends: Bool = true
    ) -> [UInt8] {
        let pseudo = [(":method", method), (":scheme", "http"), (":authority", "a"), (":path", path)]
        return frame(.headers, flags: ends ? 5 : 4, stream: stream, payload: block(pseudo + fields))
    }

    func send(_ bytes: [UInt8]) throws { try client.send(bytes) }

    func next() throws -> Frame {
        let head = try client.take(9)
        let length = head[..<3].reduce(0) { $0 << 8 | Int($1) }
        let stream = head[5...].reduce(0) { $0 << 8 | Int($1) } & 0x7FFF_FFFF
        return Frame(kind: head[3], flags: head[4], stream: stream, payload: try client.take(length))
    }

    /// The next frame of a kind; others are skipped.
    func next(_ kind: Kind) throws -> Frame {
        while true {
            let frame = try next()
            if frame.isKind(kind) { return frame }
        }
    }

    /// The body of a stream's answer, to its end.
    func body(_ stream: Int) throws -> String {
        var body: [UInt8] = []
        while true {
            let frame = try next()
            guard frame.stream == stream else { continue }
            if frame.isKind(.reset) { throw RawClient.Failure.malformed("reset \(frame.number(at: 0))") }
            if frame.isKind(.data) { body += frame.payload }
            if frame.flags & 1 != 0, frame.isKind(.data) || frame.isKind(.headers) {
                return String(decoding: body, as: UTF8.self)
            }
        }
    }

    /// The reason of the GOAWAY that ends the connection; nil if it ends without one.
    func reasonOfEnd() -> Int? {
        var reason: Int?
        while let frame = try? next() { if frame.isKind(.goAway) { reason = frame.number(at: 4) } }
        return reason
    }
}
