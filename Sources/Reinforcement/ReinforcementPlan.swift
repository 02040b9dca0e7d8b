import Documents
import OrderedCollections
import Training

/// What a reinforcement does beside its training plan.
package struct ReinforcementPlan: Sendable, Hashable {
    /// Answers drawn of each prompt.
    package var answers = 8
    /// Tokens of an answer.
    package var maxTokens = 256
    package var temperature: Float = 1
    /// Of the divergence from the reference.
    package var divergenceWeight = 0.001
    package var seed: UInt64 = 0
    /// How the weights are computed that draw.
    package var format = "w8a8"
    /// By its name in logs.
    package var reward: String

    package init(reward: String) { self.reward = reward }

    package var record: JSONObject {
        [
            "answers": .integer(answers), "max_tokens": .integer(maxTokens),
            "temperature": .number(Double(temperature)), "format": .string(format), "reward": .string(reward),
        ]
    }
}

extension PolicyLoss {
    /// Without answers yet: what a training is known by.
    package init(like plan: ReinforcementPlan) {
        self.init([], divergenceWeight: plan.divergenceWeight, draws: plan.record)
    }
}
