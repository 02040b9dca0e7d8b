import Documents
import Grammar
import Tokenization

/// What a caller asks to be generated.
public struct GenerationRequest: Sendable {
    public var prompt: [TokenID]
    /// Not empty: nothing is generated; these tokens are taken as the answer and their log-probabilities, each behind the
    /// prompt and those before it, are what is asked for, with `topLogprobs` alternatives at `sampling.temperature` (0 counts
    /// as 1). Requests with one prompt share its blocks and run in one batch.
    public var scored: [TokenID] = []
    public var maxTokens: Int
    /// End tokens are not sampled before this many tokens.
    public var minTokens = 0
    /// End tokens are sampled like any other and do not end the answer.
    public var ignoresEnd = false
    /// The answer does not begin with one of these; without a grammar.
    public var notFirst: [TokenID] = []
    public var sampling = Sampling()
    public var grammar: CompiledGrammar?
    /// The answer ends before the first of these texts.
    public var stop: [String] = []
    /// The answer ends before the first of these tokens, as before an end token; not before `minTokens`.
    public var stopTokens: Set<TokenID> = []
    /// How many alternatives with their log-probabilities each token carries; nil: log-probabilities only where a grammar
    /// is, since they decide the confidence.
    public var topLogprobs: Int?
    /// 0 interactive to 9 batch.
    public var priority = 0
    /// From here on requests are batch work, which stands still while others run.
    public static let batchPriority = 9
    public var deadline: ContinuousClock.Instant?
    /// Requests with different salts never share cached prefixes; the account's salt counts before it.
    public var cacheSalt: UInt64 = 0
    /// nil: the base model answers.
    public var adapter: AdapterUse?
    /// Of the client's request that it belongs to; nil: the server's own.
    public var account: Account?
    /// Held for it at the door of a server.
    var place: AdmissionPlace? { account?.place }
    /// The server's own: what clients are allowed does not bound it.
    public var isUnbounded = false

    public init(prompt: [TokenID], maxTokens: Int) {
        (self.prompt, self.maxTokens) = (prompt, maxTokens)
    }

    /// How likely `continuation` is behind `prompt`, over the whole vocabulary.
    public init(prompt: [TokenID], scoring continuation: [TokenID]) {
        (self.prompt, scored, maxTokens) = (prompt, continuation, max(1, continuation.count))
    }
}

public struct GeneratedToken: Sendable, Hashable {
    public struct Alternative: Sendable, Hashable {
        public var id: TokenID
        public var logprob: Float

        public init(id: TokenID, logprob: Float) { (self.id, self.logprob) = (id, logprob) }
    }

    public var id: TokenID
    public var bytes: [UInt8]
    /// Natural logarithm of the token's probability among those allowed, at temperature 1; 0 where it was not asked for.
    public var logprob: Float
    /// Appended because nothing else could follow, without sampling.
    public var isForced: Bool
    public var alternatives: [Alternative]
    /// Of a scored token that was asked for with alternatives: one more than those that are likelier.
    public var rank: Int?
    /// Of such a token: the logarithm of the probability that the alternatives leave.
    public var restLogprob: Float?

    public init(
        id: TokenID, bytes: [UInt8], logprob: Float = 0, isForced: Bool = false, alternatives: [Alternative] = []
    ) {
        (self.id, self.bytes, self.logprob) = (id, bytes, logprob)
        (self.isForced, self.alternatives) = (isForced, alternatives)
    }
}

public enum FinishReason: String, Sendable {
    /// An end token or a stop text.
    case stop
    /// `maxTokens`, or the end of the context.
    case length
    /// The grammar is complete; nothing can follow.
    case grammar
}

public struct Usage: Sendable, Hashable {
    public var promptTokens = 0
    /// Prompt tokens whose keys and values were found in the prefix cache.
    public var cachedTokens = 0
    public var completionTokens = 0
    public var forcedTokens = 0

    public init() {}

    public static func + (left: Usage, right: Usage) -> Usage {
        var sum = left
        sum.promptTokens += right.promptTokens
        sum.cachedTokens += right.cachedTokens
        sum.completionTokens += right.completionTokens
        sum.forcedTokens += right.forcedTokens
        return sum
    }
}

public struct GenerationTimings: Sendable, Hashable {
    /// From arrival until the first step that computes a token of the request.
    public var queue = Duration.zero
    /// From then to the first generated token.
    public var prefill = Duration.zero
    /// From the first generated token to the last.
    public var decode = Duration.zero

    public init() {}
}

public struct Generation: Sendable {
    public var tokens: [GeneratedToken]
    /// Without end token and stop text.
    public var text: String
    public var finish: FinishReason
    public var usage: Usage
    public var timings: GenerationTimings

    public init(
        tokens: [GeneratedToken], text: String, finish: FinishReason, usage: Usage, timings: GenerationTimings
    ) {
        (self.tokens, self.text, self.finish, self.usage, self.timings) = (tokens, text, finish, usage, timings)
    }
}

public enum GenerationError: Error, Hashable, CustomStringConvertible {
    case emptyPrompt
    case promptTooLong(tokens: Int, limit: Int)
    /// The context would take it, the settings do not.
    case promptOverLimit(tokens: Int, limit: Int)
    case unknownToken(TokenID, vocabulary: Int)
    case limitTooSmall(limit: Int, needed: Int)
    case overloaded(waiting: Int, retryAfterSeconds: Int)
    /// For its first step, by what is to be computed before it.
    case wouldWait(seconds: Int, limit: Int, retryAfterSeconds: Int)
    /// To be compiled.
    case schemasWaiting(Int, retryAfterSeconds: Int)
    case draining
    case deadlineExceeded
    case cancelled
    case failed(String)

    public var description: String {
        switch self {
        case .emptyPrompt: "the prompt is empty; give at least one token"
        case .promptTooLong(let tokens, let limit):
            "the prompt has \(tokens) tokens; with the answer at most \(limit) fit. Shorten it"
        case .promptOverLimit(let tokens, let limit):
            "the prompt has \(tokens) tokens; limits.prompt_tokens allows \(limit). Shorten it"
        case .unknownToken(let id, let vocabulary): "token id \(id) is not in 0..<\(vocabulary)"
        case .limitTooSmall(let limit, let needed):
            "the shortest valid answer has \(needed) tokens, the limit is \(limit). Raise max_tokens"
        case .overloaded(let waiting, let seconds):
            "\(waiting) requests are waiting already; try again in \(seconds) s"
        case .wouldWait(let wait, let limit, let seconds):
            "it would wait \(wait) s, engine.max_wait_seconds allows \(limit); try again in \(seconds) s"
        case .schemasWaiting(let count, let seconds):
            "\(count) schemas wait to be compiled already; try again in \(seconds) s"
        case .draining: "the server is shutting down; ask another one"
        case .deadlineExceeded: "the time-out was over before the answer was complete"
        case .cancelled: "the request was cancelled"
        case .failed(let reason): reason
        }
    }
}

/// Whatever turns prompts into tokens: the engine in this process, later a server elsewhere.
public protocol Generator: Sendable {
    var modelName: String { get }
    /// The model's name with what its numbers are stored as: the same words in other formats are other answers.
    var identity: String { get }
    var tokenizer: Tokenizer { get }
    /// Tokens that prompt and answer may have together.
    var contextLength: Int { get }

    /// Tokens that a client's prompt may have; nil: as many as the context takes.
    var promptLimit: Int? { get }

    /// An adapter that it can answer with.
    func adapter(named name: String) -> ServedAdapter?

    /// - Throws: `GenerationError`.
    func generate(_ request: GenerationRequest) async throws -> Generation
    /// Whether a request would be taken up now, without asking for it: what is thrown here is a status to a client whose
    /// answer has not begun.
    ///
    /// - Throws: what `generate` would throw at once.
    func check(_ request: GenerationRequest) throws(GenerationError)
    /// The tokens as they come, forced ones too. Dropping the stream cancels the request.
    func stream(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error>
    /// The automaton of a JSON Schema, from a bounded cache or compiled off the engine's thread.
    ///
    /// - Throws: `GrammarError` with the JSON Pointer of a keyword that cannot be honoured; `.schemasWaiting`.
    func compile(_ schema: JSONValue) async throws -> CompiledGrammar
}

extension Generator {
    public var identity: String { modelName }

    public var promptLimit: Int? { nil }

    public func adapter(named name: String) -> ServedAdapter? { nil }

    public func check(_ request: GenerationRequest) throws(GenerationError) {}
}

extension Usage {
    /// Takes note of what a stream tells, so that it can be left at any time.
    ///
    /// - Parameter promptTokens: of the request.
    public mutating func note(_ event: GenerationEvent, promptTokens: Int) {
        switch event {
        case .started(let cached): (self.promptTokens, cachedTokens) = (promptTokens, cached)
        case .token(let token):
            completionTokens += 1
            forcedTokens += token.isForced ? 1 : 0
        case .finished(let generation): self = generation.usage
        }
    }
}

public enum GenerationEvent: Sendable {
    /// The first step is done, and this much of the prompt was found in the prefix cache: for whoever stops listening
    /// before the usage of the whole comes.
    case started(cachedTokens: Int)
    case token(GeneratedToken)
    case finished(Generation)
}
