import Glibc
import HTTPServer
import Testing

@Suite(.blocking) struct StreamingTests {
    @Test func chunkedAnswer() throws {
        let client = try TestServer.shared.client()
        for pieces in [0, 1, 3, 5000] {
            try client.send("GET /count/\(pieces) HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = try client.answer()
            #expect(answer["transfer-encoding"] == "chunked")
            #expect(answer.text == (0..<pieces).map { "\($0)," }.joined())
        }
    }

    @Test func events() throws {
        let client = try TestServer.shared.client()
        try client.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = try client.answer()
        #expect(answer["content-type"] == "text/event-stream")
        #expect(answer.text.hasPrefix("event: delta\ndata: line 0\ndata: next\n\nevent: delta\n"))
    }

    @Test func eventFraming() {
        let encode = { String(decoding: EventStream.encode(event: $0, data: $1, id: $2), as: UTF8.self) }
        #expect(encode(nil, "", nil) == "data: \n\n")
        #expect(encode("a\nb", "x\r\ny\rz\n", "1") == "event: ab\nid: 1\ndata: x\ndata: y\ndata: z\ndata: \n\n")
    }

    @Test("a stream that fails is cut off, not ended")
    func failure() async throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send("GET /broken HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(throws: RawClient.Failure.self) { try client.answer() }
        #expect(await eventually { server.seen.finishedExchanges.first?.end == .failed })
    }

    @Test("a reader that stalls holds a bounded number of bytes; then all arrive")
    func backpressure() async throws {
        let server = try TestServer(groups: 1, limits: { $0.highWaterBytes = 128 * 1024 })
        let client = try server.client(timeout: 60, receiveBuffer: 32 * 1024)
        let pieces = 2048  // 32 MiB
        try client.send("GET /flood/\(pieces) HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try client.head()
        var before = -1
        while server.seen.written != before {
            before = server.seen.written
            try await Task.sleep(for: .milliseconds(300))
        }
        // What the writer handed over: its own bound, the connection's, and what the system's buffers took.
        #expect(before < 12 << 20)
        var total = 0
        while case let piece = try client.chunk(), !piece.isEmpty { total += piece.count }
        #expect(total == pieces * 16 * 1024)
        #expect(await eventually { server.seen.finishedExchanges.first?.end == .answered })
    }

    @Test("pipelined requests of a client that does not read wait outside")
    func pipeliningIsBounded() async throws {
        let server = try TestServer(groups: 1, limits: { $0.highWaterBytes = 32 * 1024 })
        let client = try server.client(timeout: 2, receiveBuffer: 16 * 1024)
        let name = String(repeating: "n", count: 2000)
        let request = Array("GET /now/\(name) HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        // The server stops reading, so the sender is stopped too, long before a gigabyte.
        var sent = 0
        do { while sent < 100_000 { try client.send(request); sent += 1 } } catch {}
        #expect(sent < 50_000)
        let answered = server.seen.started
        #expect(answered <= sent)
        for _ in 0..<min(answered, 100) { #expect(try client.answer().text == name) }
    }

    @Test("a client that goes away cancels its handler", arguments: [true, false])
    func disconnect(closes: Bool) async throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send("GET /hang HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(await eventually { server.seen.started == 1 })
        if closes { client.close() } else { client.endWriting() }
        #expect(await eventually(within: 5) { server.seen.cancelled == 1 })
        #expect(await eventually { server.seen.finishedExchanges.first?.end == .disconnected })
        #expect(await eventually { server.server.connections == 0 })
    }

    @Test("also behind pipelined bytes that fill the read-ahead")
    func disconnectBehindReadAhead() async throws {
        let server = try TestServer(limits: { $0.readAheadBytes = 1024 })
        let client = try server.client()
        try client.send("GET /hang HTTP/1.1\r\nHost: a\r\n\r\n" + String(repeating: "x", count: 60_000))
        #expect(await eventually { server.seen.started == 1 })
        client.close()
        #expect(await eventually(within: 5) { server.seen.cancelled == 1 })
    }

    @Test("a client that leaves in the middle of a stream stops its writer")
    func disconnectWhileStreaming() async throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send("GET /flood/1000000 HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try client.head()
        client.close()
        #expect(await eventually { server.seen.cancelled == 1 })
        #expect(await eventually { server.seen.finishedExchanges.first?.end == .disconnected })
    }
}
