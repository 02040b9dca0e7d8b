import Foundation
import OrderedCollections
import Documents

/// The policy gradient of answers that the model itself has just drawn, and a pull towards a reference model.
///
/// A token costs `-A r + k min(d² / 2, 10)`: `A` the answer's advantage, `r` the ratio of the token's probability to that
/// with which it was drawn, which is 1 where each draw is learnt from once, `d` the difference of its log-probability to
/// the reference's (the estimator K2, http://joschu.net/blog/kl-approx.html, bounded as in OpenRLHF).
package struct PolicyLoss: TokenLoss {
    /// An answer as far as its loss depends on it.
    package struct Answer: Sendable, Hashable {
        package var advantage: Double
        /// The reference's log-probability of each token.
        package var reference: [Float]

        package init(advantage: Double, reference: [Float]) {
            (self.advantage, self.reference) = (advantage, reference)
        }
    }

    /// By the samples' numbers.
    package let answers: [Answer]
    package let divergenceWeight: Double
    /// How answers are drawn and rewarded.
    private let draws: JSONObject

    private static let mostDivergence = 10.0

    package init(_ answers: [Answer], divergenceWeight: Double, draws: JSONObject = [:]) {
        (self.answers, self.divergenceWeight, self.draws) = (answers, divergenceWeight, draws)
    }

    package var record: JSONObject {
        let own: JSONObject = ["loss": "reinforce", "kl": .number(divergenceWeight)]
        return own.merging(draws) { _, new in new }
    }

    /// The gradient is that of the token's log-probability times its slope: `slope * (target - softmax)`.
    package func loss(
        _ logits: UnsafeMutableBufferPointer<Float>, of token: TaughtToken, weight: Float?
    ) -> Double {
        guard let x = logits.baseAddress else { return 0 }
        let answer = answers[token.sample], logit = Double(x[Int(token.id)])
        let logProbability = logit - Double(VectorMath.softmax(x, count: logits.count))
        let difference = logProbability - Double(answer.reference[token.place])
        let divergence = difference * difference / 2
        let isBounded = divergence > Self.mostDivergence
        let loss = -answer.advantage + divergenceWeight * min(divergence, Self.mostDivergence)
        guard let weight else { return loss }
        let slope = Float(-answer.advantage + (isBounded ? 0 : divergenceWeight * difference)) * weight
        VectorMath.forEach(x, count: logits.count) { $0 *= -slope }
        x[Int(token.id)] += slope
        return loss
    }
}
