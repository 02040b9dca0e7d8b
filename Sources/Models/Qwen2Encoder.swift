import Kernels
import ModelFiles

/// What of a decoder encodes, and what it was taught for that.
public struct EncoderPart: Sendable {
    /// The lowest layers, which a text passes; the final norm comes behind them. nil: all.
    public var layers: Int?
    /// Acts on every token; nil: the weights alone.
    public var adapter: LoRAWeights?
    /// Numbers of a vector, the first ones of the state; nil: all.
    public var width: Int?
    /// The tokens whose state it is.
    public var pooling: StatePooling

    public init(
        layers: Int? = nil, adapter: LoRAWeights? = nil, width: Int? = nil, pooling: StatePooling = .last
    ) {
        (self.layers, self.adapter, self.width, self.pooling) = (layers, adapter, width, pooling)
    }
}

/// A decoder as an encoder: the final state of a sequence's last token, normalised (GTE-Qwen2's recipe, arXiv
/// 2308.03281 and the model's card), or what a part of it makes. No cache, no output matrix. One thread at a time: not `Sendable`.
public final class Qwen2Encoder: SequenceEncoder {
    public let weights: Qwen2Weights
    private let part: EncoderPart
    private let pool: WorkerPool
    private let attention: SequenceAttention
    private let rotary: RotaryEmbedding
    private let activations = Activations()
    /// What the adapter adds to the product that follows.
    private let lowRank = LowRankSums()
    /// `[rows, hidden]`, the residual stream
    private let residual = FloatRows()
    /// `[rows, (heads + 2 kvHeads) * headSize]`
    private let fused = FloatRows()
    /// `[rows, heads * headSize]`
    private let attended = FloatRows()
    /// `[rows, intermediate]`
    private let inner = FloatRows()
    /// `[tokens of a sequence, hidden]`
    private let normed = FloatRows()

    /// - Parameter isCausal: a token sees those up to itself, as in the language model; else all of its text.
    public init(weights: Qwen2Weights, isCausal: Bool, part: EncoderPart = EncoderPart(), on pool: WorkerPool) {
        (self.weights, self.part, self.pool) = (weights, part, pool)
        let description = weights.description
        attention = SequenceAttention(
            heads: description.heads, kvHeads: description.kvHeads, headSize: description.headSize, isCausal: isCausal)
        rotary = RotaryEmbedding(
            headSize: description.headSize, base: description.ropeBase,
            pairing: description.rotaryPairing == .halves ? .halves : .adjacent,
            maximumPosition: description.contextLength)
    }

    /// Numbers in a vector.
    public var dimensions: Int { min(part.width ?? hidden, hidden) }
    private var hidden: Int { weights.description.hiddenSize }
    /// Tokens that a text may have.
    public var maximumTokens: Int { weights.description.contextLength }

    /// Encodes a batch; `vectors`: `[sequences, dimensions]`, f32, row-major.
    public func encode(_ sequences: [[Int32]], into vectors: UnsafeMutablePointer<Float>) {
        let lengths = sequences.map(\.count)
        let rows = lengths.reduce(0, +)
        let residual = residual.reserve(rows * hidden)
        embed(sequences, into: residual)
        let positions = lengths.flatMap { (0..<Int32($0)) }
        for layer in 0..<min(part.layers ?? weights.layers.count, weights.layers.count) {
            attend(layer, residual, lengths: lengths, positions: positions)
            feedForward(layer, residual, rows: rows)
        }
        var first = 0
        for (index, length) in lengths.enumerated() {
            state(
                residual, part.pooling.rows(first..<first + length, isWhole: true), into: vectors + index * dimensions)
            first += length
        }
    }

    /// The mean of the normalised states of some rows, cut, at length 1.
    private func state(
        _ residual: UnsafePointer<Float>, _ rows: Range<Int>, into vector: UnsafeMutablePointer<Float>
    ) {
        let normed = normed.reserve(rows.count * hidden)
        weights.outputNorm.withUnsafeBufferPointer { weight in
            guard let weight = weight.baseAddress else { return }
            rmsNorm(
                residual + rows.lowerBound * hidden, weight: weight, epsilon: weights.description.rmsEpsilon,
                rows: rows.count, width: hidden, into: normed, on: pool)
        }
        vector.update(from: normed, count: dimensions)
        for row in 1..<max(1, rows.count) {
            for place in 0..<dimensions { vector[place] += normed[row * hidden + place] }
        }
        normalize(vector, count: dimensions)
    }

    /// Rows of the embedding matrix; `[tokens, hiddenSize]`.
    private func embed(_ sequences: [[Int32]], into residual: UnsafeMutablePointer<Float>) {
        var row = residual
        for sequence in sequences {
            precondition(!sequence.isEmpty && sequence.count <= maximumTokens, "\(sequence.count) tokens")
            for token in sequence {
                precondition(token >= 0 && Int(token) < weights.description.vocabularySize, "token \(token)")
                weights.embedding.read(Int(token)..<Int(token) + 1, row)
                row += hidden
            }
        }
    }

    /// Attention of one layer, within each sequence.
    private func attend(
        _ index: Int, _ residual: UnsafeMutablePointer<Float>, lengths: [Int], positions: [Int32]
    ) {
        let (description, rows, layer) = (weights.description, positions.count, weights.layers[index])
        let (width, queryWidth) = (attention.fusedWidth, description.heads * description.headSize)
        let fused = fused.reserve(rows * width), attended = attended.reserve(rows * queryWidth)
        loadNorm(residual, layer.attentionNorm, rows: rows)
        adapt(index, \.queryKeyValue, rows: rows)
        layer.queryKeyValueBias.withOptionalPointer { bias in
            multiply(activations, by: layer.queryKeyValue, bias: bias, adding: lowRank, into: fused, on: pool)
        }
        layer.headNorm?.apply(fused, rows: rows, stride: width, on: pool)
        rotary.apply(
            fused, stride: width, heads: description.heads + description.kvHeads, rows: Array(0..<Int32(rows)),
            positions: positions, on: pool)
        attention(fused, lengths: lengths, into: attended, on: pool)
        activations.load(attended, rows: rows, width: queryWidth, for: weights.format, on: pool)
        adapt(index, \.attentionOutput, rows: rows)
        multiply(activations, by: layer.attentionOutput, .add, adding: lowRank, into: residual, on: pool)
    }

    /// SwiGLU of one layer, added to the residual.
    private func feedForward(_ index: Int, _ residual: UnsafeMutablePointer<Float>, rows: Int) {
        let width = weights.description.intermediateSize, layer = weights.layers[index]
        let inner = inner.reserve(rows * width)
        loadNorm(residual, layer.feedForwardNorm, rows: rows)
        adapt(index, \.gateUp, rows: rows)
        multiply(activations, by: layer.gateUp, .swiglu, adding: lowRank, into: inner, on: pool)
        activations.load(inner, rows: rows, width: width, for: weights.format, on: pool)
        adapt(index, \.down, rows: rows)
        multiply(activations, by: layer.down, .add, adding: lowRank, into: residual, on: pool)
    }

    /// Makes what the adapter adds to the next product, of what that reads.
    private func adapt(_ layer: Int, _ product: KeyPath<LoRAWeights.Layer, LowRankFactors?>, rows: Int) {
        let adapted = part.adapter.map { [AdaptedRows(0..<rows, $0)] } ?? []
        lowRank.load(activations, adapted.added(layer, product), on: pool)
    }

    /// RMS normalisation of each row, in the form that the next layer multiplies.
    private func loadNorm(_ x: UnsafePointer<Float>, _ weight: [Float], rows: Int) {
        weight.withUnsafeBufferPointer { weight in
            guard let weight = weight.baseAddress else { return }
            activations.loadRMSNorm(
                x, weight: weight, epsilon: weights.description.rmsEpsilon, rows: rows, width: hidden,
                for: weights.format, on: pool)
        }
    }
}
