import Documents
import FunctionCalling
import Functions
import Inference
import Knowledge
import Models
import OrderedCollections
import RetrievalTestSupport
import TestSupport
import Testing
import Tokenization

/// Terms on their way through the pipeline.
@Suite struct KnowledgePromptTests {
    @Test func goesIntoPromptAndExplanation() async throws {
        let generator = try ScriptedGenerator { _ in #"{"name": "request_unclear"}"# }
        let pipeline = try SmartHome.pipeline(generator)
        pipeline.catalog.knowledge = KnowledgeBase([
            KnowledgeTerm(term: "movie night", explanation: "a scene; start it with scene_activate")
        ])
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
