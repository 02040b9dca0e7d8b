import Documents
import Foundation
import FunctionCalling
import Functions
import Inference
import OrderedCollections
import Retrieval
import Synchronization
import RetrievalTestSupport
import Testing

@Suite struct ExamplesTests {
    static let labelled = [
        LabelledRequest(query: "aaaa", calls: [FunctionCall(function: "brew_tea", parameters: ["leaf": "assam"])]),
        LabelledRequest(query: "aabb", calls: [FunctionCall(function: "brew_tea", parameters: ["leaf": "mint"])]),
        LabelledRequest(query: "bbbb", calls: [FunctionCall(function: "grind_beans", parameters: [:])]),
        LabelledRequest(query: "cccc", outcome: .noAppropriateFunction),
    ]

    static func answer(_ query: String, shown: Int = 2, history: Int = 0, script: String? = nil) async throws -> (
        String, FunctionCallResult
    ) {
        let generator = try ScriptedGenerator { _ in script ?? #"{"name": "brew_tea", "arguments": {"leaf": "aaaa"}}"# }
        var settings = PipelineSettings()
        settings.shownExamples = shown
        let pipeline = Pipeline(
            generator: generator, catalog: FunctionCatalog(), settings: settings,
            template: PlainTemplate(tokenizer: generator.tokenizer))
        pipeline.catalog.store(try await ExampleIndex(labelled, encoder: LetterEncoder()), for: "inline")
        pipeline.catalog.store(ChoosingTests.always, for: "inline")
        var request = try ChoosingTests.request(query)
        request.history = (0..<history).map { .init(role: .user, content: "turn \($0)") }
        let result = try await pipeline.run(request)
        return (generator.requests.first.map { generator.text(of: $0) } ?? "", result)
    }

    @Test func theNearestStandsLastAndOnlyOfWhatIsOffered() async throws {
        let (prompt, result) = try await Self.answer("aaab")
        let near = try #require(prompt.range(of: "aaaa")), far = try #require(prompt.range(of: "aabb"))
        let query = try #require(prompt.range(of: "aaab"))
        #expect([near.lowerBound, far.lowerBound].max().map { $0 < query.lowerBound } == true)
        #expect(prompt.contains(#"{"name": "brew_tea", "arguments": {"leaf": "mint"}}"#))
        #expect(!prompt.contains("grind_beans"))
        #expect((result.choice?[.likeness] ?? 0) > 0.8)
        #expect((0.1..<1).contains(result.choice?[.agreement] ?? 0))
    }

    @Test func standsBeforeTheHistoryAndCountsAsNone() async throws {
        let (prompt, result) = try await Self.answer("aaaa", shown: 1, history: 1)
        let example = try #require(prompt.range(of: "assam")), turn = try #require(prompt.range(of: "turn 0"))
        #expect(example.lowerBound < turn.lowerBound)
        #expect(result.droppedTurns == 0)
    }

    /// The grammar of an answer takes arguments in their schema's order: an example in another one would show what the
    /// model may not write.
    @Test func writesArgumentsInTheOrderOfTheirSchema() throws {
        let function = FunctionDefinition(
            name: "book", description: "",
            parameters: [
                "type": "object", "properties": ["city": ["type": "string"], "day": ["type": "string"], "seats": [:]],
            ])
        let call = FunctionCall(function: "book", parameters: ["extra": 1, "seats": 2, "city": "Ulm"])
        #expect(
            LabelledRequest(query: "", calls: [call]).answer(isList: false, of: [function])
                == #"{"name": "book", "arguments": {"city": "Ulm", "seats": 2, "extra": 1}}"#)
    }

    /// The hybrid retriever finds a function by what was asked of it before, too; one without examples loses nothing.
    @Test func liftsTheFunctionsThatNearRequestsWereAbout() async throws {
        let functions = ["xxxx", "yyyy", "aazz"].map { text in
            FunctionDefinition(name: "do_\(text)", description: text, parameters: ["type": "object"])
        }
        let catalog = FunctionCatalog(pools: [
            try await .make(FunctionPool(name: "own", functions: functions), PoolIndexing(encoder: LetterEncoder()))
        ])
        let generator = try ScriptedGenerator { _ in "" }
        let pipeline = Pipeline(
            generator: generator, catalog: catalog, settings: PipelineSettings(),
            template: PlainTemplate(tokenizer: generator.tokenizer))
        var request = FunctionCallRequest(query: "aab")
        (request.pool, request.retriever, request.topK) = ("own", .hybrid, 2)
        let before = try await pipeline.search(request).candidates
        #expect(before.first?.name == "do_aazz" && before.count == 2)
        let labelled = [("aabb", "do_yyyy"), ("aqqq", "do_xxxx"), ("zzzz", "gone")].map {
            LabelledRequest(query: $0, calls: [FunctionCall(function: $1, parameters: [:])])
        }
        let encoder = CountingEncoder()
        catalog.store(try await ExampleIndex(labelled, encoder: encoder), for: "own")
        let after = try await pipeline.search(request).candidates
        #expect(after.map(\.name) == ["do_yyyy", "do_aazz"])
        #expect(after.last?.score == before.first?.score)
        let encoded = encoder.count.withLock { $0 }
        request.retriever = .embedding
        #expect(try await pipeline.search(request).candidates.first?.name == "do_aazz")
        #expect(encoder.count.withLock { $0 } == encoded, "who does not heed labelled requests does not look for them")
    }

    @Test func noneIsShownWhereNoneIsWanted() async throws {
        let (prompt, _) = try await Self.answer("aaaa", shown: 0)
        #expect(!prompt.contains("assam"))
    }

    /// `answers: possible`: the first accepted value, and what may be left out is.
    @Test func readsSamplesOfAnEvaluation() throws {
        let request = try LabelledRequest(json: [
            "id": "x", "query": "q", "answers": "possible", "pool": .null,
            "expected": [["function": "f", "parameters": ["a": ["1", "one"], "b": ["", "x"], "c": [["d": ["e"]]]]]],
        ])
        #expect(request.calls == [FunctionCall(function: "f", parameters: ["a": "1", "c": ["d": "e"]])])
    }

    static let refused: [(JSONValue, String)] = [
        (["query": "q"], "expected"), (["query": "q", "outcome": "none"], "outcome"),
        (
            ["query": "q", "outcome": "request_unclear", "expected": [["function": "f", "parameters": [:]]]], "expected"
        ),
        (["query": "q", "expected": [["function": "f", "parameters": 1]]], "expected[0].parameters"),
        (["expected": []], "query"),
    ]
    @Test(arguments: refused) func namesTheFieldAtFault(_ json: JSONValue, path: String) {
        let error = #expect(throws: FieldError.self) { try LabelledRequest(json: json) }
        #expect(error?.path == path)
    }
}
