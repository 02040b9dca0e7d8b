import Foundation
import ModelFiles

/// Factors that even out the dimensions of keys before they become int8.
///
/// Some dimensions of Qwen2's keys have biases of 150 where most are near 1, and norms of Qwen3's heads make some dimensions
/// many times as large as others: with one factor for all of a head, the others would be left few levels. A key's dimension is divided by what its query's is multiplied with, so that products stay
/// the same; factors are powers of two, so that they do to the last bit. Chosen as in SmoothQuant (arXiv 2211.10438,
/// equation 4, alpha 1/2), by the biases or the norms' weights instead of measured activations, the same for both dimensions
/// that a position turns into each other.
package struct KeyBalance {
    /// `[(heads + kvHeads) * headSize]`
    package let factors: [Float]

    /// - Parameter bias: of queries, keys and values, `[(heads + 2 kvHeads) * headSize]`.
    package init(bias: [Float], _ model: ModelDescription) {
        // The rest of a dimension is near 1.
        self.init(model) { head, d in 1 + Self.mean(bias, from: head * model.headSize, Self.pair(of: d, model)) }
    }

    /// - Parameter norms: the weights of all heads of queries, and of keys, `[headSize]` each.
    package init(norms: (query: [Float], key: [Float]), _ model: ModelDescription) {
        // What a norm leaves of a dimension is near 1, times its weight.
        self.init(model) { head, d in
            Self.mean(head < model.heads ? norms.query : norms.key, from: 0, Self.pair(of: d, model))
        }
    }

    /// - Parameter magnitude: what a dimension of a head, query heads first, is usually as large as.
    private init(_ model: ModelDescription, magnitude: (_ head: Int, _ d: Int) -> Float) {
        let (size, group) = (model.headSize, model.heads / model.kvHeads)
        var factors = [Float](repeating: 1, count: (model.heads + model.kvHeads) * size)
        for kvHead in 0..<model.kvHeads {
            let queries = kvHead * group..<(kvHead + 1) * group, key = model.heads + kvHead
            for d in 0..<size {
                let query = queries.reduce(0) { $0 + magnitude($1, d) } / Float(group)
                let exponent = (0.5 * log2(magnitude(key, d) / query)).rounded()
                let factor = exp2(exponent.isFinite ? max(-20, min(20, exponent)) : 0)
                for head in queries { factors[head * size + d] = factor }
                factors[key * size + d] = 1 / factor
            }
        }
        self.factors = factors
    }

    /// The root of the mean square of two numbers.
    private static func mean(_ numbers: [Float], from start: Int, _ pair: (Int, Int)) -> Float {
        let (a, b) = (numbers[start + pair.0], numbers[start + pair.1])
        return ((a * a + b * b) / 2).squareRoot()
    }

    /// The two dimensions that RoPE turns together: they must have one factor.
    private static func pair(of d: Int, _ model: ModelDescription) -> (Int, Int) {
        switch model.rotaryPairing {
        case .halves: (d % (model.headSize / 2), d % (model.headSize / 2) + model.headSize / 2)
        case .adjacent: (d / 2 * 2, d / 2 * 2 + 1)
        }
    }
}
