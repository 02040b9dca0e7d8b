import HTTPServer
import HTTPTypes
import Testing

/// Clients that leave, and those that have no place.
@Suite(.blocking) struct LeavingTests {
    /// How a client goes: the path, whether it only stops sending, and what is recorded then.
    static let leavers: [(String, Bool, Int, FinishedExchange.End)] = [
        ("/hang", false, 499, .disconnected),
        ("/hang", true, 499, .disconnected),
        // A handler that turns its cancellation into an answer of its own: nobody asked for that one.
        ("/cancelled/503", false, 499, .disconnected),
        ("/cancelled/503", true, 499, .disconnected),
        ("/cancelled/500", true, 499, .disconnected),
        // The answer comes all the same.
        ("/cancelled/200", true, 200, .answered),
        ("/cancelled/400", true, 400, .answered),
        ("/cancelled/stream", false, 200, .disconnected),
        ("/cancelled/stream", true, 200, .disconnected),
    ]

    @Test(arguments: leavers)
    func isCountedAsGone(_ path: String, halfClosed: Bool, status: Int, end: FinishedExchange.End) async throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(await eventually { server.seen.started == 1 })
        if halfClosed { client.endWriting() } else { client.close() }
        #expect(await eventually { server.seen.finishedExchanges.count == 1 })
        let record = server.seen.finishedExchanges[0]
        #expect(record.status == status && record.end == end)
        #expect(record.route != nil)
        withExtendedLifetime(client) {}
    }

    @Test(
        "who ends its input behind the request is answered, if that does not take long",
        arguments: [
            ("GET /now/a HTTP/1.1", "a"), ("GET /later/20/b HTTP/1.1", "b"), ("GET /later/20/c HTTP/1.0", "c"),
            ("GET /count/3 HTTP/1.1", "0,1,2,"),
        ])
    func halfClosed(_ line: String, body: String) async throws {
        let server = try TestServer(limits: { $0.leaveTime = .seconds(5) })
        let client = try server.client()
        try client.send("\(line)\r\nHost: a\r\n\r\n")
        client.endWriting()
        #expect(try client.answer().text == body)
        #expect(try client.isAtEnd())
        #expect(await eventually { server.seen.finishedExchanges.map(\.end) == [.answered] })
    }

    @Test("an error that was there before the client left is an error") func ownErrorsStay() async throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send("GET /fail HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.answer().status == 500)
        client.close()
        #expect(await eventually { server.seen.finishedExchanges.map(\.status) == [500] })
        #expect(server.seen.finishedExchanges[0].end == .answered)
    }

    @Test(
        "idle connections, each with an answer before or none, lose their place to whoever asks",
        arguments: [false, true])
    func idleOnesGo(hadAnswer: Bool) async throws {
        let server = try TestServer(groups: 2, limits: { $0.connections = 20 })
        var idle: [RawClient] = []
        for _ in 0..<200 {
            let client = try server.client()
            if hadAnswer {
                try client.send(LifecycleTests.request)
                // One that comes before any other was idle for long finds no place, as it should.
                _ = try? client.answer()
            }
            idle.append(client)
        }
        if hadAnswer { try await Task.sleep(for: .milliseconds(150)) }
        for _ in 0..<20 {
            let client = try server.client()
            try client.send(LifecycleTests.request)
            #expect(try client.answer().status == 200)
        }
        #expect(await eventually { server.server.connections <= 20 })
        withExtendedLifetime(idle) {}
    }

    /// Sockets wanted, limit of open files, in use: what may be sockets.
    static let rooms: [(wanted: Int, limit: Int, inUse: Int, room: Int)] = [
        (4160, 1 << 20, 40, 4160), (4160, 4416, 40, 4160), (4160, 1024, 40, 856), (4160, 64, 25, 31),
        (4160, 32, 25, 3), (4160, 16, 25, 1), (10, 64, 25, 10), (10, 40, 35, 1),
    ]

    @Test(arguments: rooms) func descriptors(_ row: (wanted: Int, limit: Int, inUse: Int, room: Int)) {
        #expect(OpenFiles.room(for: row.wanted, limit: row.limit, inUse: row.inUse) == row.room)
    }

    @Test(
        "with their excess, connections never need more sockets than fit", arguments: [1, 2, 3, 10, 31, 100, 870, 5000])
    func fits(sockets: Int) {
        var limits = Limits()
        limits.connections = 4096
        let open = OpenConnections(limits)
        let limit = open.fit(sockets)
        #expect(limit == (sockets >= 4160 ? 4096 : limit) && limit >= 1 && limit <= 4096)
        var entered = 0
        while open.enter(nil) != .refused { entered += 1 }
        #expect(open.isFull && open.isCrowded)
        #expect(entered <= max(sockets, 3), "one connection and two that wait are the least")
        for _ in 0..<entered { open.leave(nil) }
        #expect(open.value == 0 && !open.isFull)
    }

    /// Paths with a slash too many: where they lead.
    static let slashes: [(String, String, Int, String?)] = [
        ("GET", "/healthz/", 308, "/healthz"), ("POST", "/echo/?a=b&c", 308, "/echo?a=b&c"),
        ("HEAD", "/now/a%2Fb/", 308, "/now/a%2Fb"), ("GET", "/healthz//", 404, nil), ("GET", "//healthz", 404, nil),
        ("GET", "/nowhere/", 404, nil), ("GET", "//evil.example/", 404, nil), ("GET", "/", 404, nil),
        ("GET", "/now/", 404, nil),
    ]

    @Test(arguments: slashes)
    func trailingSlash(_ method: String, _ path: String, status: Int, location: String?) throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send("\(method) \(path) HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = try client.answer(toHead: method == "HEAD")
        #expect(answer.status == status && answer["location"] == location)
    }
}
