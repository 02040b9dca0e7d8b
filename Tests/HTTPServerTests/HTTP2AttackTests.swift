import HTTPServer
import TestSupport
import Testing

/// Frames that cost a server more than their sender. Each must end the connection, soon and by a GOAWAY, and leave the
/// server as it was.
@Suite(.blocking) struct HTTP2AttackTests {
    /// Sends pieces until the server ends the connection.
    ///
    /// - Returns: how many it took, and the reason of the GOAWAY.
    private func flood(
        _ server: TestServer, limit: Int, _ piece: (Int) -> [UInt8]
    ) throws -> (sent: Int, reason: Int?) {
        let client = try FrameClient(server, timeout: 5)
        var sent = 0
        while sent < limit, (try? client.send(piece(sent))) != nil { sent += 1 }
        return (sent, client.reasonOfEnd())
    }

    private func isAlive(_ server: TestServer) throws -> Bool {
        let client = try FrameClient(server)
        try client.send(FrameClient.request("/healthz", stream: 1))
        return try client.body(1) == "ok\n"
    }

    @Test("rapid reset (CVE-2023-44487)")
    func rapidReset() async throws {
        let server = try TestServer()
        let (_, reason) = try flood(server, limit: 5000) { index in
            FrameClient.request("/hang", stream: index * 2 + 1)
                + FrameClient.frame(.reset, stream: index * 2 + 1, payload: [0, 0, 0, 8])
        }
        #expect(reason == 11)  // ENHANCE_YOUR_CALM
        #expect(server.seen.started < 1000)
        #expect(await eventually { server.server.connections == 0 })
        #expect(await eventually { server.seen.cancelled == server.seen.started })
        #expect(try isAlive(server))
    }

    @Test("resets that the server is made to send (CVE-2025-8671)")
    func madeReset() async throws {
        let server = try TestServer()
        let (_, reason) = try flood(server, limit: 5000) { index in
            FrameClient.request("/hang", stream: index * 2 + 1)
                + FrameClient.frame(.windowUpdate, stream: index * 2 + 1, payload: [0, 0, 0, 0])
        }
        #expect(reason == 11 || reason == 1)
        #expect(server.seen.started < 1000)
        #expect(await eventually { server.server.connections == 0 })
        #expect(try isAlive(server))
    }

    /// Frames to be repeated, by name.
    static let floods: [(String, [UInt8])] = [
        ("ping (CVE-2019-9512)", FrameClient.frame(.ping, payload: [UInt8](repeating: 1, count: 8))),
        ("settings (CVE-2019-9515)", FrameClient.frame(.settings, payload: [0, 3, 0, 0, 0, 100])),
        ("priority", FrameClient.frame(.priority, stream: 1, payload: [0, 0, 0, 0, 1])),
        ("window updates", FrameClient.frame(.windowUpdate, payload: [0, 0, 0, 1])),
    ]

    @Test(arguments: floods.indices) func controlFrames(_ index: Int) throws {
        let server = try TestServer()
        let piece = Array(repeating: Self.floods[index].1, count: 10).flatMap { $0 }
        let (_, reason) = try flood(server, limit: 5000) { _ in piece }
        #expect(reason == 11, "\(Self.floods[index].0)")
        #expect(try isAlive(server))
    }

    @Test(
        "empty data frames (CVE-2019-9518), also with padding",
        arguments: [
            FrameClient.frame(.data, stream: 1), FrameClient.frame(.data, flags: 8, stream: 1, payload: [2, 0, 0]),
        ])
    func emptyData(frame: [UInt8]) throws {
        let server = try TestServer()
        let piece = Array(repeating: frame, count: 10).flatMap { $0 }
        let (_, reason) = try flood(server, limit: 5000) { index in
            index == 0 ? FrameClient.request("/echo", stream: 1, method: "POST", ends: false) : piece
        }
        #expect(reason == 11)
        #expect(try isAlive(server))
    }

    @Test("continuation frames without end (CVE-2024-28182)")
    func continuation() throws {
        let server = try TestServer()
        let piece = FrameClient.frame(
            .continuation, stream: 1, payload: FrameClient.block([("x", String(repeating: "y", count: 4000))]))
        let (_, reason) = try flood(server, limit: 2000) { index in
            guard index == 0 else { return piece }
            let whole = FrameClient.request("/healthz", stream: 1)
            return FrameClient.frame(.headers, flags: 1, stream: 1, payload: Array(whole[9...]))
        }
        #expect(reason == 1 || reason == 11)  // the library's own limit
        #expect(try isAlive(server))
    }

    @Test("a small block that unfolds to megabytes (HPACK bomb)")
    func headerBomb() throws {
        let client = try FrameClient(TestServer())
        // One entry of 4,000 bytes into the dynamic table (index 62), then named 12,000 times, one byte each.
        let value = String(repeating: "v", count: 3900)
        var block = FrameClient.block([
            (":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", "/healthz"),
        ])
        block += [0x40] + FrameClient.block([("x", value)])[1...] + [UInt8](repeating: 0x80 | 62, count: 12_000)
        let clock = ContinuousClock(), start = clock.now
        try client.send(FrameClient.frame(.headers, flags: 5, stream: 1, payload: block))
        #expect(try client.body(1).contains("headers_too_large"))
        #expect(clock.now - start < .seconds(5))
        try client.send(FrameClient.request("/healthz", stream: 3))
        #expect(try client.body(3) == "ok\n")
    }

    @Test("answers that nobody takes: further requests wait, and are answered in the end")
    func unreadAnswers() throws {
        let server = try TestServer(limits: { $0.highWaterBytes = 32 * 1024 })
        let client = try FrameClient(server, settings: [(4, 0)])
        let name = String(repeating: "n", count: 4000)
        for stream in 0..<100 { try client.send(FrameClient.request("/now/\(name)", stream: stream * 2 + 1)) }
        try client.send(FrameClient.frame(.ping, payload: [UInt8](repeating: 0, count: 8)))
        _ = try client.next(.ping)
        #expect(server.seen.started <= 9)
        try client.send(FrameClient.frame(.windowUpdate, payload: FrameClient.bytes(1 << 24, 4)))
        try client.send(FrameClient.frame(.settings, payload: [0, 4, 0, 0, 255, 255]))
        var answered = 0
        while answered < 100 {
            let frame = try client.next(.data)
            if frame.flags & 1 != 0 { answered += 1 }
        }
        #expect(server.seen.started == 100)
    }

    /// What RFC 9113 calls a connection error, and its code.
    static let errors: [([UInt8], Int)] = [
        (FrameClient.frame(.data, stream: 0, payload: [1]), 1),  // 6.1
        (FrameClient.frame(.data, stream: 1, payload: [1]), 1),  // 5.1: idle
        (FrameClient.frame(.headers, flags: 5, stream: 2, payload: [0x82]), 1),  // 5.1.1: even
        (FrameClient.frame(.ping, payload: [1]), 6),  // 6.7
        (FrameClient.frame(.ping, stream: 1, payload: [UInt8](repeating: 0, count: 8)), 1),
        (FrameClient.frame(.settings, payload: [1]), 6),  // 6.5
        (FrameClient.frame(.settings, flags: 1, payload: [0, 0, 0, 0, 0, 0]), 6),
        (FrameClient.frame(.settings, payload: [0, 2, 0, 0, 0, 2]), 1),  // 6.5.2
        (FrameClient.frame(.settings, payload: [0, 4, 255, 255, 255, 255]), 3),
        (FrameClient.frame(.windowUpdate, payload: [0, 0, 0, 0]), 1),  // 6.9
        (FrameClient.frame(.windowUpdate, payload: [127, 255, 255, 255]), 3),  // 6.9.1
        (FrameClient.frame(.continuation, flags: 4, stream: 1, payload: [0x82]), 1),  // 6.10
        (FrameClient.frame(.pushPromise, flags: 4, stream: 1, payload: [0, 0, 0, 2]), 1),  // 8.4
        (FrameClient.frame(.headers, flags: 5, stream: 1, payload: [0x80]), 9),  // RFC 7541, 6.1
        (FrameClient.frame(.headers, flags: 13, stream: 1, payload: [9, 0x82]), 1),  // 6.2: padding
        ([0x01, 0x00, 0x01, 0, 0, 0, 0, 0, 1], 6),  // 4.2: above SETTINGS_MAX_FRAME_SIZE
    ]

    @Test(arguments: errors.indices) func connectionErrors(_ index: Int) throws {
        let client = try FrameClient(TestServer.shared, timeout: 5)
        let (bytes, code) = Self.errors[index]
        try client.send(bytes)
        #expect(client.reasonOfEnd() == code)
    }

    @Test("property: damaged frames never trap and never hold the server", arguments: UInt64(0)..<150)
    func damage(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let server = TestServer.shared
        let client = try server.client(timeout: 5)
        var bytes = FrameClient.preface + FrameClient.frame(.settings)
        for stream in 0..<4 {
            bytes += FrameClient.request(["/healthz", "/count/9", "/echo"][stream % 3], stream: stream * 2 + 1)
            bytes += FrameClient.frame(.windowUpdate, payload: [0, 0, 1, 0])
        }
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let index = Int.random(in: 24..<bytes.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: index)
            default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
            }
        }
        try? client.send(bytes)
        client.endWriting()
        _ = try? client.readToEnd()
        if seed % 30 == 0 { #expect(try isAlive(server)) }
    }
}
