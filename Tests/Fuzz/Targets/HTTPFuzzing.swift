import HTTPServer
import TestSupport

/// Whole sessions: what a peer sends, in one piece and in pieces.
enum HTTPFuzzing {
    private static let router: Router = {
        var router = Router()
        router.get("/healthz", immediate: { _ in .text("ok\n") })
        router.get("/now/{name}", immediate: { .text($0.parameters["name"] ?? "") })
        router.on(
            .post, "/echo", bodyLimit: 4096, .immediate { ServerResponse(headerFields: [:], body: $0.body) })
        return router
    }()
    /// Of all runs: they leave nothing in it.
    private static let group = Result { try DirectGroup(router: router) }

    static func http1(_ bytes: [UInt8]) throws(Finding) {
        var random = SeededGenerator(seed(of: bytes))
        let (whole, cut) = (events([bytes[...]]), events(pieces(bytes, &random)))
        try Finding.unless(whole == cut, "read in pieces: \(cut); at once: \(whole)")
        try session(pieces(bytes, &random), drains: false)
    }

    /// The first byte says how the rest is read: bit 0: as raw bytes, else as records (type, flags, stream, length, payload)
    /// that become well-formed frames; bit 1: the server begins to drain half-way.
    static func http2(_ bytes: [UInt8]) throws(Finding) {
        guard let mode = bytes.first else { return }
        var wire = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]
        var rest = bytes.dropFirst()
        if mode & 1 == 1 {
            wire += rest
        } else {
            while rest.count >= 4 {
                let head = Array(rest.prefix(4))
                let payload = rest.dropFirst(4).prefix(Int(head[3]))
                wire += [0, 0, UInt8(payload.count), head[0] % 12, head[1], 0, 0, 0, head[2]]
                wire += payload
                rest = rest.dropFirst(4 + payload.count)
            }
        }
        var random = SeededGenerator(seed(of: bytes))
        try session(pieces(wire, &random), drains: mode & 2 == 2)
    }

    /// Whatever comes: when the peer has gone the connection is closed, and nothing is held for it.
    private static func session(_ pieces: [ArraySlice<UInt8>], drains: Bool) throws(Finding) {
        let connection: DirectConnection
        do { connection = try DirectConnection(in: group.get()) } catch {
            throw Finding("no connection can be made: \(error)")
        }
        for (index, piece) in pieces.enumerated() {
            piece.withUnsafeBytes { connection.send($0) }
            if drains, index == pieces.count / 2 { connection.drain() }
        }
        connection.endInput()
        for _ in 0..<3 where !connection.isClosed { connection.expire() }
        try Finding.unless(connection.isClosed, "the peer has gone, all deadlines have passed, the connection is open")
        try Finding.unless(
            connection.bodyBytesHeld == 0, "\(connection.bodyBytesHeld) bytes of bodies are still counted")
    }

    private static func events(_ pieces: [ArraySlice<UInt8>]) -> [String] {
        var (parser, input, events, body) = (RequestParser(), ByteQueue(), [String](), [UInt8]())
        do throws(RequestError) {
            for piece in pieces {
                input.append(piece)
                while let event = try parser.next(&input) {
                    switch event {
                    case .head(let head, let framing):
                        events.append(
                            "\(head.method) \(head.path) \(head.query ?? "-") \(head.authority ?? "-") \(framing)")
                        for index in 0..<head.headers.count {
                            events.append("\(head.headers.name(at: index)): \(head.headers.value(at: index))")
                        }
                    case .body(let bytes): body += bytes
                    case .end:
                        events.append("\(body)")
                        body = []
                    }
                }
            }
        } catch {
            events.append("\(error)")
        }
        return events
    }

    private static func pieces(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [ArraySlice<UInt8>] {
        let longest = [1, 7, 100, 5000].randomElement(using: &random) ?? 1
        var (pieces, rest): ([ArraySlice<UInt8>], ArraySlice<UInt8>) = ([], bytes[...])
        while !rest.isEmpty {
            // Beyond some pieces they only cost time.
            let count = pieces.count < 200 ? Int.random(in: 1...longest, using: &random) : rest.count
            pieces.append(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        return pieces
    }

    /// FNV-1a: an input always behaves the same.
    static func seed(of bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
