import Evaluation
import Foundation
import Documents
import Retrieval
import Testing

@Suite struct RetrievalEvaluationTests {
    /// Ranks the functions by how the query orders them: "b a" puts b first.
    struct Scripted: Retriever {
        func candidates(for query: RetrievalQuery, limit: Int) async throws -> [Candidate] {
            query.text.split(separator: " ").prefix(limit).map { Candidate(name: String($0), score: 0) }
        }
    }

    @Test func countsAsTheTableOfThePaper() async throws {
        let functions = ["a", "b", "c", "d"].map { FunctionDocument(name: $0) }
        let task = RetrievalEvaluation.Task(
            name: "set <1>", functions: functions,
            queries: [
                LabelledQuery("a b c d", functions: ["a"]), LabelledQuery("a b c d", functions: ["b"]),
                LabelledQuery("a b c d", functions: ["a", "d"]), LabelledQuery("a b c", functions: ["d"]),
            ])
        let rows = try await RetrievalEvaluation(cuts: [1, 2, 4]).run(task, [("scripted", Scripted())])
        let row = try #require(rows.first)
        #expect(row.recall == [1: 0.25, 2: 0.5, 4: 0.75])
        #expect(abs(row.meanReciprocalRank - (1 + 0.5 + 1 + 0) / 4) < 1e-12)
        let report = RetrievalReport([.init(task: task.name, functions: 4, rows: rows)], cuts: [1, 2, 4])
        #expect(report.markdown.contains("| set <1> | 4 | 4 | scripted | 25.00 | 50.00 | 75.00 | 0.625 |"))
        #expect(report.svg.contains("set &lt;1>") && report.svg.hasPrefix("<svg"))
        #expect(report.json.arrayValue?.first?["rows"]?.arrayValue?.first?["mrr"] == .number(0.625))
    }

    @Test func examplesAreNotScored() throws {
        let folder = NSTemporaryDirectory() + "kinglet-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func sample(_ id: String, _ query: String, _ function: String) -> String {
            #"{"id":"\#(id)","query":"\#(query)","history":[],"context":{},"pool":"pool.json","expected":[{"function":"\#(function)","parameters":{}}],"outcome":"call","answers":"exact"}"#
                + "\n"
        }
        let pool =
            #"{"functions":[{"name":"one","description":"1","parameters":{"type":"object"}},{"name":"new","description":"2","parameters":{"type":"object"}}]}"#
        try Data(pool.utf8).write(to: URL(fileURLWithPath: folder + "/pool.json"))
        let valid = sample("1", "first", "one") + sample("2", "second", "one")
        try Data(valid.utf8).write(to: URL(fileURLWithPath: folder + "/valid.jsonl"))
        let train = sample("3", "second", "one") + sample("4", "third", "one")
        try Data(train.utf8).write(to: URL(fileURLWithPath: folder + "/train.jsonl"))
        try Data(#"{"v1":{"one":{"function":"new"}}}"#.utf8).write(to: URL(fileURLWithPath: folder + "/names.json"))

        var plan = RetrievalEvaluation.Task.Plan(data: [folder + "/valid.jsonl"])
        plan.examples = folder + "/train.jsonl"
        let task = try RetrievalEvaluation.Task(name: "t", plan)
        #expect(task.queries.map(\.query.text) == ["first"])
        #expect(Set(task.functions[0].examples) == ["second", "third"])
        plan.examples = nil
        plan.renaming = (folder + "/names.json", "v1")
        #expect(try RetrievalEvaluation.Task(name: "t", plan).queries.allSatisfy { $0.functions == ["new"] })
    }

    @Test("of one language alone, or an error that names it") func languages() throws {
        let folder = NSTemporaryDirectory() + "kinglet-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let lines = [("1", "aus", "de"), ("2", "off", "en"), ("3", "an", "de")].map { id, query, language in
            #"{"id":"\#(id)","query":"\#(query)","pool":"pool.json","language":"\#(language)","expected":[{"function":"one","parameters":{}}],"outcome":"call","answers":"exact"}"#
        }
        try Data(#"{"functions":[{"name":"one","description":"1","parameters":{"type":"object"}}]}"#.utf8).write(
            to: URL(fileURLWithPath: folder + "/pool.json"))
        try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: folder + "/set.jsonl"))
        for (language, queries) in [("de", ["aus", "an"]), ("en", ["off"]), (nil, ["aus", "off", "an"])] {
            var plan = RetrievalEvaluation.Task.Plan(data: [folder + "/set.jsonl"])
            plan.language = language
            #expect(try RetrievalEvaluation.Task(name: "t", plan).queries.map(\.query.text) == queries)
        }
        var plan = RetrievalEvaluation.Task.Plan(data: [folder + "/set.jsonl"])
        plan.language = "fr"
        let error = #expect(throws: DocumentError.self) { try RetrievalEvaluation.Task(name: "t", plan) }
        #expect(error?.reason == "it has no calls in the language fr")
    }

    /// Counts the texts that it is asked for.
    private actor Counting: TextEncoder {
        nonisolated let dimensions = 1, identity = "counting"
        nonisolated let habits = EncoderHabits.finder
        private(set) var asked: [String] = []

        func encode(_ texts: [String], kind: TextKind) -> [Float] {
            asked += texts.map { "\(kind.rawValue) \($0)" }
            return texts.map { Float($0.count) + (kind == .query ? 100 : 0) }
        }
    }

    @Test("a remembering encoder asks once, and has the habits of the one behind it") func remembers() async throws {
        let base = Counting(), encoder = RememberingEncoder(base)
        #expect(encoder.habits == .finder)
        try await encoder.prepare([RetrievalQuery("hell", gloss: "bright"), RetrievalQuery("an")])
        #expect(try await encoder.encode(["an", "hell", "an"], kind: .query) == [102, 104, 102])
        #expect(try await encoder.encode(["hell", "an"], kind: .document) == [4, 2])
        #expect(await base.asked == ["query an", "query hell", "document an", "document hell"])
    }

    @Test("shares have their intervals") func intervals() async throws {
        let queries = (0..<40).map { LabelledQuery($0 < 20 ? "a b" : "b a", functions: ["a"]) }
        let task = RetrievalEvaluation.Task(
            name: "set", functions: ["a", "b"].map { FunctionDocument(name: $0) }, queries: queries)
        let rows = try await RetrievalEvaluation(cuts: [1, 2]).run(task, [("scripted", Scripted())])
        var report = RetrievalReport([.init(task: "set", functions: 2, rows: rows)], cuts: [1, 2])
        #expect(report.markdown.contains("| scripted | 50.00 | 100.00 | 0.750 |"))
        report.showsIntervals = true
        // Wilson: 20 of 40, 40 of 40.
        #expect(report.markdown.contains("| scripted | 50.00 (35.2-64.8) | 100.00 (91.2-100.0) | 0.750 |"))
        let interval = report.json.arrayValue?.first?["rows"]?.arrayValue?.first?["intervals"]?["1"]?.arrayValue
        #expect(interval?.compactMap(\.doubleValue).map { ($0 * 1000).rounded() } == [352, 648])
    }
}
