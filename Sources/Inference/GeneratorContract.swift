import OrderedJSON
import Tokenization

/// Scaffold.
public struct Sampling: Sendable {
    public var temperature: Float = 0, topK = 0, topP: Float = 1, minP: Float = 0, seed: UInt64? = nil
    public init() {}
}
public struct GenerationRequest: Sendable {
    public var prompt: [TokenID], maxTokens: Int, minTokens = 0, ignoresEnd = false
    public var sampling = Sampling(), grammar: CompiledGrammar? = nil, stop: [String] = [], topLogprobs = 0
    public var priority = 0, deadline: ContinuousClock.Instant? = nil, cacheSalt: UInt64 = 0
    public init(prompt: [TokenID], maxTokens: Int) { (self.prompt, self.maxTokens) = (prompt, maxTokens) }
}
public struct GeneratedToken: Sendable {
    public var id: TokenID, bytes: [UInt8], logprob: Float, isForced: Bool, alternatives: [(id: TokenID, logprob: Float)]
    public init(
        id: TokenID, bytes: [UInt8], logprob: Float, isForced: Bool, alternatives: [(id: TokenID, logprob: Float)] = []
    ) {
        (self.id, self.bytes, self.logprob) = (id, bytes, logprob)
        (self.isForced, self.alternatives) = (isForced, alternatives)
    }
}
public enum FinishReason: String, Sendable { case stop, length, grammar }
public struct Usage: Sendable, Hashable {
    public var promptTokens, cachedTokens, completionTokens, forcedTokens: Int
    public init(promptTokens: Int, cachedTokens: Int, completionTokens: Int, forcedTokens: Int) {
        (self.promptTokens, self.cachedTokens) = (promptTokens, cachedTokens)
        (self.completionTokens, self.forcedTokens) = (completionTokens, forcedTokens)
    }
}
public struct GenerationTimings: Sendable {
    public var queue, prefill, decode: Duration
    public init(queue: Duration, prefill: Duration, decode: Duration) {
        (self.queue, self.prefill, self.decode) = (queue, prefill, decode)
    }
}
public struct Generation: Sendable {
    public var tokens: [GeneratedToken], text: String, finish: FinishReason, usage: Usage, timings: GenerationTimings
    public init(
        tokens: [GeneratedToken], text: String, finish: FinishReason, usage: Usage, timings: GenerationTimings
    ) {
        (self.tokens, self.text, self.finish) = (tokens, text, finish)
        (self.usage, self.timings) = (usage, timings)
    }
}
public protocol Generator: Sendable {
    var modelName: String { get }
    var tokenizer: Tokenizer { get }
    var contextLength: Int { get }
    func generate(_ request: GenerationRequest) async throws -> Generation
    func stream(_ request: GenerationRequest) -> AsyncThrowingStream<GeneratedToken, any Error>
    func compile(_ schema: JSONValue) async throws -> CompiledGrammar
}
