import OrderedCollections
import Documents

/// What a training makes small: a loss of each token of the completions, from its row of logits.
package protocol TokenLoss: Sendable {
    /// What the run's result depends on beside plan and data; nothing for cross entropy.
    var record: JSONObject { get }

    /// The loss of a token. Called for many tokens at the same time.
    ///
    /// - Parameters:
    ///   - logits: finite; with a weight they become their gradients times the weight, without one they may be spoilt.
    func loss(_ logits: UnsafeMutableBufferPointer<Float>, of token: TaughtToken, weight: Float?) -> Double
}

/// A token of a completion, and where it stands: what losses know it by.
package struct TaughtToken: Sendable, Hashable {
    package var id: Int32
    /// `TrainingSample.number`
    package var sample: Int
    /// In the completion.
    package var place: Int

    package init(id: Int32, sample: Int = 0, place: Int = 0) {
        (self.id, self.sample, self.place) = (id, sample, place)
    }
}
