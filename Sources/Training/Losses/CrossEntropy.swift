import OrderedCollections
import Documents

/// The negative log-likelihood of the token that stands in the completion.
package struct CrossEntropy: TokenLoss {
    package init() {}

    package var record: JSONObject { [:] }

    /// The gradient is `softmax - target`.
    package func loss(
        _ logits: UnsafeMutableBufferPointer<Float>, of token: TaughtToken, weight: Float?
    ) -> Double {
        guard let x = logits.baseAddress else { return 0 }
        let target = Int(token.id), logit = x[target]
        let loss = Double(VectorMath.softmax(x, count: logits.count)) - Double(logit)
        guard let weight else { return loss }
        x[target] -= 1
        VectorMath.forEach(x, count: logits.count) { $0 *= weight }
        return loss
    }
}
