import Documents
import FunctionCalling
import Functions
import Inference
import OrderedCollections
import Retrieval
import Synchronization
import Testing
import Tokenization

/// Each stage alone: it takes the value of the stage before it, and no model is there.
@Suite struct StagesTests {
    private static let warm = FunctionDefinition(
        name: "heater_set", description: "Set the heater of a room.",
        parameters: [
            "type": "object", "required": ["level"],
            "properties": [
                "level": ["type": "integer", "minimum": 1, "maximum": 9], "room": ["enum": ["kitchen", "bath"]],
            ],
        ])
    private static let tea = ChoosingTests.tea

    private static func pipeline(
        choosing: PipelineSettings.Choosing = .calibrated, _ answer: String = #"{"name": "request_unclear"}"#
    ) throws -> Pipeline {
        try SmartHome.pipeline(ScriptedGenerator { _ in answer }, choosing: choosing)
    }

    private static func request(_ query: String, _ change: (inout FunctionCallRequest) -> Void = { _ in })
        -> FunctionCallRequest
    {
        var request = FunctionCallRequest(query: query)
        (request.functions, request.retriever) = ([warm, tea], .all)
        change(&request)
        return request
    }

    private static func question(_ request: FunctionCallRequest, _ pipeline: Pipeline) async throws -> Question {
        try await pipeline.write(pipeline.prepare(pipeline.retrieve(request), request), request)
    }

    // MARK: Retrieve

    static let retrieved: [(query: String, topK: Int?, first: String, count: Int)] = [
        ("brew some tea", nil, "brew_tea", 2), ("set the heater", 1, "heater_set", 1),
    ]
    @Test(arguments: retrieved) func retrieveRanks(query: String, topK: Int?, first: String, count: Int) async throws {
        let request = Self.request(query) { ($0.retriever, $0.topK) = (.lexical, topK) }
        let found = try await Self.pipeline().retrieve(request)
        #expect(found.candidates.first?.name == first && found.isInline && found.retriever == .lexical)
        #expect(found.candidates.count <= count)
    }

    @Test func retrieveNamesThePoolThatIsMissing() async throws {
        let pipeline = try Self.pipeline()
        let error = await #expect(throws: FunctionCallError.self) {
            try await pipeline.retrieve(FunctionCallRequest(json: ["query": "q", "pool": "garage"]))
        }
        #expect(error == .unknownPool("garage", known: ["smart-home"]))
    }

    // MARK: Prepare

    @Test func prepareOffersTheCandidatesInThePoolsOrder() async throws {
        let pipeline = try Self.pipeline()
        var request = FunctionCallRequest(query: "tea")
        (request.pool, request.topK) = ("smart-home", 5)
        let found = try await pipeline.retrieve(request), pool = try SmartHome.pool()
        let offer = try await pipeline.prepare(found, request)
        let positions = offer.functions.compactMap { pool.position(of: $0.name) }
        #expect(positions == positions.sorted() && positions.count == found.candidates.count)
        #expect(Set(offer.functions.map(\.name)) == Set(found.candidates.map(\.name)))
    }

    /// What must call has another grammar than what may refuse: the cache keeps them apart.
    @Test(arguments: [false, true]) func prepareOffersARefusalUnlessACallMustBeMade(mustCall: Bool) async throws {
        let pipeline = try Self.pipeline()
        for _ in 0..<2 {
            let request = Self.request("tea") { $0.options.mustCall = mustCall }
            let offer = try await pipeline.prepare(pipeline.retrieve(request), request)
            #expect(offer.allowsRefusal == !mustCall)
        }
    }

    // MARK: Write

    static let limits: [(maxCalls: Int, asked: Int?, given: Int)] = [(1, nil, 256), (3, nil, 768), (1, 40, 40)]
    @Test(arguments: limits) func writeLeavesRoomForTheAnswer(maxCalls: Int, asked: Int?, given: Int) async throws {
        let request = Self.request("tea") { ($0.maxCalls, $0.options.maxTokens) = (maxCalls, asked) }
        #expect(try await Self.question(request, Self.pipeline()).maxTokens == given)
    }

    @Test func writeKnowsWhatWasSaid() async throws {
        let request = Self.request("and iced, please") {
            $0.history = [.init(role: .user, content: "a cup of assam")]
            $0.context.state = ["kettle": "hot"]
        }
        let question = try await Self.question(request, Self.pipeline())
        for text in ["assam", "iced", "hot"] { #expect(question.dialogue.contains(text)) }
        #expect(question.prompt.messages.last?.content.hasSuffix("and iced, please") == true && question.said.isEmpty)
    }

    // MARK: Ask

    @Test func askTellsTheCandidatesFirst() async throws {
        let pipeline = try Self.pipeline(#"{"name": "brew_tea", "arguments": {"leaf": "mint"}}"#)
        let told = Mutex<[String]>([])
        let answer = try await pipeline.ask(
            Self.question(Self.request("mint tea"), pipeline),
            Watch { progress in told.withLock { $0.append(progress.name) } })
        #expect(answer.calls.map(\.parameters) == [["leaf": "mint"]] && answer.outcome == .call)
        #expect(told.withLock { $0.first } == "candidates" && told.withLock { $0.count } > 2)
        #expect(answer.evidence != nil && answer.usage.completionTokens > 10)
    }

    @Test func askWithoutCalibrationHasNothingToWeigh() async throws {
        let pipeline = try Self.pipeline(choosing: .greedy)
        let answer = try await pipeline.ask(Self.question(Self.request("mint tea"), pipeline), Watch())
        #expect(answer.outcome == .requestUnclear && answer.calls.isEmpty && answer.evidence == nil)
    }

    /// Another model takes the place of one stage; the rules correct its calls as they do the engine's.
    @Test func askIsExchanged() async throws {
        var pipeline = try Self.pipeline()
        pipeline.ask(ElsewhereModel(text: #"{"name": "brew_tea", "arguments": {"leaf": "mint", "iced": true}}"#))
        let result = try await pipeline.run(Self.request("mint tea please") { $0.explain = true })
        #expect(result.model == "elsewhere" && result.calls.map(\.parameters) == [["leaf": "mint"]])
        #expect(result.explanation?.changed.map(\.parameter) == ["iced"])
    }

    // MARK: Decide

    private static func answer(_ outcome: Outcome, _ calls: [FunctionCall], hasEvidence: Bool) -> ModelAnswer {
        var answer = ModelAnswer("m", (outcome, calls), tokens: [], usage: Usage())
        answer.evidence = hasEvidence ? .init() : nil
        return answer
    }
    private static let call = FunctionCall(function: "brew_tea", parameters: ["leaf": "mint"], confidence: 0.9)

    static let decided: [(query: String, said: Outcome, hasEvidence: Bool, mustCall: Bool, outcome: Outcome)] = [
        ("brew mint tea", .call, true, false, .call), ("brew mint tea", .noAppropriateFunction, true, false, .call),
        ("who won the match", .call, true, false, .noAppropriateFunction), ("who won", .call, true, true, .call),
        ("who won the match", .call, false, false, .call),
    ]
    @Test(arguments: decided) func decideWeighsWhatIsKnown(
        query: String, said: Outcome, hasEvidence: Bool, mustCall: Bool, outcome: Outcome
    ) async throws {
        let pipeline = try Self.pipeline()
        let question = try await Self.question(Self.request(query) { $0.options.mustCall = mustCall }, pipeline)
        let choice = pipeline.decide(Self.answer(said, [Self.call], hasEvidence: hasEvidence), question)
        #expect(choice.outcome == outcome && choice.calls.isEmpty == (outcome != .call))
        #expect((choice.features != nil) == hasEvidence && (0...1).contains(choice.confidence))
    }

    // MARK: Correct

    @Test func correctSaysWhatWasChanged() async throws {
        let pipeline = try Self.pipeline()
        let question = try await Self.question(Self.request("please brew some mint tea"), pipeline)
        let call = FunctionCall(function: "brew_tea", parameters: ["leaf": "mint", "strength": "mild"])
        let correction = pipeline.correct(Choice(outcome: .call, calls: [call], confidence: 1), question)
        #expect(correction.choice.calls.map(\.parameters) == [["leaf": "mint"]])
        #expect(
            correction.changed.map(\.json) == [
                [
                    "rule": "unsaid_values", "function": "brew_tea", "parameter": "strength", "from": "mild",
                    "to": .null,
                ]
            ])
    }

    // MARK: Adapt

    @Test func adaptWritesTheFrameOfTheNamedAdapter() throws {
        let pipeline = try Self.pipeline()
        var request = FunctionCallRequest(query: "q")
        #expect(try pipeline.adapt.output(for: request, of: SmartHome.pool()) == nil)
        request.adapter = "fax"
        #expect(throws: FunctionCallError.unknownAdapter("fax", known: ["smart-home"])) {
            try pipeline.adapt.output(for: request, of: SmartHome.pool())
        }
    }
}

extension Offer {
    fileprivate var allowsRefusal: Bool { format.schema.text().contains("no_appropriate_function") }
}

/// A model on another server.
private struct ElsewhereModel: StageModel {
    let text: String
    var modelName: String { "elsewhere" }

    func answer(_ request: StageRequest) async throws -> StageAnswer { StageAnswer(text: text) }
}
