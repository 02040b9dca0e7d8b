import Judging

/// 1 for an answer that the exact match of data sets takes (`kinglet evaluate calls`), 0 for any other.
enum ExactReward {
    static func reward(_ answer: RewardedAnswer) -> Reward {
        let text = Completion.turn(of: TaggedText(answer.response)).text
        guard let reference = answer.label.reference else { return result(false, "there is no label") }
        guard let given = AnswerText.answer(in: text) else { return result(false, "the answer cannot be read") }
        let match = AnswerMatcher(functions: answer.functions ?? []).match(given, reference, .exact)
        return result(match.isRight, match.detail ?? "right")
    }

    private static func result(_ isRight: Bool, _ detail: String) -> Reward {
        Reward(parts: [.init("match", isRight ? 1 : 0)], isRight: isRight, detail: detail)
    }
}
