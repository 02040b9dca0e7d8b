/// The rewards that are known, by their names in requests.
public enum RewardRule: String, Sendable, CaseIterable {
    /// The paper's, appendix B: format 0 or 1, answer -2 to 2.
    case paper
    /// ToolRL's, as verl's `rlla.py` computes it: format 0 or 1, correctness -3 to 3.
    case rlla
    /// 1 for an answer that is right, 0 for any other.
    case exact

    /// What a text is worth by this rule.
    public func reward(_ answer: RewardedAnswer) -> Reward {
        switch self {
        case .paper: PaperReward.reward(answer)
        case .rlla: ToolRLReward.reward(answer)
        case .exact: ExactReward.reward(answer)
        }
    }
}
