import Foundation
import HTTPClient
import LoadTesting
import Documents
import TestSupport
import Testing

/// Servers with many threads and clocks: one at a time.
@Suite(.serialized) struct ClosedRunTests {
    static let call =
        #"{"outcome": "call", "usage": {"prompt_tokens": 40, "cached_tokens": 32, "completion_tokens": 8}}"#

    static func plan(
        _ server: ScriptedServer, clients: [Int] = [1], kind: Workload.Kind? = nil, seconds: Double = 0.2,
        rounds: Double = 1, timeout: Double = 5, warmUps: Int = 0
    ) throws -> LoadPlan {
        var (pace, wire) = (LoadPace(), LoadWire())
        (pace.seconds, pace.minimumRounds, pace.warmUps, wire.requestTimeout) = (seconds, rounds, warmUps, timeout)
        return try LoadPlan(
            endpoint: HTTPEndpoint(server.url),
            mix: WorkloadMix(
                Workload(name: "test", kind: kind ?? .functionCall(queries: ["a", "b \"c\""], pool: "home"), seed: 7)),
            steps: clients.map { .clients($0) }, pace: pace, wire: wire)
    }

    @Test func countsAnswersAndKeepsConnectionsAlive() throws {
        let server = try ScriptedServer { request in
            request.route == "/v1/functioncall" ? .json(Self.call) : .json("{}", status: "404 Not Found")
        }
        defer { server.stop() }
        var rows = 0
        var listener = LoadRun.Listener()
        listener.point = { _, _ in rows += 1 }
        let report = try LoadRun(Self.plan(server, clients: [1, 4], warmUps: 2)).run(listener)
        #expect(rows == 2 && report.warmUpError == nil)
        #expect(report.points.map(\.clients) == [1, 4])
        #expect(report.points.map(\.errors) == [0, 0])
        #expect(report.points.map(\.connections) == [1, 4])
        // The observer's, the warm-up's, and one a client.
        #expect(server.connections == 7)
        // Two warm-ups, and four looks at /v1/stats and at /metrics.
        #expect(server.requests == report.points.map(\.whole.answers).reduce(10, +))
        let point = try #require(report.points.last)
        #expect(point.cachedTokens == 32 && point.promptTokens == 40 && point.server == nil)
        let rate = Double(point.figures.answersWithin) / point.seconds
        #expect(abs(point.queriesPerSecond / rate - 1) < 0.01 && point.whole.seconds >= 0.19)
        #expect(point.steady != nil && point.answers < point.whole.answers)
        #expect(
            Set(server.bodies.filter { !$0.isEmpty }) == [
                #"{"query":"a","pool":"home"}"#, #"{"query":"b \"c\"","pool":"home"}"#,
            ])
    }

    @Test func clientsAreReallyConcurrent() throws {
        let server = try ScriptedServer { _ in .json(Self.call, delay: 0.1) }
        defer { server.stop() }
        let point = try #require(try LoadRun(Self.plan(server, clients: [16], seconds: 0.35)).run().points.first)
        #expect(server.peak == 16)
        #expect(point.whole.errors == 0 && point.whole.answers >= 32)
        let times = try #require(point.times)
        #expect(times.minimum >= 0.1 && times.mean < 0.3)
    }

    @Test func leastRoundsAreSentHoweverSlowTheServer() throws {
        let server = try ScriptedServer { _ in .json(Self.call, delay: 0.08) }
        defer { server.stop() }
        let point = try #require(
            try LoadRun(Self.plan(server, clients: [3], seconds: 0.01, rounds: 4)).run().points.first)
        #expect(point.whole.answers >= 12 && point.whole.answers <= 14)
    }

    static let bad: [(ScriptedServer.Reply, String)] = [
        (.json("{\"error\": {}}", status: "503 Service Unavailable"), "HTTP 503: {\"error\": {}}"),
        (.json("[1, 2"), "HTTP 200, but the body is no JSON"),
        (.json("{\"outcome\": \"maybe\"}"), "HTTP 200, but without an outcome"),
        (.silence, "the server closed the connection after 0 bytes of the answer"),
        (
            .init(pieces: [Array("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc".utf8)], closes: true),
            "the server closed the connection after 41 bytes of the answer"
        ),
        (
            .init(pieces: [Array("SSH-2.0\r\n\r\n".utf8)], closes: true),
            "not an HTTP/1.1 answer: its first line is \"SSH-2.0\""
        ),
    ]
    @Test(arguments: bad) func errorsAreCountedAndDoNotEndTheRun(_ reply: ScriptedServer.Reply, message: String) throws
    {
        let server = try ScriptedServer { $0.route == "/v1/stats" ? .json("{}") : reply }
        defer { server.stop() }
        let plan = try Self.plan(server, clients: [2])
        let report = try LoadRun(plan).run()
        let point = try #require(report.points.first)
        #expect(report.hasFailed)
        #expect(point.whole.answers == 0 && point.whole.errors >= 4)
        #expect(point.firstError == message)
        #expect(point.times == nil && point.queriesPerSecond == 0)
        #expect(LoadTable(plan).row(point).contains("first error: \(message)"))
    }

    @Test func everyThirdAnswerBad() throws {
        let server = try ScriptedServer { request in
            request.text.isEmpty || request.number % 3 != 0 ? .json(Self.call) : .json("no", status: "500 Oops")
        }
        defer { server.stop() }
        let point = try #require(try LoadRun(Self.plan(server, clients: [2], seconds: 0.5)).run().points.first)
        #expect(point.whole.errors >= 3 && point.whole.answers >= point.whole.errors)
        #expect(point.firstError == "HTTP 500: no")
    }

    @Test func aSlowServerTimesOut() throws {
        let server = try ScriptedServer { $0.route == "/v1/stats" ? .json("{}") : .json(Self.call, delay: 1) }
        defer { server.stop() }
        let point = try #require(
            try LoadRun(Self.plan(server, clients: [2], seconds: 0.3, timeout: 0.2)).run().points.first)
        #expect(point.whole.answers == 0 && point.whole.errors >= 2)
        #expect(point.firstError == "no whole answer after 0.2 s")
        #expect(point.seconds < 1)
    }

    @Test func aConnectionClosedAfterEachAnswerIsOpenedAgain() throws {
        let body = Self.call
        let polite = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        let rude = "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        for text in [polite, rude, "HTTP/1.0 200 OK\r\n\r\n\(body)"] {
            let server = try ScriptedServer { _ in .init(pieces: [Array(text.utf8)], closes: true) }
            defer { server.stop() }
            let point = try #require(try LoadRun(Self.plan(server)).run().points.first)
            #expect(point.whole.errors == 0 && point.whole.answers > 2)
            #expect(point.connections == point.whole.answers)
        }
    }

    @Test func readsChunkedAnswers() throws {
        let body = Self.call
        let (first, second) = (body.prefix(10), body.dropFirst(10))
        let text =
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\(String(first.count, radix: 16));x=1\r\n\(first)\r\n"
            + "\(String(second.count, radix: 16).uppercased())\r\n\(second)\r\n0\r\nTrailer: x\r\n\r\n"
        let pieces = [Array(text.utf8.prefix(60)), Array(text.utf8.dropFirst(60))]
        let server = try ScriptedServer { _ in .init(pieces: pieces) }
        defer { server.stop() }
        let point = try #require(try LoadRun(Self.plan(server)).run().points.first)
        #expect(point.errors == 0 && point.answers > 2 && point.connections < point.answers)
    }

    static let counts: [(String, String?)] = [
        (
            #"{"usage": {"prompt_tokens": 12, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 8}}}"#,
            nil
        ),
        (#"{"usage": {"prompt_tokens": 12, "completion_tokens": 2}}"#, "2 tokens generated, not 3"),
        (#"{"usage": {"prompt_tokens": 11, "completion_tokens": 3}}"#, "11 prompt tokens counted, not 12"),
        ("{}", "HTTP 200, but without usage.prompt_tokens and usage.completion_tokens"),
    ]
    @Test(arguments: counts) func checksTokenCounts(_ answer: String, complaint: String?) throws {
        let server = try ScriptedServer { _ in .json(answer) }
        defer { server.stop() }
        let kind = Workload.Kind.tokens(shared: 8, fresh: 4, generated: 3)
        let point = try #require(try LoadRun(Self.plan(server, kind: kind)).run().points.first)
        #expect(point.firstError == complaint)
        if complaint == nil { #expect(point.errors == 0 && point.cachedTokens == 8) }
    }

    @Test func theServersOwnFiguresStandBeside() throws {
        let server = try ScriptedServer { request in
            guard request.route == "/v1/stats" else { return .json(Self.call, delay: 0.01) }
            let mean = 0.5 / Double(max(1, request.number))
            return .json(
                """
                {"routes": [{"route": "/other", "requests": 9}, {"route": "/v1/functioncall",
                 "requests": \(request.number), "total": {"count": \(request.number), "mean": \(mean)}}]}
                """)
        }
        defer { server.stop() }
        let point = try #require(try LoadRun(Self.plan(server, clients: [2], seconds: 0.5)).run().points.first)
        let figures = try #require(point.server)
        // The look before is request 0 itself, with one at /metrics behind it; the look after stands after all answers.
        #expect(figures.requests == point.whole.answers + 2)
        let mean = try #require(figures.meanSeconds)
        #expect(abs(mean - 0.5 / Double(figures.requests)) < 1e-9)
        #expect(abs(figures.queriesPerSecond / point.whole.queriesPerSecond - 1) < 0.1)
    }

    @Test func saysThatNoServerIsThere() throws {
        let server = try ScriptedServer { _ in .silence }
        let plan = try Self.plan(server)
        server.stop()
        #expect(throws: LoadError.notThere(url: server.url, reason: "cannot connect: Connection refused")) {
            try LoadRun(plan).run()
        }
    }

    @Test func reportsAsJSON() throws {
        let server = try ScriptedServer { _ in .json(Self.call) }
        defer { server.stop() }
        let report = try LoadRun(Self.plan(server, clients: [1, 2])).run()
        let json = try JSONValue(parsing: LoadDocument(report).json.text())
        #expect(json["settings"]?["workloads"]?.arrayValue?.first?["queries"] == 2)
        let points = try #require(json["points"]?.arrayValue)
        #expect(points.compactMap { $0["cc"]?.intValue } == [1, 2])
        #expect(points.allSatisfy { ($0["p99_e2el_ms"]?.doubleValue ?? 0) > 0 && $0["request_rate"] == "inf" })
        #expect(points.allSatisfy { $0["mean_cached_tokens"]?.doubleValue == 32 })
        #expect(points.allSatisfy { $0["total_input_tokens"]?.intValue == 40 * ($0["completed"]?.intValue ?? 0) })
    }

    /// Workload, events of the answer, what is wrong with it.
    static let streams: [(Workload.Kind, String, String?)] = [
        (
            .functionCall(queries: ["a"], pool: nil),
            "event: candidates\ndata: {}\n\n: \n\nevent: delta\ndata: {}\n\nevent: done\ndata: \(call)\n\n", nil
        ),
        (.functionCall(queries: ["a"], pool: nil), "event: delta\ndata: {}\n\n", "HTTP 200, but the stream has no end"),
        (
            .functionCall(queries: ["a"], pool: nil), "event: error\ndata: {\"error\": {\"message\": \"no\"}}\n\n",
            "the stream ends with an error: no"
        ),
        (
            .functionCall(queries: ["a"], pool: nil), "event: done\ndata: {]\n\n",
            "the stream ends with an error: an event is no JSON"
        ),
        (
            .tokens(shared: 8, fresh: 4, generated: 2),
            "data: {\"choices\": [{}]}\r\n\r\ndata: {\"choices\": [{}]}\n\n"
                + "data: {\"choices\": [], \"usage\": {\"prompt_tokens\": 12,\ndata: \"completion_tokens\": 2}}\n\ndata: [DONE]\n\n",
            nil
        ),
        (
            .tokens(shared: 8, fresh: 4, generated: 2), "data: {\"choices\": [{}]}\n\ndata: [DONE]\n\n",
            "HTTP 200, but without usage.prompt_tokens and usage.completion_tokens"
        ),
    ]

    @Test("a stream has the time to its first token, and is checked as a whole answer is", arguments: streams)
    func readsStreams(_ kind: Workload.Kind, _ events: String, complaint: String?) throws {
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: \(events.utf8.count + 3)\r\n\r\n:\n\n"
        let middle = events.utf8.count - 10
        let pieces = [Array(head.utf8), Array(events.utf8.prefix(middle)), Array(events.utf8.dropFirst(middle))]
        let server = try ScriptedServer { request in
            request.route == "/v1/stats" ? .json("{}") : .init(pieces: pieces, pause: 0.05)
        }
        defer { server.stop() }
        var workload = try Workload(name: "test", kind: kind, seed: 7)
        workload.streams = true
        var plan = try Self.plan(server)
        plan.mix = WorkloadMix(workload)
        let report = try LoadRun(plan).run()
        let point = try #require(report.points.first)
        #expect(point.firstError == complaint && report.hasFailed == (complaint != nil))
        guard complaint == nil else { return }
        #expect(server.bodies.contains { $0.contains("\"stream\":true") })
        let (first, whole) = (try #require(point.firstTokenTimes), try #require(point.times))
        #expect(first.count == whole.count && first.minimum >= 0.01 && first.mean < whole.mean)
        #expect(LoadTable(plan).header.contains("TTFT"))
        #expect(LoadDocument(report).json["points"]?.arrayValue?.first?["median_ttft_ms"]?.doubleValue ?? 0 > 10)
    }

    /// Number of values, and which of p90, p95, p99, p99.9 are the largest of them.
    static let small: [(Int, [Int])] = [
        (1, [900, 950, 990, 999]), (9, [900, 950, 990, 999]), (10, [950, 990, 999]), (15, [950, 990, 999]),
        (19, [950, 990, 999]), (20, [990, 999]), (99, [990, 999]), (100, [999]), (999, [999]), (1000, []),
    ]

    @Test(arguments: small) func percentilesOfFewAnswers(_ count: Int, _ maximal: [Int]) throws {
        let times = try #require(ResponseTimes((1...count).map(Double.init).shuffled()))
        #expect([900, 950, 990, 999].filter(times.isMaximum) == maximal)
        #expect(times.maximum == Double(count) && times.minimum == 1 && times.count == count)
        if maximal.contains(990) { #expect(times.p99 == times.maximum) } else { #expect(times.p99 < times.maximum) }
        #expect(times.p50 <= times.p90 && times.p90 <= times.p95 && times.p95 <= times.p99)
    }
}
