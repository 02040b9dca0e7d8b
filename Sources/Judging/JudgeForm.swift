/// Who says what the rules leave open.
public enum JudgeForm: String, Sendable, Hashable, CaseIterable {
    /// Nobody: what no rule speaks against is right.
    case rules
    /// A model that writes its reasons before its verdict.
    case reasons
    /// A model, by the probability of one token.
    case token
}
