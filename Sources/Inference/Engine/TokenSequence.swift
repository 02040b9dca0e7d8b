import Grammar
import Tokenization

/// One answer in the making. Owner: the engine thread; not `Sendable` on purpose.
final class TokenSequence {
    let id: RequestID
    let request: GenerationRequest
    let arrival: ContinuousClock.Instant
    let tokenizer: Tokenizer
    let deliver: @Sendable (GenerationUpdate) -> Void

    /// Prompt and answer.
    private(set) var tokens: [TokenID]
    /// Leading tokens whose keys and values are in the cache.
    var computed = 0
    var table: BlockTable
    var matcher: Matcher?
    var sampler: Sampler
    private var lookup = PromptLookup()
    /// Priority and age; the lowest is served first. Set by the scheduler.
    var rank = 0.0
    /// Gives way to all that is asked by people: batch work, unless somebody waits for what it computes. Set by the scheduler.
    var isBackground: Bool
    /// Has blocks; set by the scheduler.
    var isRunning = false
    private(set) var answer: [GeneratedToken] = []
    private var text: AnswerText
    var usage = Usage()
    var firstStep: ContinuousClock.Instant?
    private var firstToken: ContinuousClock.Instant?
    private var lastToken: ContinuousClock.Instant?

    init(
        id: RequestID, request: GenerationRequest, arrival: ContinuousClock.Instant, tokenizer: Tokenizer,
        deliver: @escaping @Sendable (GenerationUpdate) -> Void
    ) {
        (self.id, self.request, self.arrival, self.deliver) = (id, request, arrival, deliver)
        self.tokenizer = tokenizer
        tokens = request.prompt + request.scored.dropLast()
        scores = Array(repeating: TokenScore(), count: request.scored.count)
        table = BlockTable(scope: request.scope)
        matcher = request.grammar.map { Matcher($0) }
        sampler = Sampler(request.sampling, prompt: request.prompt, fallbackSeed: .random(in: .min ... .max))
        text = AnswerText(tokenizer: tokenizer, stop: request.stop)
        usage.promptTokens = request.prompt.count
        isBackground = request.priority >= GenerationRequest.batchPriority && !request.isUnbounded
    }

    /// Log-probabilities of `request.scored`, as far as they are computed.
    private(set) var scores: [TokenScore]

    /// Leading tokens that may come from the prefix cache: those whose logits nobody asks for.
    var sharableTokens: Int { request.scored.isEmpty ? tokens.count : request.prompt.count - 1 }

    /// Tokens that the next steps must compute.
    var pending: Int { tokens.count - computed }
    /// Still reading its prompt, or again after a preemption.
    var isPrefilling: Bool { pending > 1 + forcedTail }
    /// Forced tokens appended behind the last sampled one: they are computed in one step with it.
    private var forcedTail = 0
    var needsLogprobs: Bool { request.topLogprobs != nil || matcher != nil }
    var tokensLeft: Int { request.maxTokens - answer.count }

    /// Adds a token to the answer.
    ///
    /// - Returns: the reason if the answer is complete with it.
    func append(_ token: GeneratedToken, at now: ContinuousClock.Instant, isEnd: Bool) -> FinishReason? {
        // What was forced before any step came without computing: the first token is the first that was waited for.
        if firstStep != nil { firstToken = firstToken ?? now }
        lastToken = now
        forcedTail = token.isForced ? forcedTail + 1 : 0
        tokens.append(token.id)
        answer.append(token)
        sampler.note(token.id)
        usage.completionTokens += 1
        if token.isForced { usage.forcedTokens += 1 }
        if isEnd, !request.ignoresEnd { return .stop }
        if request.stopTokens.contains(token.id) { return .stop }
        if text.append(token.id) { return .stop }
        return tokensLeft <= 0 ? .length : nil
    }

    /// At most `limit` tokens that may come next; the answer has room for one more behind them.
    func draft(limit: Int) -> [TokenID] { lookup.guess(behind: tokens, limit: min(limit, tokensLeft - 1)) }

    /// Takes those of the drafted tokens as computed that the text has.
    ///
    /// - Returns: how many.
    func accept(_ draft: [TokenID]) -> Int {
        let right = zip(draft, tokens[computed...]).prefix { $0 == $1 }.count
        lookup.note(guessed: draft.count, right: right)
        computed += right
        return right
    }

    /// Notes log-probabilities of scored tokens from place `first` on.
    func note(_ new: [TokenScore], from first: Int) {
        for (place, score) in zip(first..., new) where scores.indices.contains(place) { scores[place] = score }
    }

    /// Takes the scored tokens as the answer, once all of them are computed.
    func answerWithScores(at now: ContinuousClock.Instant) {
        answer = zip(request.scored, scores).map { id, score in
            var token = GeneratedToken(
                id: id, bytes: tokenizer.bytes(of: id), logprob: score.logprob, isForced: true,
                alternatives: score.alternatives)
            (token.rank, token.restLogprob) = (score.rank, score.rest)
            return token
        }
        for id in request.scored { _ = text.append(id) }
        (firstToken, lastToken) = (now, now)
    }

    /// Nothing can follow the answer. The matcher is ahead of the answer while forced tokens are being appended.
    var isComplete: Bool { matcher?.isComplete ?? false }
    /// A grammar's value is whole as it stands.
    var canEnd: Bool { matcher?.canEnd ?? false }

    func finished(_ reason: FinishReason) -> Generation {
        var timings = GenerationTimings()
        let start = firstStep ?? arrival
        timings.queue = start - arrival
        if let firstToken, let lastToken {
            timings.prefill = firstToken - start
            timings.decode = lastToken - firstToken
        }
        return Generation(
            tokens: answer, text: text.finish(), finish: reason, usage: usage, timings: timings)
    }
}

public typealias RequestID = UInt64

/// What the engine thread tells the one who asked.
enum GenerationUpdate: Sendable {
    case started(cachedTokens: Int)
    case token(GeneratedToken)
    case finished(Generation)
    case failed(GenerationError)
}
