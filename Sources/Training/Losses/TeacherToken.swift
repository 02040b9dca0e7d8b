import Foundation

/// What a teacher says of a place in a completion: its most likely tokens, and how much probability the others have.
package struct TeacherToken: Sendable, Hashable {
    /// Most likely first, each once.
    package var ids: [Int32]
    /// Natural logarithms of their probabilities.
    package var logprobs: [Float]
    /// Of all other tokens together; minus infinity: there are no others.
    package var rest: Float

    package init(ids: [Int32], logprobs: [Float], rest: Float) {
        (self.ids, self.logprobs, self.rest) = (ids, logprobs, rest)
    }

    /// Of which nothing but the most likely tokens is known: the others have what is left of one.
    package init(ids: [Int32], logprobs: [Float]) {
        let sum = logprobs.reduce(0) { $0 + exp(Double($1)) }
        self.init(ids: ids, logprobs: logprobs, rest: Float(log(max(1 - sum, Self.least))))
    }

    /// Probability that others have in any case: a divergence asks for its logarithm.
    package static let least = 1e-13
}
