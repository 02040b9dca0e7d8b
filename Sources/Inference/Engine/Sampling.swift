import Tokenization

/// Parameters of choosing a token from the logits. The default is greedy.
public struct Sampling: Sendable, Hashable {
    /// 0: always the most likely token.
    public var temperature: Float = 0
    /// Only the `topK` most likely tokens; 0: all.
    public var topK = 0
    /// Only the most likely tokens that together reach this probability.
    public var topP: Float = 1
    /// Only tokens at least this share of the most likely one's probability.
    public var minP: Float = 0
    /// Divides the positive and multiplies the negative logits of tokens seen in prompt or answer (arXiv 1909.05858).
    public var repetitionPenalty: Float = 1
    /// Taken from the logit of each token that occurs in the answer.
    public var presencePenalty: Float = 0
    /// Taken from the logit for each time the token occurs in the answer.
    public var frequencyPenalty: Float = 0
    public var logitBias: [TokenID: Float] = [:]
    /// Same seed, same answer, whatever else runs. nil: a seed of the engine's own choice.
    public var seed: UInt64?

    public init() {}

    /// Whether logits are changed before a token is chosen.
    var changesLogits: Bool {
        repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0 || !logitBias.isEmpty
    }
}
