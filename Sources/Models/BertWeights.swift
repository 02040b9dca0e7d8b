import Kernels
import ModelFiles

/// How an encoder's linear layers are stored and multiplied.
public enum EncoderFormat: String, Sendable, CaseIterable {
    case f32
    /// Weights and inputs of 8 bits, one scale for 128 of them: `WeightFormat.w8a8`.
    case int8
}

/// Where a BERT encoder's numbers come from: a file, or a seed.
public protocol BertWeightSource: Sendable {
    var description: BertDescription { get }
    /// - Throws: where the source does not have the weight.
    func weight(_ name: BertTensorName) throws -> WeightRows
}

extension BertFile: BertWeightSource {
    /// A tensor of the file, as rows of numbers.
    public func weight(_ name: BertTensorName) throws -> WeightRows {
        let tensor = try tensor(name)
        return WeightRows(rows: tensor.rows, columns: tensor.columns, bytes: tensor.sizeInBytes) {
            tensor.dequantize(rows: $0, into: $1)
        }
    }
}

/// The weights of a BERT encoder in the form the kernels multiply. Immutable, shared by all threads.
public final class BertWeights: Sendable {
    /// Scale and shift of a layer normalisation.
    struct Norm: Sendable {
        /// `[hidden]`
        let weight: [Float], bias: [Float]
    }

    /// A linear layer, packed, with its bias.
    struct Linear: Sendable {
        let matrix: EncoderMatrix
        /// `[outputs]`
        let bias: [Float]
    }

    /// The weights of one layer.
    struct Layer: Sendable {
        /// `[3 * hidden, hidden]`: query, key and value rows one after the other.
        let queryKeyValue: Linear
        /// `[hidden, hidden]`
        let attentionOutput: Linear
        let attentionNorm: Norm
        /// `[intermediate, hidden]`
        let inner: Linear
        /// `[hidden, intermediate]`
        let output: Linear
        let outputNorm: Norm
    }

    public let description: BertDescription
    public let format: EncoderFormat
    let layers: [Layer]
    /// `[vocabulary, hidden]`, read from the source row by row.
    let words: WeightRows
    /// `[positions, hidden]`, the embedding of token type 0 added: all tokens of a single text have it.
    let positions: [Float]
    let embeddingNorm: Norm

    /// - Throws: what the source throws; `ModelFileError` for a tensor that is missing or has values that are no numbers.
    public init(_ source: some BertWeightSource, format: EncoderFormat, on pool: WorkerPool) throws {
        let packer = BertPacker(source: source, format: format, pool: pool)
        description = source.description
        self.format = format
        layers = try (0..<description.layers).map { try packer.layer($0) }
        words = try source.weight(.wordEmbedding)
        let type = try source.weight(.typeEmbedding).all().prefix(description.hiddenSize)
        var positions = try source.weight(.positionEmbedding).all()
        for index in positions.indices { positions[index] += type[index % description.hiddenSize] }
        self.positions = positions
        embeddingNorm = try Norm(
            weight: source.weight(.embeddingNorm(.weight)).all(), bias: source.weight(.embeddingNorm(.bias)).all())
    }

    /// Bytes of all packed matrices and of the embeddings.
    public var bytes: Int {
        layers.reduce(words.bytes + positions.count * 4) {
            $0 + $1.queryKeyValue.matrix.bytes + $1.attentionOutput.matrix.bytes + $1.inner.matrix.bytes
                + $1.output.matrix.bytes
        }
    }
}

/// A linear layer of an encoder in one of its formats.
enum EncoderMatrix: Sendable {
    case floats(PackedFloats)
    case integers(PackedMatrix)

    /// Bytes of all packed matrices.
    var bytes: Int {
        switch self {
        case .floats(let matrix): matrix.bytes
        case .integers(let matrix): matrix.bytes
        }
    }
}

/// Reads tensors from a source and packs them.
private struct BertPacker<Source: BertWeightSource> {
    let source: Source
    let format: EncoderFormat
    let pool: WorkerPool

    /// One layer's tensors, packed.
    func layer(_ index: Int) throws -> BertWeights.Layer {
        try BertWeights.Layer(
            queryKeyValue: linear(index, [.query, .key, .value]), attentionOutput: linear(index, [.attentionOutput]),
            attentionNorm: norm(index, .attentionNorm), inner: linear(index, [.inner]),
            output: linear(index, [.output]), outputNorm: norm(index, .outputNorm))
    }

    /// Scale and shift of a part.
    private func norm(_ index: Int, _ part: BertTensorName.Part) throws -> BertWeights.Norm {
        try BertWeights.Norm(
            weight: source.weight(.layer(index, part, .weight)).all(),
            bias: source.weight(.layer(index, part, .bias)).all())
    }

    /// One matrix of several parts' rows, one after the other.
    private func linear(_ index: Int, _ parts: [BertTensorName.Part]) throws -> BertWeights.Linear {
        let weights = try parts.map { try source.weight(.layer(index, $0, .weight)) }
        let bias = try parts.flatMap { try source.weight(.layer(index, $0, .bias)).all() }
        let (outputs, inputs) = (weights.reduce(0) { $0 + $1.rows }, weights[0].columns)
        let rows = WeightRows.joined(weights)
        switch format {
        case .f32:
            let matrix = PackedFloats(outputs: outputs, inputs: inputs, on: pool, rows: rows.read)
            return BertWeights.Linear(matrix: .floats(matrix), bias: bias)
        case .int8:
            let matrix = PackedMatrix(outputs: outputs, inputs: inputs, format: .w8a8, on: pool, rows: rows.read)
            return BertWeights.Linear(matrix: .integers(matrix), bias: bias)
        }
    }
}

extension WeightRows {
    /// The rows of several weights of equal width, one after the other.
    static func joined(_ parts: [WeightRows]) -> WeightRows {
        let scales = parts.compactMap(\.scales)
        return WeightRows(
            rows: parts.reduce(0) { $0 + $1.rows }, columns: parts.first?.columns ?? 0,
            scales: scales.count == parts.count ? scales.flatMap { $0 } : nil
        ) { range, rows in
            var (first, written) = (0, 0)
            for part in parts {
                let wanted = range.clamped(to: first..<first + part.rows)
                if !wanted.isEmpty {
                    part.read(wanted.lowerBound - first..<wanted.upperBound - first, rows + written * part.columns)
                    written += wanted.count
                }
                first += part.rows
            }
        }
    }
}
