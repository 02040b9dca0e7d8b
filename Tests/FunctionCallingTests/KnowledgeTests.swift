import FunctionCalling
import Inference
import OrderedJSON
import Retrieval
import Testing

@Suite struct KnowledgeTests {
    private static let base = KnowledgeBase([
        KnowledgeTerm(
            term: "movie night", explanation: "a scene; start it with scene_activate", aliases: ["cinema mode"],
            examples: ["it's movie night"]),
        KnowledgeTerm(term: "the cube", explanation: "the lamp in the hall"),
        KnowledgeTerm(term: "客厅", explanation: "living room"),
        KnowledgeTerm(term: "booth", explanation: "a table by the window", pools: ["restaurant"]),
    ])

    private static func terms(_ query: String, _ history: [String] = [], pool: String = "home") -> [String] {
        base.find(in: query, history: history.map { .init(role: .user, content: $0) }, pool: pool).map(\.term.term)
    }

    @Test func findsTermsAndAliasesInQueryThenHistory() {
        #expect(Self.terms("Cinema mode, please") == ["movie night"])
        #expect(Self.terms("turn it off", ["dim the cube", "movie night"]) == ["movie night", "the cube"])
        #expect(Self.terms("打开客厅的灯") == ["客厅"])
        #expect(Self.terms("movie nights") == [])
        #expect(Self.terms("movie night cinema mode") == ["movie night"])
    }

    @Test func countsForItsPoolsOnly() {
        #expect(Self.terms("a booth for two") == [])
        #expect(Self.terms("a booth for two", pool: "restaurant") == ["booth"])
    }

    @Test func keepsToTheBudget() {
        let matches = Self.base.find(in: "movie night with the cube", pool: "home")
        let count: (String) -> Int = { $0.utf8.count }
        let all = KnowledgeText(matches, budget: 1000, count: count)
        #expect(
            all.text == """
                Note: movie night (also cinema mode): a scene; start it with scene_activate For example: it's movie night
                Note: the cube: the lamp in the hall
                """)
        // The first only without alias and example, the second not at all.
        let some = KnowledgeText(matches, budget: 60, count: count)
        #expect(
            some.text == "Note: movie night: a scene; start it with scene_activate" && some.isUsed == [true, false])
        #expect(KnowledgeText(matches, budget: 0, count: count).text.isEmpty)
    }

    @Test func goesIntoPromptAndExplanation() async throws {
        let generator = try ScriptedGenerator { _ in #"{"name": "request_unclear"}"# }
        let pipeline = try SmartHome.pipeline(generator)
        pipeline.catalog.knowledge = Self.base
        var request = FunctionCallRequest(query: "start movie night")
        request.explain = true
        let result = try await pipeline.run(request)
        let prompt = try #require(generator.requests.first).prompt
        #expect(generator.tokenizer.decode(prompt, skippingSpecial: false).contains("Note: movie night"))
        #expect(
            result.json["explain"]?["knowledge"]?.arrayValue
                == [["term": "movie night", "in": "query", "words": "movie night", "in_prompt": true]])
        request.knowledge = false
        #expect(try await pipeline.run(request).explanation?.knowledge.isEmpty == true)
        #expect(generator.requests.last.map { !generator.text(of: $0).contains("Note:") } == true)
    }

    static let refused: [(JSONValue, String)] = [
        (["explanation": "x", "term": "other"], "term"), (["aliases": ["a"]], "explanation"),
        (["explanation": ""], "explanation"), (["explanation": "x", "aliases": ["a", "--"]], "aliases[1]"),
        (["explanation": "x", "aliases": "a"], "aliases"), (["explanation": "x", "pools": ["a b"]], "pools[0]"),
        (["explanation": "x", "weight": 1], "weight"), ([], ""),
    ]
    @Test(arguments: refused) func namesTheFieldAtFault(_ body: JSONValue, path: String) {
        let error = #expect(throws: FieldError.self) { try KnowledgeTerm(json: body, named: "term") }
        #expect(error?.path == path)
    }

    @Test func readsBack() throws {
        for term in Self.base.terms { #expect(try KnowledgeTerm(json: term.json) == term) }
    }
}

/// Texts by the letters they have: a stand-in for an encoder that knows when words are akin.
struct LetterEncoder: TextEncoder {
    let dimensions = 26, identity = "letters"

    func encode(_ texts: [String], kind: TextKind) async throws -> [Float] {
        texts.flatMap { text -> [Float] in
            var counts = [Float](repeating: 0, count: 26)
            for byte in text.lowercased().utf8 where (0x61...0x7A).contains(byte) { counts[Int(byte) - 0x61] += 1 }
            let length = max(counts.reduce(0) { $0 + $1 * $1 }.squareRoot(), 1e-6)
            return counts.map { $0 / length }
        }
    }
}

@Suite struct KnowledgeMeaningTests {
    @Test func findsWhatIsMeantButNotNamed() async throws {
        let base = KnowledgeBase([
            KnowledgeTerm(term: "cube", explanation: "zzz"),
            KnowledgeTerm(term: "fjord", explanation: "qqq", pools: ["other"]),
        ])
        let generator = try ScriptedGenerator { _ in #"{"name": "request_unclear"}"# }
        var settings = PipelineSettings()
        settings.knowledgeSimilarity = 0.9
        settings.choosing = .greedy
        let pipeline = Pipeline(
            generator: generator, catalog: FunctionCatalog(pools: [IndexedPool(try SmartHome.pool())]),
            settings: settings,
            template: PlainTemplate(tokenizer: generator.tokenizer))
        pipeline.catalog.knowledge = try await base.embedded(by: LetterEncoder(), previous: base)
        func found(_ query: String) async throws -> [String] {
            var request = FunctionCallRequest(query: query)
            request.explain = true
            return try await pipeline.run(request).explanation?.knowledge.map(\.match.term.term) ?? []
        }
        #expect(try await found("ebuc") == ["cube"])
        #expect(try await found("the cube") == ["cube"])  // named; by its letters it is too far
        #expect(try await found("drojf") == [])
        #expect(try await found("something else") == [])
    }
}
