import ModelFiles

/// Weights of any shape from a seed, to measure shapes that no file has. They mean nothing, but stay finite: a linear
/// layer keeps the size of what it multiplies, and norms are 1.
public struct RandomWeights: WeightSource {
    public let description: ModelDescription
    public let seed: UInt32

    /// Weights of a shape; the same ones for the same seed.
    public init(_ description: ModelDescription, seed: UInt32 = 1) {
        (self.description, self.seed) = (description, seed)
    }

    /// A tensor of its shape, of small numbers.
    public func weight(_ name: TensorName) -> WeightRows {
        let shape = description.shape(of: name)
        let columns = shape.last ?? 1, rows = shape.dropLast().reduce(1, *)
        switch name {
        case .attentionNorm, .feedForwardNorm, .outputNorm, .queryNorm, .keyNorm:
            return WeightRows(rows: rows, columns: columns) { range, into in
                into.update(repeating: 1, count: range.count * columns)
            }
        default:
            return .random(rows: rows, columns: columns, name: name.description, seed: seed)
        }
    }
}

extension WeightRows {
    /// Uniform numbers that depend on name, seed, row and column alone.
    static func random(rows: Int, columns: Int, name: String, seed: UInt32) -> WeightRows {
        // Uniform in ±sqrt(3 / inputs): a row times inputs of mean square 1 has mean square 1.
        let scale = (3 / Float(columns)).squareRoot()
        let start = name.utf8.reduce(seed) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
        return WeightRows(rows: rows, columns: columns) { range, into in
            for (place, row) in range.enumerated() {
                // Each row from a state of its own, so that rows can be asked for in any order.
                var state = (start ^ UInt32(truncatingIfNeeded: row)) &* 0x9E37_79B1
                for column in 0..<columns {
                    state = state &* 1_664_525 &+ 1_013_904_223
                    into[place * columns + column] = (Float(state >> 8) * 0x1p-23 - 1) * scale
                }
            }
        }
    }
}
