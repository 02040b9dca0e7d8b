import Foundation
import ModelFiles

/// Factors that even out the dimensions of keys before they become int8.
///
/// Some dimensions of Qwen2's keys have biases of 150 where most are near 1: with one factor for all of a head, the others
/// would be left few levels. A key's dimension is divided by what its query's is multiplied with, so that products stay
/// the same; factors are powers of two, so that they do to the last bit. Chosen as in SmoothQuant (arXiv 2211.10438,
/// equation 4, alpha 1/2), by the biases instead of measured activations, the same for both dimensions that a position
/// turns into each other.
package struct KeyBalance {
    /// `[(heads + kvHeads) * headSize]`
    package let factors: [Float]

    /// - Parameter bias: of queries, keys and values, `[(heads + 2 kvHeads) * headSize]`.
    package init(bias: [Float], _ model: ModelDescription) {
        let (size, group) = (model.headSize, model.heads / model.kvHeads)
        /// What dimension `d` of a head is usually as large as: the rest of it is near 1.
        func magnitude(head: Int, _ d: Int) -> Float {
            let (first, second) = Self.pair(of: d, model)
            let (a, b) = (bias[head * size + first], bias[head * size + second])
            return 1 + ((a * a + b * b) / 2).squareRoot()
        }
        var factors = [Float](repeating: 1, count: (model.heads + model.kvHeads) * size)
        for kvHead in 0..<model.kvHeads {
            let queries = kvHead * group..<(kvHead + 1) * group, key = model.heads + kvHead
            for d in 0..<size {
                let query = queries.reduce(0) { $0 + magnitude(head: $1, d) } / Float(group)
                let exponent = (0.5 * log2(magnitude(head: key, d) / query)).rounded()
                let factor = exp2(exponent.isFinite ? max(-20, min(20, exponent)) : 0)
                for head in queries { factors[head * size + d] = factor }
                factors[key * size + d] = 1 / factor
            }
        }
        self.factors = factors
    }

    /// The two dimensions that RoPE turns together: they must have one factor.
    private static func pair(of d: Int, _ model: ModelDescription) -> (Int, Int) {
        switch model.rotaryPairing {
        case .halves: (d % (model.headSize / 2), d % (model.headSize / 2) + model.headSize / 2)
        case .adjacent: (d / 2 * 2, d / 2 * 2 + 1)
        }
    }
}
