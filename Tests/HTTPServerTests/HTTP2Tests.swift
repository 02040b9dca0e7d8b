import Glibc
import HTTPServer
import TestSupport
import Testing

@Suite(.blocking) struct HTTP2Tests {
    @Test func answers() throws {
        let client = try FrameClient(TestServer())
        for (stream, path) in [(1, "/healthz"), (3, "/later/5/b"), (5, "/count/3")] {
            try client.send(FrameClient.request(path, stream: stream))
            #expect(try client.body(stream) == ["ok\n", "b", "0,1,2,"][stream / 2])
        }
    }

    @Test("a preface cut in bytes, and one that turns out to be HTTP/1.1")
    func preface() throws {
        let server = try TestServer()
        let client = try server.client()
        for byte in FrameClient.preface { try client.send([byte]) }
        try client.send(FrameClient.frame(.settings))
        #expect(try client.take(9)[3] == FrameClient.Kind.settings.rawValue)
        for start in ["P", "PR", "PRI * HTTP/2.0\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\rX"] {
            let other = try server.client()
            try other.send(start)
            try other.send("UT /items/a HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try other.answer().status == (start == "P" ? 200 : start == "PR" ? 405 : 505))
        }
    }

    @Test("streams answer as they finish, not as they came")
    func interleaves() throws {
        let client = try FrameClient(TestServer())
        try client.send(FrameClient.request("/later/800/slow", stream: 1) + FrameClient.request("/healthz", stream: 3))
        #expect(try client.next(.headers).stream == 3)
        #expect(try client.next(.headers).stream == 1)
    }

    @Test func bodyAndTrailers() throws {
        let client = try FrameClient(TestServer())
        var bytes = FrameClient.request("/echo", stream: 1, method: "POST", fields: [("te", "trailers")], ends: false)
        bytes += FrameClient.frame(.data, stream: 1, payload: Array("abc".utf8))
        // Padded (RFC 9113, 6.1), then trailers.
        bytes += FrameClient.frame(.data, flags: 8, stream: 1, payload: [2] + Array("def".utf8) + [0, 0])
        bytes += FrameClient.frame(.headers, flags: 5, stream: 1, payload: FrameClient.block([("t", "u")]))
        try client.send(bytes)
        #expect(try client.body(1) == "abcdef")
    }

    @Test func expectContinue() throws {
        let client = try FrameClient(TestServer())
        let fields = [("expect", "100-continue"), ("content-length", "3")]
        try client.send(FrameClient.request("/echo", stream: 1, method: "POST", fields: fields, ends: false))
        let informational = try client.next(.headers)
        #expect(informational.flags & 1 == 0 && informational.payload.count < 6)  // :status alone
        try client.send(FrameClient.frame(.data, flags: 1, stream: 1, payload: Array("abc".utf8)))
        #expect(try client.body(1) == "abc")
    }

    /// Fields that are wrong for us (answered) or for the library (reset), by what must be in the answer.
    static let refused: [([(String, String)], String)] = [
        ([("host", "b")], "bad_host"), ([("host", "a"), ("host", "a")], "reset 1"),
        ([("x", String(repeating: "y", count: 40_000))], "headers_too_large"),
        (Array(repeating: ("a", "b"), count: 101), "too_many_headers"),
        ([("expect", "tea")], "bad_expectation"), ([("content-length", "1048577")], "body_too_large"),
        // RFC 9113, 8.2.1 and 8.2.2: malformed, PROTOCOL_ERROR
        ([("Upper", "case")], "reset 1"), ([("connection", "close")], "reset 1"),
        ([("transfer-encoding", "chunked")], "reset 1"), ([("te", "gzip")], "reset 1"),
        ([("x", "a\r\nb: c")], "reset 1"),
        ([("x", "a\0")], "reset 1"), ([(":path", "/b")], "reset 1"), ([("content-length", "1x")], "reset 1"),
        ([("content-length", "1"), ("content-length", "2")], "reset 1"),
    ]

    @Test(arguments: refused.indices) func refuses(_ index: Int) throws {
        let (fields, expected) = Self.refused[index]
        let client = try FrameClient(TestServer.shared)
        let request = FrameClient.request(
            "/echo", stream: 1, method: "POST", fields: fields, ends: expected != "body_too_large")
        // Larger blocks go in pieces of a frame's largest size.
        let block = Array(request[9...])
        if block.count > 16_384 {
            try client.send(FrameClient.frame(.headers, flags: 1, stream: 1, payload: Array(block[..<16_384])))
            try client.send(FrameClient.frame(.continuation, stream: 1, payload: Array(block[16_384..<32_768])))
            try client.send(FrameClient.frame(.continuation, flags: 4, stream: 1, payload: Array(block[32_768...])))
        } else {
            try client.send(request)
        }
        do { #expect(try client.body(1).contains("\"\(expected)\"")) } catch RawClient.Failure.malformed(let reset) {
            #expect(reset == expected)
        }
        try client.send(FrameClient.request("/healthz", stream: 3))
        #expect(try client.body(3) == "ok\n")
    }

    @Test("more streams than allowed are refused, the others served")
    func limitsStreams() throws {
        let server = try TestServer(limits: { $0.concurrentStreams = 4 })
        let client = try FrameClient(server)
        // Our settings are not acknowledged: excess may be an honest mistake, and is not yet a connection error.
        for stream in 0..<6 { try client.send(FrameClient.request("/later/500/x", stream: stream * 2 + 1)) }
        var (refused, answered) = (0, 0)
        while refused + answered < 6 {
            let frame = try client.next()
            if frame.isKind(.reset) {
                #expect(frame.number(at: 0) == 7)  // REFUSED_STREAM
                refused += 1
            }
            if frame.isKind(.data), frame.flags & 1 != 0 { answered += 1 }
        }
        #expect(refused == 2 && answered == 4)
    }

    @Test("a window of nothing stops the writer, and in the end the stream")
    func flowControl() async throws {
        let server = try TestServer(limits: { $0.writeTime = .milliseconds(500) })
        let client = try FrameClient(server, settings: [(4, 0)])
        try client.send(FrameClient.request("/flood/100000", stream: 1))
        #expect(try client.next(.reset).number(at: 0) == 8)  // CANCEL
        #expect(server.seen.written < 1 << 20)
        #expect(await eventually { server.seen.cancelled == 1 })
        try client.send(FrameClient.frame(.windowUpdate, payload: FrameClient.bytes(1000, 4)))
        try client.send(FrameClient.frame(.settings, payload: [0, 4, 0, 0, 255, 255]))
        try client.send(FrameClient.request("/healthz", stream: 3))
        #expect(try client.body(3) == "ok\n")
    }

    @Test("a byte of window now and then does not keep a stream alive")
    func trickle() async throws {
        let server = try TestServer(limits: { $0.writeTime = .milliseconds(600) })
        let client = try FrameClient(server, settings: [(4, 0)])
        try client.send(FrameClient.request("/flood/100000", stream: 1))
        let clock = ContinuousClock(), start = clock.now
        while server.seen.cancelled == 0, clock.now - start < .seconds(8) {
            try client.send(FrameClient.frame(.windowUpdate, stream: 1, payload: FrameClient.bytes(1, 4)))
            usleep(50_000)
        }
        #expect(server.seen.cancelled == 1 && server.seen.written < 1 << 20)
        #expect(try client.next(.reset).number(at: 0) == 8)  // CANCEL
    }

    @Test("a slow reader gets everything, within bounds")
    func windows() throws {
        let server = try TestServer()
        let client = try FrameClient(server, settings: [(4, 1000)])
        try client.send(FrameClient.request("/flood/8", stream: 1))
        var total = 0
        while total < 8 * 16 * 1024 {
            let frame = try client.next(.data)
            #expect(frame.payload.count <= 1000)
            total += frame.payload.count
            let update = FrameClient.bytes(max(1, frame.payload.count), 4)
            try client.send(FrameClient.frame(.windowUpdate, stream: 1, payload: update))
            try client.send(FrameClient.frame(.windowUpdate, payload: update))
        }
        #expect(total == 8 * 16 * 1024)
    }

    @Test("a reset and a lost connection cancel their handlers")
    func cancels() async throws {
        let server = try TestServer()
        let client = try FrameClient(server)
        try client.send(FrameClient.request("/hang", stream: 1) + FrameClient.request("/hang", stream: 3))
        #expect(await eventually { server.seen.started == 2 })
        try client.send(FrameClient.frame(.reset, stream: 1, payload: [0, 0, 0, 8]))
        #expect(await eventually { server.seen.cancelled == 1 })
        client.client.close()
        #expect(await eventually { server.seen.cancelled == 2 && server.server.connections == 0 })
        #expect(await eventually { server.seen.finishedExchanges.map(\.end) == [.disconnected, .disconnected] })
    }

    @Test("drain: GOAWAY, what is in flight is finished, then the end")
    func drain() async throws {
        let server = try TestServer()
        let client = try FrameClient(server)
        try client.send(FrameClient.request("/later/3000/done", stream: 1))
        #expect(await eventually { server.seen.started == 1 })
        async let cut = server.server.drain(deadline: .seconds(60))
        #expect(try client.next(.goAway).number(at: 0) == 0x7FFF_FFFF)
        #expect(try client.body(1) == "done")
        #expect(client.reasonOfEnd() == 0)
        #expect(await cut == 0)
        #expect(server.seen.finishedExchanges.map(\.end) == [.answered])
    }

    @Test func idleAndBodyTimes() throws {
        let server = try TestServer(limits: { ($0.idleTime, $0.bodyTime) = (.milliseconds(300), .milliseconds(300)) })
        let client = try FrameClient(server)
        try client.send(FrameClient.request("/echo", stream: 1, method: "POST", ends: false))
        #expect(try client.body(1).contains("body_timeout"))
        try client.send(FrameClient.frame(.data, flags: 1, stream: 1))
        #expect(client.reasonOfEnd() == 0)
    }
}
