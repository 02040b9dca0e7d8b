import Documents
import Foundation
import HTTPClient
import LoadTesting
import OrderedCollections
import TestSupport
import Testing

@Suite struct LoadPlanTests {
    static func plan(
        clients: [Int] = [1], seconds: Double = 1, rounds: Double = 1, maximum: Double = 2, timeout: Double = 1,
        warmUps: Int = 0, apiKey: String? = nil
    ) throws -> LoadPlan {
        try LoadPlan(
            endpoint: HTTPEndpoint("http://127.0.0.1:9"),
            workload: Workload(name: "x", kind: .functionCall(queries: ["q"], pool: nil), seed: 1), clients: clients,
            seconds: seconds, minimumRounds: rounds, maximumSeconds: maximum, requestTimeout: timeout, warmUps: warmUps,
            apiKey: apiKey)
    }

    @Test func refusesWhatMakesNoSense() throws {
        #expect(throws: LoadError.self) { try Self.plan(clients: []) }
        #expect(throws: LoadError.self) { try Self.plan(clients: [0]) }
        #expect(throws: LoadError.self) { try Self.plan(seconds: 0) }
        #expect(throws: LoadError.self) { try Self.plan(seconds: .nan) }
        #expect(throws: LoadError.self) { try Self.plan(maximum: 0.5) }
        #expect(throws: LoadError.self) { try Self.plan(timeout: -1) }
        #expect(throws: LoadError.self) { try Self.plan(rounds: .infinity) }
        #expect(throws: LoadError.self) { try Self.plan(apiKey: "a\r\nX: y") }
        #expect(throws: Never.self) { try Self.plan(apiKey: "sk-1") }
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
        #expect(throws: LoadError.queries(path: "/nowhere/q", line: nil, reason: "cannot be read")) {
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
