import Documents
import FunctionCalling
import Functions
import Inference
import OrderedCollections
import Retrieval
import RetrievalTestSupport
import Synchronization
import Testing
import Tokenization

/// Functions found by a description that a model writes: what it is asked, what counts, and how it is drawn.
@Suite struct DescriptionRetrieverTests {
    /// Describes as told, and takes note of what it was asked.
    final class Describer: StageModel {
        let modelName = "describer"
        private let text: String
        private let asked = Mutex<[StageRequest]>([])

        init(_ text: String) { self.text = text }

        var requests: [StageRequest] { asked.withLock { $0 } }

        func answer(_ request: StageRequest) async throws -> StageAnswer {
            asked.withLock { $0.append(request) }
            return StageAnswer(text: text)
        }
    }

    static let functions = [
        FunctionDefinition(name: "xxxx", description: "xxxx"), FunctionDefinition(name: "oooo", description: "oooo"),
    ]

    static func pool(_ describer: Describer, isAlone: Bool) async throws -> IndexedPool {
        var indexing = PoolIndexing(encoder: LetterEncoder(), describer: describer)
        indexing.findsByDescriptionAlone = isAlone
        return try await IndexedPool.make(FunctionPool(name: "letters", functions: functions), indexing)
    }

    /// The query's letters are those of one function, the description's those of the other.
    @Test(arguments: [true, false]) func aDescriptionAloneOrBesideTheQuery(isAlone: Bool) async throws {
        let describer = Describer(#"{"description": "oooo"}"#)
        let retriever = try #require(
            try await Self.pool(describer, isAlone: isAlone).retrievers[.description] as? DescriptionRetriever)
        let finding = try await retriever.find(RetrievalQuery("xxxx", history: []), limit: 2)
        #expect(finding.description == "oooo" && finding.candidates.count == 2)
        let scores = Dictionary(uniqueKeysWithValues: finding.candidates.map { ($0.name, $0.score) })
        let (meant, said) = (try #require(scores["oooo"]), try #require(scores["xxxx"]))
        #expect(isAlone ? meant > said + 0.5 : abs(meant - said) < 0.2, "\(scores)")
        #expect(!isAlone || finding.candidates[0].name == "oooo")
    }

    @Test func theLessonIsWhatTheModelIsAsked() async throws {
        let describer = Describer(#"{"description": "oooo"}"#)
        let retriever = try #require(
            try await Self.pool(describer, isAlone: true).retrievers[.description] as? DescriptionRetriever)
        let history = ["one", "two", "three"].map { DialogueTurn(role: .user, content: $0) }
        let unheard = [DialogueTurn(role: .system, content: "be brief")]
        _ = try await retriever.find(RetrievalQuery("play", history: history.map(\.content)), limit: 1)
        let asked = try #require(describer.requests.first)
        let lesson = DescriptionRetriever.question(for: "play", history: unheard + history)
        #expect(asked.messages.map(\.content) == lesson.map(\.content))
        #expect(asked.messages.map(\.role) == lesson.map(\.role) && lesson.map(\.role) == [.system, .user])
        #expect(lesson.last?.content == "two\nthree\nRequest: play")
    }

    @Test func aResultSaysByWhatItsFunctionsWereFound() async throws {
        let pool = try await Self.pool(Describer(#"{"description": "oooo"}"#), isAlone: true)
        let generator = try ScriptedGenerator { _ in #"{"name": "oooo", "arguments": {}}"# }
        var settings = PipelineSettings()
        settings.choosing = .greedy
        let pipeline = Pipeline(
            generator: generator, catalog: FunctionCatalog(pools: [pool]), settings: settings,
            template: PlainTemplate(tokenizer: generator.tokenizer))
        for (retriever, described) in [("description", "oooo"), ("lexical", nil)] {
            let request = try FunctionCallRequest(
                json: ["query": "oooo", "pool": "letters", "retriever": .string(retriever), "top_k": 2])
            #expect(try await pipeline.run(request).described == described)
        }
    }

    static let drawn: [(temperature: Float, seed: UInt64?)] = [(0.8, 4), (0, nil), (1.5, 0)]
    @Test(arguments: drawn) func aDrawingStageDraws(_ row: (temperature: Float, seed: UInt64?)) async throws {
        let describer = Describer("{}")
        var sampling = Sampling()
        (sampling.temperature, sampling.seed) = (row.temperature, row.seed)
        let stage = DrawingStage(describer, sampling)
        var request = StageRequest(messages: [ChatMessage(role: .user, content: "hm")], maxTokens: 7)
        (request.temperature, request.seed, request.priority) = (0.1, 99, 3)
        #expect(try await stage.answer(request).text == "{}" && stage.modelName == "describer")
        let asked = try #require(describer.requests.first)
        #expect(asked.temperature == row.temperature && asked.seed == row.seed)
        #expect(asked.priority == 3 && asked.maxTokens == 7 && asked.messages.map(\.content) == ["hm"])
    }
}
