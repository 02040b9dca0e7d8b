import Kernels
import ModelFiles

/// A Qwen2 decoder as an encoder: the final state of a sequence's last token, normalised (GTE-Qwen2's recipe, arXiv
/// 2308.03281 and the model's card). No cache, no output matrix. One thread at a time: not `Sendable`.
public final class Qwen2Encoder: SequenceEncoder {
    public let weights: Qwen2Weights
    private let pool: WorkerPool
    private let attention: SequenceAttention
    private let rotary: RotaryEmbedding
    private let activations = Activations()
    /// `[rows, hidden]`, the residual stream
    private let residual = FloatRows()
    /// `[rows, (heads + 2 kvHeads) * headSize]`
    private let fused = FloatRows()
    /// `[rows, heads * headSize]`
    private let attended = FloatRows()
    /// `[rows, intermediate]`
    private let inner = FloatRows()

    /// - Parameter isCausal: a token sees those up to itself, as in the language model; else all of its text.
    public init(weights: Qwen2Weights, isCausal: Bool, on pool: WorkerPool) {
        (self.weights, self.pool) = (weights, pool)
        let description = weights.description
        attention = SequenceAttention(
            heads: description.heads, kvHeads: description.kvHeads, headSize: description.headSize, isCausal: isCausal)
        rotary = RotaryEmbedding(
            headSize: description.headSize, base: description.ropeBase,
            pairing: description.rotaryPairing == .halves ? .halves : .adjacent,
            maximumPosition: description.contextLength)
    }

    /// Numbers in a vector.
    public var dimensions: Int { weights.description.hiddenSize }
    /// Tokens that a text may have.
    public var maximumTokens: Int { weights.description.contextLength }

    /// Encodes a batch; `vectors`: `[sequences, dimensions]`, f32, row-major.
    public func encode(_ sequences: [[Int32]], into vectors: UnsafeMutablePointer<Float>) {
        let lengths = sequences.map(\.count), width = dimensions
        let rows = lengths.reduce(0, +)
        let residual = residual.reserve(rows * width)
        embed(sequences, into: residual)
        let positions = lengths.flatMap { (0..<Int32($0)) }
        for layer in weights.layers {
            attend(layer, residual, lengths: lengths, positions: positions)
            feedForward(layer, residual, rows: rows)
        }
        var last = -1
        for (index, length) in lengths.enumerated() {
            last += length
            (vectors + index * width).update(from: residual + last * width, count: width)
        }
        weights.outputNorm.withUnsafeBufferPointer { weight in
            guard let weight = weight.baseAddress else { return }
            rmsNorm(
                vectors, weight: weight, epsilon: weights.description.rmsEpsilon, rows: lengths.count, width: width,
                into: vectors, on: pool)
        }
        for index in lengths.indices { normalize(vectors + index * width, count: width) }
    }

    /// Rows of the embedding matrix; `[tokens, hiddenSize]`.
    private func embed(_ sequences: [[Int32]], into residual: UnsafeMutablePointer<Float>) {
        var row = residual
        for sequence in sequences {
            precondition(!sequence.isEmpty && sequence.count <= maximumTokens, "\(sequence.count) tokens")
            for token in sequence {
                precondition(token >= 0 && Int(token) < weights.description.vocabularySize, "token \(token)")
                weights.embedding.read(Int(token)..<Int(token) + 1, row)
                row += dimensions
            }
        }
    }

    /// Attention of one layer, within each sequence.
    private func attend(
        _ layer: Qwen2Weights.Layer, _ residual: UnsafeMutablePointer<Float>, lengths: [Int], positions: [Int32]
    ) {
        let (description, rows) = (weights.description, positions.count)
        let (width, queryWidth) = (attention.fusedWidth, description.heads * description.headSize)
        let fused = fused.reserve(rows * width), attended = attended.reserve(rows * queryWidth)
        loadNorm(residual, layer.attentionNorm, rows: rows)
        if let bias = layer.queryKeyValueBias {
            bias.withUnsafeBufferPointer {
                multiply(activations, by: layer.queryKeyValue, bias: $0.baseAddress, into: fused, on: pool)
            }
        } else {
            multiply(activations, by: layer.queryKeyValue, into: fused, on: pool)
        }
        rotary.apply(
            fused, stride: width, heads: description.heads + description.kvHeads, rows: Array(0..<Int32(rows)),
            positions: positions, on: pool)
        attention(fused, lengths: lengths, into: attended, on: pool)
        activations.load(attended, rows: rows, width: queryWidth, for: weights.format, on: pool)
        multiply(activations, by: layer.attentionOutput, .add, into: residual, on: pool)
    }

    /// SwiGLU of one layer, added to the residual.
    private func feedForward(_ layer: Qwen2Weights.Layer, _ residual: UnsafeMutablePointer<Float>, rows: Int) {
        let width = weights.description.intermediateSize
        let inner = inner.reserve(rows * width)
        loadNorm(residual, layer.feedForwardNorm, rows: rows)
        multiply(activations, by: layer.gateUp, .swiglu, into: inner, on: pool)
        activations.load(inner, rows: rows, width: width, for: weights.format, on: pool)
        multiply(activations, by: layer.down, .add, into: residual, on: pool)
    }

    /// RMS normalisation of each row, in the form that the next layer multiplies.
    private func loadNorm(_ x: UnsafePointer<Float>, _ weight: [Float], rows: Int) {
        weight.withUnsafeBufferPointer { weight in
            guard let weight = weight.baseAddress else { return }
            activations.loadRMSNorm(
                x, weight: weight, epsilon: weights.description.rmsEpsilon, rows: rows, width: dimensions,
                for: weights.format, on: pool)
        }
    }
}
