import Functions
import Inference

/// What a route of the server asks of a function call beside the fields of the request.
public struct CallOptions: Sendable, Hashable {
    /// A call must be made: the two other outcomes are not offered.
    public var mustCall = false
    /// Tokens of the whole answer; nil: as the pipeline's settings say.
    public var maxTokens: Int?
    public var sampling = Sampling()
    /// Alternatives that each token of the answer carries.
    public var topLogprobs: Int?
    /// How large functions given inline may be.
    public var poolLimits = PoolLimits()
    /// On whose account the model works; nil: the server's own.
    public var account: Account?

    public init() {}
}
