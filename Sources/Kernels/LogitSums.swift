import CKernels
import Foundation

/// The greatest of a row of logits and the denominator of its softmax: what sampling needs of it.
public struct LogitSums: Sendable {
    /// Greatest logit; minus infinity if none is a number above it.
    public let maximum: Float
    /// The first token that has it.
    public let argmax: Int
    /// `sum(exp(scale * (x - maximum)))`, at least 1 unless there is no maximum.
    public let sum: Double
    private let scale: Float

    /// Reduces `count` logits, multiplied by `scale` (1 / temperature). NaN and minus infinity have probability 0.
    ///
    /// The result depends on these alone, bit for bit; it may differ between instruction sets.
    public init(
        _ logits: UnsafePointer<Float>, count: Int, scale: Float = 1, instructions: InstructionSet = .current
    ) {
        precondition(count > 0 && scale > 0, "\(count) logits times \(scale)")
        let sums = ck_logits(instructions.kernelSet)(logits, count, scale)
        (maximum, argmax, sum, self.scale) = (sums.maximum, Int(sums.index), sums.sum, scale)
    }

    /// Natural logarithm of the probability of a token with this logit.
    public func logProbability(of logit: Float) -> Float {
        Float(Double(scale) * (Double(logit) - Double(maximum)) - log(sum))
    }
}
