import Digests
import Documents
import FunctionCalling
import Functions
import Grammar
import Inference
import Knowledge
import ModelFiles
import Models
import OrderedCollections
import SpokenTime
import Testing
import Tokenization

/// Pools that the model was taught: which requests are answered with the adapter, and how those are put.
@Suite struct TunedPoolTests {
    private static let answer = #"{"name": "device_turn_off", "arguments": {"room": "hall", "device": "light"}}"#

    private static func pipeline(
        _ layout: PromptLayout? = .names, taught: Set<String>? = nil
    ) throws -> (Pipeline, ScriptedGenerator) {
        let adapter = ServedAdapter(
            name: "smart-home", lesson: AdapterLesson(layout: layout?.rawValue, functions: taught),
            weights: LoRAWeights(fingerprint: Fingerprint(of: [1])))
        let generator = try ScriptedGenerator(adapters: [adapter]) { request in
            request.prompt.isEmpty ? "" : answer
        }
        return (try SmartHome.pipeline(generator, choosing: .calibrated), generator)
    }

    private static func request(_ change: (inout FunctionCallRequest) -> Void = { _ in }) -> FunctionCallRequest {
        var request = FunctionCallRequest(query: "turn off the light in the hall")
        change(&request)
        return request
    }

    @Test func itIsAnsweredOnceAndByTheAdapter() async throws {
        let (pipeline, generator) = try Self.pipeline()
        let result = try await pipeline.run(Self.request())
        #expect(result.calls.first?.function == "device_turn_off" && result.outcome == .call)
        // Neither other names are scored nor a call is asked for behind a refusal.
        #expect(generator.requests.count == 1 && generator.requests[0].adapter != nil)
    }

    static let others: [(what: String, change: @Sendable (inout FunctionCallRequest) -> Void)] = [
        ("several calls", { $0.maxCalls = 2 }),
        ("functions of the request", { ($0.functions, $0.retriever) = ([ChoosingTests.tea], .all) }),
    ]
    @Test(arguments: others.indices) func othersAreAnsweredByTheModelAsItIs(index: Int) async throws {
        let (pipeline, _) = try Self.pipeline()
        let found = try await pipeline.retrieve(Self.request(Self.others[index].change))
        #expect(found.adapter == nil && found.layout == .joint)
    }

    @Test(arguments: PromptLayout.allCases) func theAdapterSaysTheLayout(layout: PromptLayout) async throws {
        let (pipeline, _) = try Self.pipeline(layout)
        let found = try await pipeline.retrieve(Self.request())
        #expect(found.layout == layout && found.adapter != nil)
    }

    @Test func withoutACardThePromptShowsTheCandidates() async throws {
        let (pipeline, _) = try Self.pipeline(nil)
        let found = try await pipeline.retrieve(Self.request())
        #expect(found.layout == .joint && found.adapter != nil && found.candidates.count == 10)
    }

    /// What it was not taught it would hardly choose.
    @Test(arguments: [true, false]) func aPoolThatGrewIsAnsweredByTheModelAsItIs(knowsAll: Bool) async throws {
        var names = Set(try SmartHome.pool().functions.map(\.name))
        if !knowsAll { names.remove("device_find") }
        let (pipeline, _) = try Self.pipeline(taught: names)
        let found = try await pipeline.retrieve(Self.request())
        #expect((found.adapter != nil) == knowsAll && found.layout == (knowsAll ? .names : .joint))
    }

    /// Words of this household are told to everybody, those of other languages to whoever was not taught them.
    @Test(arguments: [true, false]) func notesOnOtherLanguagesAreForTheUntaught(isTaught: Bool) async throws {
        let (pipeline, _) = try Self.pipeline(taught: isTaught ? nil : [])
        pipeline.catalog.knowledge = KnowledgeBase([
            KnowledgeTerm(term: "灯", explanation: "light", languages: [.chinese]),
            KnowledgeTerm(term: "读书角", explanation: "the lamp beside the armchair"),
        ])
        let request = FunctionCallRequest(query: "把读书角的灯关掉")
        let question = try await pipeline.write(
            pipeline.prepare(pipeline.retrieve(request), request), request)
        let asked = question.prompt.messages.last?.content ?? ""
        #expect(asked.contains("armchair") && asked.contains("灯: light") != isTaught)
    }

    @Test func nothingIsRankedThatIsOfferedAnyway() async throws {
        let (pipeline, _) = try Self.pipeline()
        #expect(try await pipeline.retrieve(Self.request()).retriever == .all)
        #expect(try await pipeline.retrieve(Self.request { $0.explain = true }).retriever != .all)
        let few = try await pipeline.retrieve(Self.request { $0.topK = 3 })
        #expect(few.retriever != .all && few.candidates.count == 3)
    }

    /// With an adapter for any functions beside that of a pool.
    private static func general(
        named name: String = "general", own: Bool = true,
        _ script: @escaping @Sendable (GenerationRequest) -> String = { _ in answer }
    ) throws -> (Pipeline, ScriptedGenerator) {
        let any = ServedAdapter(
            name: name, lesson: AdapterLesson(layout: "joint"), weights: LoRAWeights(fingerprint: Fingerprint(of: [2])))
        let pools = ServedAdapter(
            name: "smart-home", lesson: AdapterLesson(layout: "names", functions: nil),
            weights: LoRAWeights(fingerprint: Fingerprint(of: [1])))
        let generator = try ScriptedGenerator(adapters: own ? [any, pools] : [any], script)
        return (try SmartHome.pipeline(generator, choosing: .calibrated), generator)
    }

    @Test(arguments: others.indices) func othersAreAnsweredByWhatKnowsAnyFunctions(index: Int) async throws {
        let found = try await Self.general().0.retrieve(Self.request(Self.others[index].change))
        #expect(found.adapter?.name == "general" && !found.isTaughtPool && found.layout == .joint)
    }

    @Test(arguments: [true, false]) func aPoolsOwnStandsBeforeIt(own: Bool) async throws {
        let found = try await Self.general(own: own).0.retrieve(Self.request())
        #expect(found.adapter?.name == (own ? "smart-home" : "general") && found.isTaughtPool == own)
        #expect(found.layout == (own ? .names : .joint))
    }

    @Test func anotherNameIsNotAsked() async throws {
        let found = try await Self.general(named: "other", own: false).0.retrieve(Self.request())
        #expect(found.adapter == nil && !found.isTaughtPool)
    }

    /// It knows how functions are called, not what this pool serves: its refusal is one voice among others.
    @Test(arguments: [true, false]) func onlyAPoolsOwnRefusalStands(own: Bool) async throws {
        let (pipeline, generator) = try Self.general(own: own) { request in
            request.grammar.map { Matcher($0).canRefuse } == true
                ? #"{"name": "no_appropriate_function"}"# : Self.answer
        }
        pipeline.catalog.store(ChoosingTests.always, for: "smart-home")
        let result = try await pipeline.run(Self.request())
        #expect(result.outcome == (own ? Outcome.noAppropriateFunction : .call))
        #expect(generator.requests.count == (own ? 1 : 2) && generator.requests.allSatisfy { $0.adapter != nil })
    }

    /// It adds values that nobody said as the model does without it.
    @Test(arguments: [true, false]) func onlyAPoolsOwnValuesNeedNotBeSaid(own: Bool) async throws {
        let (pipeline, _) = try Self.general(own: own) { _ in
            #"{"name": "device_turn_on", "arguments": {"room": "hall", "device": "light", "for_minutes": 7}}"#
        }
        pipeline.catalog.store(ChoosingTests.always, for: "smart-home")
        let result = try await pipeline.run(Self.request { $0.query = "turn on the light in the hall" })
        let call = try #require(result.calls.first)
        #expect(call.parameters["for_minutes"] == (own ? 7 : nil))
    }
}
