import Documents
import Foundation
import HTTPClient
import LoadTesting
import OrderedCollections
import TestSupport
import Testing

@Suite struct LoadPlanTests {
    static func plan(
        _ steps: [LoadStep] = [.clients(1)], _ change: (inout LoadPace, inout LoadWire) -> Void = { _, _ in }
    ) throws -> LoadPlan {
        var (pace, wire) = (LoadPace(), LoadWire())
        change(&pace, &wire)
        return try LoadPlan(
            endpoint: HTTPEndpoint("http://127.0.0.1:9"),
            mix: WorkloadMix(Workload(name: "x", kind: .functionCall(queries: ["q"], pool: nil), seed: 1)),
            steps: steps,
            pace: pace, wire: wire)
    }

    static let badSteps: [[LoadStep]] = [
        [], [.clients(0)], [.clients(4097)], [.rate(0, .poisson)], [.rate(-1, .constant)], [.rate(.nan, .poisson)],
        [.rate(.infinity, .poisson)], [.clients(1), .clients(-4)],
    ]
    @Test(arguments: badSteps) func refusesSteps(_ steps: [LoadStep]) {
        #expect(throws: LoadError.self) { try Self.plan(steps) }
    }

    /// Which setting is blamed.
    static let bad: [(String, @Sendable (inout LoadPace, inout LoadWire) -> Void)] = [
        ("seconds", { pace, _ in pace.seconds = 0 }), ("seconds", { pace, _ in pace.seconds = .nan }),
        ("seconds", { pace, _ in pace.seconds = 1e9 }), ("max-seconds", { pace, _ in pace.maximumSeconds = 0.5 }),
        ("min-rounds", { pace, _ in pace.minimumRounds = .infinity }), ("num-prompts", { pace, _ in pace.count = 0 }),
        ("ramp, --settle", { pace, _ in pace.ramp = -1 }), ("ramp, --settle", { pace, _ in pace.ramp = 10 }),
        ("ramp, --settle", { pace, _ in (pace.ramp, pace.settling) = (6, 6) }),
        ("drain", { pace, _ in pace.drain = -1 }), ("runs", { pace, _ in pace.runs = 0 }),
        ("warmup", { pace, _ in pace.warmUps = -1 }), ("request-timeout", { _, wire in wire.requestTimeout = -1 }),
        ("connections", { _, wire in wire.connections = 0 }),
        ("max-concurrency", { _, wire in wire.maximumConcurrency = 0 }),
        ("api-key", { _, wire in wire.apiKey = "a\r\nX: y" }),
    ]
    @Test(arguments: bad) func namesTheSetting(
        _ name: String, _ change: @Sendable (inout LoadPace, inout LoadWire) -> Void
    ) throws {
        do {
            _ = try Self.plan([.clients(1)], change)
            Issue.record("accepted")
        } catch let error as LoadError {
            guard case .setting(name, _) = error else {
                Issue.record("blames \(error)")
                return
            }
        }
    }

    @Test func acceptsWhatMakesSense() throws {
        #expect(throws: Never.self) { try Self.plan([.clients(4096), .rate(0.5, .constant)]) }
        #expect(throws: Never.self) { try Self.plan([.clients(1)]) { $1.apiKey = "sk-1" } }
        #expect(throws: Never.self) { try Self.plan([.clients(1)]) { pace, _ in (pace.ramp, pace.count) = (20, 5) } }
    }

    static let urls: [(String, String?)] = [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"), ("http://127.0.0.1/", "http://127.0.0.1"),
        ("HTTP://[::1]:81/a/", "http://[::1]:81/a"), ("https://127.0.0.1", "https://127.0.0.1"),
        ("ftp://127.0.0.1", nil), ("127.0.0.1:8080", nil),
        ("http://", nil), ("http://127.0.0.1:99999", nil), ("http://127.0.0.1:0", nil), ("", nil),
        ("http://127.0.0.1?x", nil),
    ]
    @Test(arguments: urls) func readsURLs(_ text: String, description: String?) throws {
        if let description {
            #expect(try HTTPEndpoint(text).description == description)
        } else {
            #expect(throws: EndpointError.badURL(text)) { try HTTPEndpoint(text) }
        }
    }

    @Test func readsQueries() throws {
        let text = "# comment\nturn it off\r\n\n  {\"query\": \"wärmer\", \"id\": 1}\n"
        #expect(try QueryFile.parse(text, path: "q") == ["turn it off", "wärmer"])
        #expect(try QueryFile.parse("\u{FEFF}a\n", path: "q") == ["a"])
        #expect(try QueryFile.parse("\u{FEFF}{\"query\": \"b\"}\n\u{FEFF}{\"query\": \"c\"}", path: "q").first == "b")
        #expect(throws: LoadError.queries(path: "q", line: nil, reason: "there is no query")) {
            try QueryFile.parse("#\n\n", path: "q")
        }
        #expect(throws: LoadError.queries(path: "q", line: 2, reason: "the object has no text in \"query\"")) {
            try QueryFile.parse("a\n{\"text\": 1}", path: "q")
        }
        #expect(
            throws: LoadError.queries(path: "/nowhere/q", line: nil, reason: "there is no such file; check the path")
        ) {
            try QueryFile.read("/nowhere/q")
        }
        let shipped = TestFiles.repository.appendingPathComponent("Config/load/smart-home.txt")
        let queries = try QueryFile.read(shipped.path)
        #expect(queries.count >= 60 && Set(queries).count == queries.count)
    }

    @Test func promptsShareThePrefixAndNothingElse() throws {
        let workload = try Workload(
            name: "paper", kind: .tokens(shared: 64, fresh: 8, generated: 9), model: "m",
            extra: ["temperature": 0.5], seed: 3, tokenLimit: 1000)
        let bodies = RequestBodies(workload)
        let prompts = try (0..<1000).map { number in
            let body = try JSONValue(parsing: bodies.body(number))
            #expect(body["max_tokens"] == 9 && body["min_tokens"] == 9 && body["ignore_eos"] == true)
            #expect(body["temperature"] == 0.5 && body["model"] == "m")
            return try #require(body["prompt"]?.arrayValue).compactMap { $0.intValue }
        }
        #expect(prompts.allSatisfy { $0.count == 72 && $0.allSatisfy((0..<1000).contains) })
        #expect(Set(prompts.map { Array($0.prefix(64)) }).count == 1)
        #expect(Set(prompts.map { $0[64] }).count == 1000)
        #expect(RequestBodies(workload).body(17) == bodies.body(17))
        var other = workload
        other.seed = 4
        #expect(RequestBodies(other).body(17) != bodies.body(17))
    }

    static let percentiles: [(count: Int, p50: Double, p95: Double, p99: Double)] = [
        (1, 1, 1, 1), (2, 1, 2, 2), (100, 50, 95, 99), (101, 51, 96, 100), (1000, 500, 950, 990),
    ]
    @Test(arguments: percentiles) func nearestRank(_ row: (count: Int, p50: Double, p95: Double, p99: Double)) throws {
        var random = SeededGenerator(5)
        let times = try #require(ResponseTimes((1...row.count).map(Double.init).shuffled(using: &random)))
        #expect(times.p50 == row.p50 && times.p95 == row.p95 && times.p99 == row.p99)
        #expect(times.minimum == 1 && times.maximum == Double(row.count))
        #expect(abs(times.mean - Double(row.count + 1) / 2) < 1e-9)
        #expect(ResponseTimes([]) == nil)
    }
}
