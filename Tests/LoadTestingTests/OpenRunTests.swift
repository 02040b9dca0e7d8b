import Documents
import Foundation
import HTTPClient
import LoadTesting
import TestSupport
import Testing

/// Servers with many threads and clocks: one at a time.
@Suite(.serialized) struct OpenRunTests {
    static func plan(
        _ server: ScriptedServer, rate: Double, _ change: (inout LoadPace, inout LoadWire) -> Void = { _, _ in }
    ) throws -> LoadPlan {
        var (pace, wire) = (LoadPace(), LoadWire())
        (pace.seconds, pace.warmUps, pace.drain, wire.requestTimeout) = (0.5, 0, 2, 5)
        change(&pace, &wire)
        return try LoadPlan(
            endpoint: HTTPEndpoint(server.url),
            mix: WorkloadMix(Workload(name: "test", kind: .functionCall(queries: ["a"], pool: nil), seed: 7)),
            steps: [.rate(rate, .constant)], pace: pace, wire: wire)
    }

    static func server(delay: TimeInterval = 0) throws -> ScriptedServer {
        try ScriptedServer {
            ["/v1/stats", "/metrics"].contains($0.route) ? .json("{}") : .json(ClosedRunTests.call, delay: delay)
        }
    }

    @Test func sendsByTheClock() throws {
        let server = try Self.server(delay: 0.1)
        defer { server.stop() }
        let point = try #require(try LoadRun(Self.plan(server, rate: 40)).run().points.first)
        #expect(point.answers == 20 && point.whole.errors == 0 && point.steady != nil)
        #expect(server.peak >= 3 && server.peak <= 8)
        let times = try #require(point.times)
        #expect(times.minimum >= 0.1 && times.p50 < 0.2)
        #expect(point.figures.lateness?.p50 ?? 1 < 0.05)
        // Those that came within the half second: 0.1 s of the last ones did not.
        #expect(point.queriesPerSecond < 40 && point.queriesPerSecond > 24)
    }

    @Test("the wait for a free connection counts: no coordinated omission")
    func waitsCount() throws {
        let server = try Self.server(delay: 0.1)
        defer { server.stop() }
        // One at a time: ten a second of forty.
        let plan = try Self.plan(server, rate: 40) { pace, wire in (wire.maximumConcurrency, pace.count) = (1, 12) }
        let point = try #require(try LoadRun(plan).run().points.first)
        #expect(server.peak == 1 && point.whole.answers == 12)
        let times = try #require(point.whole.times)
        // The k-th was planned at k/40 and answered at (k + 1)/10.
        #expect(times.maximum > 0.8 && times.p50 > 0.35 && times.minimum < 0.3)
        #expect(point.whole.lateness?.maximum ?? 0 > 0.7)
        #expect(LoadTable(plan).row(point).contains("saturated"))
    }

    @Test func whatIsNotAnsweredInTheDrainIsAnError() throws {
        let server = try Self.server(delay: 1.5)
        defer { server.stop() }
        let plan = try Self.plan(server, rate: 20) { pace, wire in
            (pace.drain, wire.maximumConcurrency) = (0.2, 4)
        }
        let began = ContinuousClock.now
        let point = try #require(try LoadRun(plan).run().points.first)
        #expect(ContinuousClock.now - began < .seconds(1.5))
        #expect(point.whole.answers == 0 && point.whole.errorKinds == ["unanswered": 10])
        #expect(point.isSaturated)
    }

    @Test func aDeadServerIsToldByKind() throws {
        let server = try ScriptedServer {
            $0.route == "/v1/stats" ? .json("{}") : .json("busy", status: "429 Too Many")
        }
        defer { server.stop() }
        let point = try #require(try LoadRun(Self.plan(server, rate: 30)).run().points.first)
        #expect(point.whole.errorKinds == ["http_429": 15])
        let row = LoadTable(try Self.plan(server, rate: 30)).row(point)
        #expect(row.contains("errors: 15 http_429; first error: HTTP 429: busy"))
    }

    @Test func runsAreMeasuredInTurnsWithIntervals() throws {
        let server = try Self.server(delay: 0.02)
        defer { server.stop() }
        var plan = try Self.plan(server, rate: 1) { pace, _ in (pace.runs, pace.seconds) = (3, 0.2) }
        plan.steps = [.clients(1), .clients(2)]
        var order: [String] = []
        var lines: [String] = []
        var listener = LoadRun.Listener()
        listener.point = { point, run in order.append("\(run)/\(point.step.label)") }
        listener.requests = { lines += $0.lines }
        let report = try LoadRun(plan).run(listener)
        #expect(order == ["0/1", "0/2", "1/1", "1/2", "2/1", "2/2"])
        let point = try #require(report.points.first)
        #expect(point.runs.count == 3 && point.answers == point.runs.reduce(0) { $0 + $1.answers })
        let document = LoadDocument(report).json
        let first = try #require(document["points"]?.arrayValue?.first)
        let interval = try #require(first["interval_95"]?["request_throughput"])
        #expect((interval["half_width"]?.doubleValue ?? -1) >= 0)
        #expect(first["runs"]?.arrayValue?.count == 3)
        let parsed = try lines.map { try JSONValue(parsing: $0) }
        #expect(parsed.count == report.points.reduce(0) { $0 + $1.whole.answers })
        #expect(Set(parsed.compactMap { $0["n"]?.intValue }).count == parsed.count)
        let phases: [String] = parsed.compactMap { $0["phase"]?.stringValue }
        #expect(phases.allSatisfy { ["settling", "steady", "drain"].contains($0) } && phases.count == parsed.count)
        #expect(parsed.allSatisfy { $0["status"] == 200 && $0["error"] == .null && $0["cached_tokens"] == 32 })
        let sheet = LoadSheet.text(document).split(separator: "\r\n")
        #expect(sheet.count == 3 && sheet[1].hasPrefix("test,1,inf,1,"))
        #expect(Set(sheet.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }).count == 1)
    }

    @Test func mixesWorkloads() throws {
        let server = try ScriptedServer { request in
            switch request.route {
            case "/v1/functioncall": .json(ClosedRunTests.call)
            case "/v1/chat/completions": .json(#"{"choices": [{}], "usage": {"prompt_tokens": 9}}"#)
            case "/healthz": .json("ok")
            default: .json("{}", status: "404 Not Found")
            }
        }
        defer { server.stop() }
        var plan = try Self.plan(server, rate: 1) { pace, _ in pace.count = 300 }
        let tools = [ToolList.tool(["name": "f", "description": "d", "parameters": ["type": "object"], "domain": "x"])]
        plan.mix = try WorkloadMix(
            [
                .init(
                    workload: Workload(name: "f", kind: .functionCall(queries: ["a"], pool: nil), seed: 1), weight: 3),
                .init(
                    workload: Workload(name: "c", kind: .chat(queries: ["b"], tools: tools, generated: 5), seed: 1),
                    weight: 2),
                .init(workload: Workload(name: "g", kind: .get(path: "/healthz"), seed: 1), weight: 1),
            ], seed: 1)
        plan.steps = [.clients(2)]
        let report = try LoadRun(plan).run()
        let point = try #require(report.points.first)
        #expect(point.whole.answers == 300 && point.whole.errors == 0)
        let chats = server.bodies.filter { $0.hasPrefix(#"{"messages":[{"role":"user","content":"b"}]"#) }
        #expect(abs(chats.count - 100) < 35)
        #expect(chats.first?.contains(#""tools":[{"type":"function","function":{"name":"f","#) == true)
        #expect(chats.first?.contains("domain") == false)
        #expect(abs(server.bodies.count { $0.contains("query") } - 150) < 40)
    }

    /// Text, and what is read; nil: refused.
    static let weights: [(String, [String: Double]?)] = [
        ("functioncall", ["functioncall": 1]), ("a=3, b=0.5", ["a": 3, "b": 0.5]), ("", nil), ("a=0", nil),
        ("a=-1", nil),
        ("a=x", nil), ("=1", nil), ("a=1=2", nil), ("a,a", nil), ("a=inf", nil), (",", nil),
    ]
    @Test(arguments: weights) func readsWeights(_ text: String, _ expected: [String: Double]?) throws {
        guard let expected else {
            #expect(throws: LoadError.self) { try WorkloadMix.weights(text) }
            return
        }
        #expect(
            Dictionary(uniqueKeysWithValues: try WorkloadMix.weights(text).map { ($0.name, $0.weight) }) == expected)
    }

    static let labels: [(String, String)] = [
        ("=1+1", "'=1+1"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("plain", "plain"), ("-2", "'-2"),
    ]
    @Test(arguments: labels) func sheetsHoldNoFormulas(_ label: String, _ cell: String) {
        let document: JSONValue = ["points": [["label": .string(label)]]]
        #expect(LoadSheet.text(document).contains("\r\n" + cell + ","))
        #expect(LoadSheet.text([:]).split(separator: "\r\n").count == 1)
    }
}
