import Documents
import FunctionCalling
import Inference
import Models
import Retrieval
import Synchronization
import TestSupport
import Testing
import Tokenization

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
                == [["term": "movie night", "in": "query", "by": "words", "words": "movie night", "in_prompt": true]])
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

final class CountingEncoder: TextEncoder {
    let dimensions = 26, identity = "counting", count = Mutex(0)

    func encode(_ texts: [String], kind: TextKind) async throws -> [Float] {
        count.withLock { $0 += texts.count }
        return try await LetterEncoder().encode(texts, kind: kind)
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
        func found(_ query: String, history: [String] = []) async throws -> [String] {
            var request = FunctionCallRequest(query: query)
            request.explain = true
            request.history = history.map { .init(role: .user, content: $0) }
            return try await pipeline.run(request).explanation?.knowledge.map(\.match.term.term) ?? []
        }
        #expect(try await found("ebuc") == ["cube"])
        #expect(try await found("the cube") == ["cube"])  // named; by its letters it is too far
        #expect(try await found("drojf") == [])
        #expect(try await found("something else") == [])
        #expect(try await found("something else", history: ["ebuc"]) == ["cube"])
        #expect(try await found("something else", history: ["ebuc", "www", "www"]) == [])  // too long ago
    }

    @Test func vectorsAreMadeOnceAndTakenOver() async throws {
        let encoder = CountingEncoder()
        let first = try await KnowledgeBase([KnowledgeTerm(term: "cube", explanation: "a lamp")])
            .embedded(by: encoder, previous: nil)
        let texts = encoder.count.withLock { $0 }
        #expect(texts == 3)  // the term, its explanation, and both
        let next = try await KnowledgeBase(first.terms + [KnowledgeTerm(term: "fjord", explanation: "a bath")])
            .embedded(by: encoder, previous: first)
        #expect(encoder.count.withLock { $0 } == 2 * texts)
        _ = try await next.findByMeaning(of: "x", history: [], pool: "p", similarity: 0.5, except: [])
        #expect(encoder.count.withLock { $0 } == 2 * texts + 1)
    }

    /// Terms of other pools are no reason to miss those of this one.
    @Test func otherPoolsTakeNoPlaces() async throws {
        let others = (0..<20).map { KnowledgeTerm(term: "cube \($0)", explanation: "zz", pools: ["other"]) }
        let base = try await KnowledgeBase(others + [KnowledgeTerm(term: "cubes", explanation: "zz")])
            .embedded(by: LetterEncoder(), previous: nil)
        let found = try await base.findByMeaning(of: "ebuc", history: [], pool: "p", similarity: 0.7, except: [])
        #expect(found.map(\.term.term) == ["cubes"] && (found.first?.similarity ?? 0) > 0.7)
    }

    @Test(.enabled(if: TestFiles.encoder != nil, "all-minilm-l6-v2 is not in the model cache; run make model"))
    func theEncoderFindsWhatPeopleMean() async throws {
        let encoder = try Embedder.load(path: try #require(TestFiles.encoder), format: .int8, threads: 2)
        defer { encoder.stop() }
        let base = try await KnowledgeBase([
            KnowledgeTerm(term: "reading corner", explanation: "the lamp in the living room, beside the armchair"),
            KnowledgeTerm(term: "movie night", explanation: "a scene: lights dimmed and the projector on"),
            KnowledgeTerm(term: "Rosie", explanation: "the robot that vacuums the floor"),
            KnowledgeTerm(term: "the cabin", explanation: "the garden shed with the tools"),
        ]).embedded(by: encoder, previous: nil)
        for (query, history, term) in [
            ("it is too dark where I sit with my book", [], "reading corner"),
            ("we want to watch a film", [], "movie night"), ("the carpet is dirty, clean it", [], "Rosie"),
            ("lock it please", ["I left the hammer and the saw outside"], "the cabin"),
        ] {
            let found = try await base.findByMeaning(
                of: query, history: history.map { .init(role: .user, content: $0) }, pool: "home", similarity: 0.3,
                except: [])
            #expect(found.first?.term.term == term, "\(query): \(found.map { ($0.term.term, $0.similarity ?? 0) })")
        }
        let unrelated = try await base.findByMeaning(
            of: "what is the capital of Peru", history: [], pool: "home", similarity: 0.3, except: [])
        #expect(unrelated.isEmpty)
    }
}
