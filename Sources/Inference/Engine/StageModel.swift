import Documents
import Tokenization

/// A request of one stage of the pipeline (describe, select, judge) to a model, wherever that runs.
public struct StageRequest: Sendable {
    public var messages: [ChatMessage]
    /// What the answer must be; nil: free text.
    public var schema: JSONValue?
    public var maxTokens: Int
    public var temperature: Float = 0
    public var seed: UInt64?
    /// 0 interactive to 9 batch; a remote server is not told.
    public var priority = 0
    public var deadline: ContinuousClock.Instant?

    /// - Parameter schema: what the answer must satisfy; nil: any text.
    public init(messages: [ChatMessage], schema: JSONValue? = nil, maxTokens: Int) {
        (self.messages, self.schema, self.maxTokens) = (messages, schema, maxTokens)
    }
}

/// A model's answer, and what it took.
public struct StageAnswer: Sendable {
    public var text: String
    /// With their log-probabilities; empty from a server that does not give them.
    public var tokens: [GeneratedToken]
    public var usage: Usage
    public var timings: GenerationTimings

    /// An answer with its tokens and times.
    public init(
        text: String, tokens: [GeneratedToken] = [], usage: Usage = Usage(), timings: GenerationTimings = .init()
    ) {
        (self.text, self.tokens, self.usage, self.timings) = (text, tokens, usage, timings)
    }
}

/// A model that answers a conversation: the engine in this process or a server elsewhere.
public protocol StageModel: Sendable {
    /// As its server names it.
    var modelName: String { get }
    /// - Throws: `GenerationError`, `GrammarError`, `RemoteError`.
    func answer(_ request: StageRequest) async throws -> StageAnswer
}

/// A stage whose answers are drawn, whatever is asked of it: several different ones to one question.
public struct DrawingStage: StageModel {
    private let stage: any StageModel
    private let sampling: Sampling

    /// - Parameter sampling: temperature and seed; a stage knows nothing else.
    public init(_ stage: any StageModel, _ sampling: Sampling) { (self.stage, self.sampling) = (stage, sampling) }

    public var modelName: String { stage.modelName }

    public func answer(_ request: StageRequest) async throws -> StageAnswer {
        var request = request
        (request.temperature, request.seed) = (sampling.temperature, sampling.seed)
        return try await stage.answer(request)
    }
}

/// A stage on the engine in this process.
public struct LocalStage: StageModel {
    private let generator: any Generator
    private let template: ChatTemplate

    /// - Throws: for a model without a chat template that is known.
    public init(generator: any Generator) throws(ChatTemplateError) {
        (self.generator, template) = (generator, try ChatTemplate(tokenizer: generator.tokenizer))
    }

    /// As the engine names it.
    public var modelName: String { generator.modelName }

    /// Asks the engine; the schema becomes a grammar.
    public func answer(_ request: StageRequest) async throws -> StageAnswer {
        var generation = GenerationRequest(prompt: template.encode(request.messages), maxTokens: request.maxTokens)
        generation.sampling.temperature = request.temperature
        generation.sampling.seed = request.seed
        generation.priority = request.priority
        generation.deadline = request.deadline
        if let schema = request.schema { generation.grammar = try await generator.compile(schema) }
        let answer = try await generator.generate(generation)
        return StageAnswer(text: answer.text, tokens: answer.tokens, usage: answer.usage, timings: answer.timings)
    }
}
