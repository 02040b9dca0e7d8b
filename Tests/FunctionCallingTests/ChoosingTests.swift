import Documents
import FunctionCalling
import Functions
import Grammar
import Inference
import OrderedCollections
import Testing

@Suite struct ChoosingTests {
    static let tea = FunctionDefinition(
        name: "brew_tea", description: "Brew a cup of tea.",
        parameters: [
            "type": "object",
            "properties": [
                "leaf": ["type": "string"], "minutes": ["type": "integer"], "iced": ["type": "boolean"],
                "strength": ["enum": ["mild", "strong"]], "extras": ["type": "array", "items": ["type": "string"]],
                "ready_at": ["type": "string"],
            ], "required": ["leaf"],
        ])

    static func request(_ query: String) throws -> FunctionCallRequest {
        var request = FunctionCallRequest(query: query)
        request.functions = [tea]
        request.retriever = .all
        return request
    }

    static func run(
        _ query: String, behind history: [FunctionCallRequest.Turn] = [], model: ChoiceModel? = nil,
        _ script: @escaping @Sendable (GenerationRequest) -> String
    ) async throws -> (result: FunctionCallResult, generator: ScriptedGenerator) {
        let generator = try ScriptedGenerator(script)
        let pipeline = try SmartHome.pipeline(generator, choosing: .calibrated)
        if let model { pipeline.catalog.store(model, for: "inline") }
        var request = try request(query)
        request.history = history
        return (try await pipeline.run(request), generator)
    }

    static let always = ChoiceModel(noFunction: .never, unclear: .never)

    @Test func dropsOptionalValuesThatNobodySaid() async throws {
        let invented =
            #"{"name": "brew_tea", "arguments": {"leaf": "mint", "minutes": 4, "iced": false, "strength": "mild", "extras": ["lemon"]}}"#
        func parameters(_ query: String) async throws -> JSONObject? {
            try await Self.run(query, model: Self.always) { _ in invented }.result.calls.first?.parameters
        }
        #expect(try await parameters("brew me some mint tea") == ["leaf": "mint"])
        #expect(try await parameters("mint tea, four minutes") == ["leaf": "mint", "minutes": 4])
        #expect(
            try await parameters("mild mint tea with Lemons") == [
                "leaf": "mint", "strength": "mild", "extras": ["lemon"],
            ])
        #expect(try await parameters("mint tea, a minute or so") == ["leaf": "mint", "minutes": 1])
        // What is said in another language cannot be told from what is not said.
        #expect(try await parameters("mint tea,最多4个")?.count == 5)
        #expect(try await parameters("mint tea, iced?") == ["leaf": "mint", "iced": false])
    }

    @Test func dropsWhatAListHoldsBesideWhatWasSaid() async throws {
        let listed = #"{"name": "brew_tea", "arguments": {"leaf": "mint", "extras": ["lemon", "honey", "rum"]}}"#
        func extras(_ query: String) async throws -> JSONValue? {
            try await Self.run(query, model: Self.always) { _ in listed }.result.calls.first?.parameters["extras"]
        }
        #expect(try await extras("mint tea with lemon") == ["lemon"])
        #expect(try await extras("mint tea with rum and honey") == ["honey", "rum"])
        #expect(try await extras("mint tea") == nil)
    }

    /// Required values stay whatever they are, and so does a time that can be worked out.
    @Test func keepsWhatMustBeThere() async throws {
        let (result, _) = try await Self.run("something warm tomorrow morning", model: Self.always) { _ in
            #"{"name": "brew_tea", "arguments": {"leaf": "assam", "ready_at": "2026-11-25T08:00"}}"#
        }
        #expect(result.calls.first?.parameters == ["leaf": "assam", "ready_at": "2026-11-25T08:00"])
        #expect((0...1).contains(result.confidence))
    }

    @Test func standardModelRefusesWhatHasNothingToDoWithTheFunction() async throws {
        let (wrong, _) = try await Self.run("who won the match yesterday") { _ in
            #"{"name": "brew_tea", "arguments": {"leaf": "green"}}"#
        }
        #expect(wrong.outcome == .noAppropriateFunction && wrong.calls.isEmpty && wrong.confidence > 0.5)
        let (right, _) = try await Self.run("brew green tea") { _ in
            #"{"name": "brew_tea", "arguments": {"leaf": "green"}}"#
        }
        #expect(right.outcome == .call && right.calls.count == 1 && right.choice?[.grounded] == 1)
    }

    /// What a last turn asks for lies in the turns before it: its own words need not be the function's.
    @Test func expectsFewerOfTheFunctionsWordsWithinADialogue() async throws {
        func outcome(_ query: String, behind history: [FunctionCallRequest.Turn]) async throws -> Outcome {
            try await Self.run(query, behind: history) { _ in #"{"name": "brew_tea", "arguments": {"leaf": "assam"}}"# }
                .result.outcome
        }
        let asked: [FunctionCallRequest.Turn] = [
            .init(role: .user, content: "I would like a cup of tea"), .init(role: .assistant, content: "Which leaf?"),
        ]
        #expect(try await outcome("a cup now, please", behind: []) == .noAppropriateFunction)
        #expect(try await outcome("a cup now, please", behind: asked) == .call)
        // A system turn is no dialogue.
        let told = [FunctionCallRequest.Turn(role: .system, content: "Be brief.")]
        #expect(try await outcome("a cup now, please", behind: told) == .noAppropriateFunction)
    }

    /// A refusal of the model is one voice among others: it is asked what it would call.
    @Test func asksForACallBehindARefusal() async throws {
        let (result, generator) = try await Self.run("brew green tea", model: Self.always) { request in
            request.grammar.map { Matcher($0).canRefuse } == true
                ? #"{"name": "no_appropriate_function"}"# : #"{"name": "brew_tea", "arguments": {"leaf": "green"}}"#
        }
        #expect(result.outcome == .call && generator.requests.count == 2)
        #expect(result.usage.promptTokens == generator.requests.reduce(0) { $0 + $1.prompt.count })
    }

    @Test func asksTheCheckOnlyWhereItCounts() async throws {
        let checked = ChoiceModel(noFunction: .init(bias: 2, weights: [.check: -1]), unclear: .never)
        let (result, generator) = try await Self.run("brew green tea", model: checked) { request in
            request.maxTokens <= 8 ? #""yes""# : #"{"name": "brew_tea", "arguments": {"leaf": "green"}}"#
        }
        #expect(generator.requests.count == 2 && result.choice != nil)
        #expect(generator.text(of: generator.requests[1]).contains("Does this function carry out the request?"))
    }

    @Test func modelsReadBack() throws {
        let model = ChoiceModel(
            noFunction: .init(bias: -1.5, weights: [.nameSaid: -2, .groundless: 1.25], threshold: 0.4),
            unclear: .init(bias: 0.25, weights: [.overUnclear: -0.5]))
        #expect(try ChoiceModel(json: JSONValue(parsing: model.json.text())) == model)
        #expect(throws: FieldError.self) {
            try ChoiceModel(json: ["no_appropriate_function": ["bias": 0, "weights": ["nmae": 1]]])
        }
        #expect(try ChoiceModel(json: [:]).decide(ChoiceFeatures()).outcome == .call)
    }
}

extension Matcher {
    /// The first name may be that of another outcome.
    var canRefuse: Bool {
        var matcher = self
        return #"{"name": "no_app"#.utf8.allSatisfy { matcher.accept(TokenIDOfByte.id($0)) }
    }
}

/// Tokens of `ScriptedGenerator`'s vocabulary are bytes.
private enum TokenIDOfByte {
    static func id(_ byte: UInt8) -> Int32 { Int32(byte) }
}
