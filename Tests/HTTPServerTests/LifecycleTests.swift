import Glibc
import HTTPServer
import HTTPTypes
import Testing

@Suite(.blocking) struct LifecycleTests {
    static let request = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test("500 connections stay open and are all served")
    func manyConnections() async throws {
        let server = try TestServer()
        let clients = try (0..<500).map { _ in try server.client() }
        for round in 0..<3 {
            for (index, client) in clients.enumerated() {
                try client.send("GET /now/\(round)-\(index) HTTP/1.1\r\nHost: a\r\n\r\n")
            }
            for (index, client) in clients.enumerated() { #expect(try client.answer().text == "\(round)-\(index)") }
        }
        #expect(server.server.connections == 500 && server.seen.openConnections == 500)
        for client in clients { client.close() }
        #expect(await eventually { server.server.connections == 0 && server.seen.openConnections == 0 })
        #expect(server.seen.finishedExchanges.count { $0.end == .answered && $0.status == 200 } == 1500)
    }

    @Test("a connection above the limit is refused at the door while all others are at work")
    func limitsConnections() async throws {
        let server = try TestServer(limits: { $0.connections = 2 })
        let clients = try (0..<2).map { _ in try server.client() }
        for client in clients { try client.send("GET /hang HTTP/1.1\r\nHost: a\r\n\r\n") }
        #expect(await eventually { server.seen.started == 2 })
        let third = try server.client()
        let answer = try third.answer()
        #expect(answer.status == 503 && answer["retry-after"] == "1")
        clients[0].close()
        #expect(await eventually { server.server.connections == 1 })
        let fourth = try server.client()
        try fourth.send(Self.request)
        #expect(try fourth.answer().status == 200)
        // Without this the optimiser closes them after their last use.
        withExtendedLifetime(clients) {}
    }

    @Test("when the server is full, those that wait longest for a request make room")
    func fairness() async throws {
        let server = try TestServer(groups: 1, limits: { $0.connections = 40 })
        let slow = try (0..<39).map { _ in try server.client() }
        for client in slow { try client.send("GET /healthz HTTP/1.1\r\nHo") }
        let busy = try server.client()
        try busy.send("GET /later/1500/done HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(await eventually { server.seen.started == 1 && server.server.connections == 40 })
        try await Task.sleep(for: .milliseconds(400))
        for _ in 0..<30 {
            let client = try server.client()
            try client.send(Self.request)
            #expect(try client.answer().status == 200)
        }
        #expect(server.server.connections <= 40)
        #expect(try busy.answer().text == "done")
        // Without this the optimiser closes them after their last use.
        withExtendedLifetime(slow) {}
    }

    @Test("one address holds so many connections and no more")
    func limitsConnectionsOfAnAddress() async throws {
        let server = try TestServer(limits: { $0.connectionsPerAddress = 3 })
        let clients = try (0..<3).map { _ in try server.client() }
        for client in clients {
            try client.send(Self.request)
            #expect(try client.answer().status == 200)
        }
        #expect(try server.client().answer().status == 503)
        clients[0].close()
        #expect(await eventually { server.server.connections == 2 })
        let fourth = try server.client()
        try fourth.send(Self.request)
        #expect(try fourth.answer().status == 200)
        // Without this the optimiser closes them after their last use.
        withExtendedLifetime(clients) {}
    }

    @Test("a head that comes too slowly is 408, an unused connection is closed without a word")
    func headerTime() throws {
        let server = try TestServer(limits: { $0.headerTime = .seconds(1) })
        let slow = try server.client(), silent = try server.client()
        try slow.send("GET /healthz HTTP/1.1\r\nHo")
        let answer = try slow.answer()
        #expect(answer.status == 408 && answer.text.contains("header_timeout"))
        #expect(try slow.isAtEnd() && silent.isAtEnd())
    }

    @Test("a trickle does not put the time-out off")
    func slowloris() throws {
        let server = try TestServer(limits: { $0.headerTime = .milliseconds(800) })
        let client = try server.client()
        try client.send(Self.request)
        _ = try client.answer()
        let clock = ContinuousClock(), start = clock.now
        try client.send("GET /healthz HTTP/1.1\r\n")
        while clock.now - start < .milliseconds(4000) {
            guard (try? client.send("a: b\r\n")) != nil else { break }
            usleep(50_000)
        }
        #expect(try client.readToEnd().hasPrefix("HTTP/1.1 408 "))
    }

    @Test func bodyTime() throws {
        let server = try TestServer(limits: { $0.bodyTime = .milliseconds(200) })
        let client = try server.client()
        try client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
        let answer = try client.answer()
        #expect(answer.status == 408 && answer.text.contains("body_timeout"))
        #expect(try client.isAtEnd())
    }

    @Test func idleTime() throws {
        let server = try TestServer(limits: { $0.idleTime = .seconds(1) })
        let client = try server.client()
        for _ in 0..<3 {
            try client.send(Self.request)
            #expect(try client.answer().status == 200)
            usleep(50_000)
        }
        #expect(try client.isAtEnd())
    }

    @Test("no time-out while a handler works")
    func longHandler() throws {
        let server = try TestServer(limits: {
            ($0.headerTime, $0.bodyTime, $0.idleTime) = (.milliseconds(500), .milliseconds(500), .milliseconds(500))
        })
        let client = try server.client()
        try client.send("GET /later/1800/done HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.answer().text == "done")
    }

    @Test("a client that does not read is cut off after the write time")
    func writeTime() async throws {
        let server = try TestServer(limits: { $0.writeTime = .milliseconds(300) })
        let client = try server.client(receiveBuffer: 16 * 1024)
        try client.send("GET /flood/100000 HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(await eventually { server.seen.finishedExchanges.first?.end == .disconnected })
        #expect(await eventually { server.server.connections == 0 && server.seen.cancelled == 1 })
    }

    @Test("bodies that arrive together are bounded")
    func bodyMemory() throws {
        let server = try TestServer(groups: 1, limits: { $0.bodyBytesHeld = 100_000 })
        let first = try server.client(), second = try server.client()
        let head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 90000\r\n\r\n"
        try first.send(head + String(repeating: "a", count: 80_000))
        usleep(1_000_000)
        try second.send(head + String(repeating: "b", count: 80_000))
        let answer = try second.answer()
        #expect(answer.status == 503 && answer["retry-after"] == "1")
        try first.send(String(repeating: "a", count: 10_000))
        #expect(try first.answer().body.count == 90_000)
        let third = try server.client()
        try third.send(head + String(repeating: "c", count: 90_000))
        #expect(try third.answer().body.count == 90_000)
    }

    @Test("drain finishes what is in flight, and answers open connections for the last time")
    func drain() async throws {
        let server = try TestServer(limits: { $0.drainIdleTime = .seconds(3) })
        let busy = try server.client(), idle = try server.client(), silent = try server.client()
        for client in [busy, idle] {
            try client.send(Self.request)
            _ = try client.answer()
        }
        try busy.send("GET /later/2500/done HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(await eventually { server.seen.started == 1 })
        let address = server.address
        async let cut = server.server.drain(deadline: .seconds(60))
        #expect(await eventually { server.server.addresses.isEmpty })
        try await Task.sleep(for: .milliseconds(50))
        try idle.send(Self.request)
        let last = try idle.answer()
        #expect(last.status == 200 && last["connection"] == "close")
        let answer = try busy.answer()
        #expect(answer.text == "done" && answer["connection"] == "close")
        #expect(try busy.isAtEnd() && idle.isAtEnd() && silent.isAtEnd())
        for client in [busy, idle, silent] { client.close() }
        #expect(await cut == 0)
        #expect(throws: RawClient.Failure.self) { try RawClient(address) }
    }

    @Test("drain cuts off what outlasts its deadline")
    func drainDeadline() async throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send("GET /hang HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(await eventually { server.seen.started == 1 })
        let clock = ContinuousClock(), start = clock.now
        #expect(await server.server.drain(deadline: .milliseconds(300)) == 1)
        #expect(clock.now - start < .seconds(5))
        #expect(await eventually { server.seen.cancelled == 1 })
        #expect(try client.isAtEnd())
    }

    @Test("an observer admits, adds fields and sees the end")
    func observer() async throws {
        struct Gate: ServerObserver {
            let seen = TestServer.Seen()
            func admit(_ head: RequestHead, route: Route?, id: String, client: SocketAddress?) -> ServerResponse? {
                guard head.header("authorization") == nil else { return nil }
                return .error(.tooManyRequests, code: "queue_full", message: "try later", retryAfter: 7)
            }
            func willAnswer(_ head: RequestHead, route: Route?, id: String, response: inout ServerResponse) {
                response.headerFields[.eTag] = route?.pattern
                response.timings.append(ServerTiming("queue", .microseconds(1500)))
            }
            func finished(_ exchange: FinishedExchange) { seen.finished(exchange) }
        }
        let gate = Gate()
        let server = try TestServer(observer: gate)
        let client = try server.client()
        try client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc")
        let refused = try client.answer()
        #expect(refused.status == 429 && refused["retry-after"] == "7" && refused["etag"] == "/echo")
        try client.send("POST /echo HTTP/1.1\r\nHost: a\r\nAuthorization: x\r\nContent-Length: 3\r\n\r\nabc")
        let answer = try client.answer()
        #expect(answer.text == "abc" && answer["server-timing"]?.hasPrefix("queue;dur=1.500, total;dur=") == true)
        try client.send("nonsense\r\n\r\n")
        #expect(try client.answer().status == 400)
        #expect(await eventually { gate.seen.finishedExchanges.count == 3 })
        #expect(gate.seen.finishedExchanges.map(\.status) == [429, 200, 400])
        #expect(gate.seen.finishedExchanges.map(\.route) == ["/echo", "/echo", nil])
    }
}
