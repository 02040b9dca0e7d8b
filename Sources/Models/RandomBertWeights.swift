import ModelFiles

/// A BERT encoder of any shape from a seed, to run and measure shapes that no file has. The vectors mean nothing.
public struct RandomBertWeights: BertWeightSource {
    public let description: BertDescription
    public let seed: UInt32

    /// Weights of a shape; the same ones for the same seed.
    public init(_ description: BertDescription, seed: UInt32 = 1) {
        (self.description, self.seed) = (description, seed)
    }

    /// A tensor of its shape, of small numbers.
    public func weight(_ name: BertTensorName) -> WeightRows {
        let shape = description.shape(of: name)
        let columns = shape.last ?? 1, rows = shape.dropLast().reduce(1, *)
        switch name {
        case .embeddingNorm(let kind), .layer(_, .attentionNorm, let kind), .layer(_, .outputNorm, let kind):
            return WeightRows(rows: rows, columns: columns) { range, into in
                into.update(repeating: kind == .weight ? 1 : 0, count: range.count * columns)
            }
        default: return .random(rows: rows, columns: columns, name: name.text, seed: seed)
        }
    }
}
