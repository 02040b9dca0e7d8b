import Documents
import Foundation
import HTTPClient
import LoadTesting
import OrderedCollections
import TestSupport
import Testing

/// What is asked: bodies, mixes, tools, files of queries.
@Suite struct RequestTests {
    private static func bodies(
        _ kind: Workload.Kind, streams: Bool = false, model: String? = nil, extra: JSONObject = [:]
    ) throws -> RequestBodies {
        var workload = try Workload(name: "x", kind: kind, model: model, extra: extra, seed: 3)
        workload.streams = streams
        return RequestBodies(workload)
    }

    private static let tool: JSONValue = ["type": "function", "function": ["name": "f"]]

    /// The body that is sent.
    static let table: [(Workload.Kind, Bool, JSONObject, JSONValue)] = [
        (.functionCall(queries: ["a"], pool: nil), false, [:], ["query": "a"]),
        (.functionCall(queries: ["a"], pool: "p"), true, [:], ["query": "a", "pool": "p", "stream": true]),
        (
            .functionCall(queries: ["a"], pool: "p"), false, ["pool": "q", "top_k": 3],
            ["query": "a", "pool": "q", "top_k": 3]
        ),
        (.text(queries: ["a"], generated: 4), false, [:], ["prompt": "a", "max_tokens": 4, "temperature": 0]),
        (
            .text(queries: ["a"], generated: 4), true, ["temperature": 1],
            [
                "prompt": "a", "max_tokens": 4, "temperature": 1, "stream": true,
                "stream_options": ["include_usage": true],
            ]
        ),
        (
            .chat(queries: ["a"], tools: [], generated: 4), false, [:],
            ["messages": [["role": "user", "content": "a"]], "max_tokens": 4, "temperature": 0]
        ),
        (
            .chat(queries: ["ä\"\n"], tools: [tool], generated: 4), false, [:],
            [
                "messages": [["role": "user", "content": "ä\"\n"]], "max_tokens": 4, "temperature": 0, "tools": [tool],
            ]
        ),
    ]
    @Test(arguments: table.indices) func bodiesAreWhatIsAsked(_ row: Int) throws {
        let (kind, streams, extra, expected) = Self.table[row]
        let sent = try JSONValue(parsing: Self.bodies(kind, streams: streams, extra: extra).body(0))
        #expect(sent.objectValue?.count == expected.objectValue?.count, "\(sent.text())")
        for (name, value) in expected.objectValue ?? [:] { #expect(sent[name] == value, "\(name) in \(sent.text())") }
    }

    @Test func queriesComeInTurn() throws {
        let bodies = try Self.bodies(.functionCall(queries: ["a", "b", "c"], pool: nil), model: "m")
        for number in [0, 1, 2, 3, 4, 302] {
            let sent = try JSONValue(parsing: bodies.body(number))
            #expect(sent["query"]?.stringValue == ["a", "b", "c"][number % 3] && sent["model"] == "m")
        }
    }

    @Test("a page has no body") func pages() throws { #expect(try Self.bodies(.get(path: "/")).body(7).isEmpty) }

    @Test(
        "law: prompts of tokens have their length, and no other prompt's tail",
        arguments: [(0, 3), (5, 2), (64, 1), (4, 0)])
    func tokens(shared: Int, fresh: Int) throws {
        let bodies = try Self.bodies(.tokens(shared: shared, fresh: fresh, generated: 2))
        var tails: Set<[Int]> = [], heads: Set<[Int]> = []
        for number in 0..<200 {
            let sent = try JSONValue(parsing: bodies.body(number))
            let prompt = try #require(sent["prompt"]?.arrayValue).compactMap { $0.intValue }
            #expect(prompt.count == shared + fresh && prompt.allSatisfy { 0..<150_000 ~= $0 })
            #expect(sent["max_tokens"] == 2 && sent["min_tokens"] == 2 && sent["ignore_eos"] == true)
            heads.insert(Array(prompt.prefix(shared)))
            tails.insert(Array(prompt.suffix(fresh)))
            #expect(bodies.body(number) == bodies.body(number))
        }
        #expect(heads.count == 1 && tails.count == (fresh == 0 ? 1 : 200))
    }

    /// A workload that makes no sense, and the setting that is blamed.
    static let refused: [(Workload.Kind, Int, String)] = [
        (.text(queries: ["a"], generated: 0), 9, "gen-tokens"),
        (.chat(queries: ["a"], tools: [], generated: 1_000_001), 9, "gen-tokens"),
        (.tokens(shared: 0, fresh: 0, generated: 1), 9, "prefix-tokens, --tail-tokens"),
        (.tokens(shared: -1, fresh: 2, generated: 1), 9, "prefix-tokens, --tail-tokens"),
        (.tokens(shared: 1, fresh: 2, generated: 0), 9, "gen-tokens"), (.get(path: "healthz"), 9, "path"),
        (.get(path: "/a b"), 9, "path"), (.get(path: "/ä"), 9, "path"), (.get(path: ""), 9, "path"),
        (.get(path: "/"), 1, "token-limit"),
    ]
    @Test(arguments: refused.indices) func refusesWhatMakesNoSense(_ row: Int) {
        let (kind, limit, name) = Self.refused[row]
        do throws(LoadError) {
            _ = try Workload(name: "x", kind: kind, seed: 1, tokenLimit: limit)
            Issue.record("\(kind) is taken")
        } catch {
            guard case .setting(name, _) = error else {
                Issue.record("\(kind): \(error)")
                return
            }
        }
        #expect(throws: LoadError.self) { try Workload(name: "x", kind: .text(queries: [], generated: 1), seed: 1) }
    }

    @Test func extraFieldsAreAnObject() throws {
        #expect(try Workload.extraFields(nil).isEmpty)
        #expect(try Workload.extraFields(#"{"a": [1]}"#) == ["a": [1]])
        for text in ["", "5", "[]", "{", "{a: 1}"] {
            #expect(throws: LoadError.self, "\(text)") { try Workload.extraFields(text) }
        }
    }

    @Test("law: a mix keeps its weights, and a number its part", arguments: [[1.0, 1], [3, 1], [1, 2, 7]])
    func mixes(weights: [Double]) throws {
        let parts = try weights.enumerated().map { index, weight in
            WorkloadMix.Part(workload: try Workload(name: "w\(index)", kind: .get(path: "/"), seed: 1), weight: weight)
        }
        let mix = try WorkloadMix(parts, seed: 11)
        let drawn = (0..<6000).map(mix.part), total = weights.reduce(0, +)
        for (index, weight) in weights.enumerated() {
            let share = Double(drawn.count { $0 == index }) / 6000
            #expect(abs(share - weight / total) < 0.03, "\(index): \(share)")
        }
        #expect((0..<6000).map(mix.part) == drawn)
        #expect(mix.name == weights.indices.map { "w\($0)" }.joined(separator: "+"))
        #expect(throws: LoadError.self) { try WorkloadMix([], seed: 1) }
        #expect(throws: LoadError.self) { try WorkloadMix([.init(workload: parts[0].workload, weight: 0)], seed: 1) }
    }

    // MARK: Files and servers

    static let files: [(String, [String]?)] = [
        ("a\nb\n", ["a", "b"]), ("\u{FEFF}a\r\n\r\n# no\r\n b ", ["a", "b"]), (#"{"query": "x"}"#, ["x"]),
        ("{\"query\": \"x\"}\nplain", ["x", "plain"]), ("", nil), ("# only\n\n", nil), ("{\"query\": 5}", nil),
        ("{\"query\": \"\"}", nil), ("{", nil), ("{\"q\": \"x\"}", nil),
    ]
    @Test(arguments: files) func filesOfQueries(_ text: String, _ queries: [String]?) throws {
        guard let queries else {
            #expect(throws: LoadError.self) { try QueryFile.parse(text, path: "q.txt") }
            return
        }
        #expect(try QueryFile.parse(text, path: "q.txt") == queries)
    }

    @Test func theLineAtFaultIsNamed() {
        #expect(throws: LoadError.queries(path: "q", line: 3, reason: "the object has no text in \"query\"")) {
            try QueryFile.parse("a\n\n{}\n", path: "q")
        }
    }

    /// What cannot be read, and what is said of it.
    @Test func aFileThatIsNoneIsNamed() throws {
        let folder = try TemporaryFolder()
        let bytes = try folder.write([0x61, 0xFF], as: "bytes.txt")
        for (path, reason) in [
            ("\(folder.path)/none.txt", "there is no such file; check the path"),
            (folder.path, "is a folder, not a file"), (bytes, "is not UTF-8; save the file as UTF-8"),
        ] {
            #expect(throws: LoadError.queries(path: path, line: nil, reason: reason)) { try QueryFile.read(path) }
        }
    }

    @Test func toolsAreThePoolsFunctions() throws {
        let server = try ScriptedServer { request in
            switch request.route {
            case "/v1/pools": .json(#"{"default": "desk"}"#)
            case "/v1/pools/desk":
                .json(
                    #"{"functions": [{"name": "f", "description": "d", "examples": ["x"]}, {"name": "g"}, {"name": "h"}]}"#
                )
            case "/v1/pools/a%20b": .json(#"{"functions": [{"name": "blank"}]}"#)
            case "/v1/pools/none": .json(#"{"functions": []}"#)
            default: .json("{}", status: "404 Not Found")
            }
        }
        defer { server.stop() }
        let endpoint = try HTTPEndpoint("http://127.0.0.1:\(server.port)")
        func names(_ pool: String?, _ count: Int) throws -> [String?] {
            try ToolList.fetch(endpoint, pool: pool, count: count, apiKey: nil).map {
                $0["function"]?["name"]?.stringValue
            }
        }
        #expect(try names(nil, 2) == ["f", "g"])
        #expect(try names("desk", 9) == ["f", "g", "h"])
        #expect(try names("a b", 1) == ["blank"])
        #expect(try names("whatever", 0) == [])
        for pool in ["none", "absent", "", "..", "."] {
            #expect(throws: LoadError.self, "\(pool)") { try names(pool, 1) }
        }
        let whole = ToolList.tool(["name": "f", "description": "d", "examples": ["x"]])
        #expect(whole == ["type": "function", "function": ["name": "f", "description": "d"]])
    }

    @Test func whatIsOldestIsGivenUpFirst() {
        var queue = DeadlineQueue()
        #expect(queue.first == nil && queue.takeDue(100) == nil)
        for number in 0..<5 { queue.add(number % 2, number, at: Double(number)) }
        #expect(queue.first == 0)
        #expect(queue.takeDue(-1) == nil)
        for number in 0..<3 {
            let due = queue.takeDue(2.5)
            #expect(due?.number == number && due?.slot == number % 2)
        }
        #expect(queue.takeDue(2.5) == nil && queue.first == 3)
    }
}
