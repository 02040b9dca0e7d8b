import Kernels
import ModelFiles

/// A model that turns token sequences into vectors. One thread at a time.
public protocol SequenceEncoder: AnyObject {
    /// Width of a vector.
    var dimensions: Int { get }
    /// Longest sequence.
    var maximumTokens: Int { get }
    /// Vectors of all sequences, `[sequences.count, dimensions]`, in their order; each sequence has a token at least.
    func encode(_ sequences: [[Int32]], into vectors: UnsafeMutablePointer<Float>)
}

/// One forward pass of a BERT encoder (arXiv 1810.04805) over sequences of any lengths, without padding. One thread at a
/// time: not `Sendable`.
///
/// A sequence's vector does not depend on what else is in the batch, bit for bit.
public final class BertEncoder: SequenceEncoder {
    public let weights: BertWeights
    private let pool: WorkerPool
    private let attention: SequenceAttention
    private let activations = Activations()
    /// `[rows, hidden]`, the residual stream
    private let hidden = FloatRows()
    /// `[rows, 3 * hidden]`
    private let fused = FloatRows()
    /// `[rows, hidden]`
    private let attended = FloatRows()
    /// `[rows, intermediate]`
    private let inner = FloatRows()

    /// An encoder over packed weights; its buffers grow with the batch.
    public init(weights: BertWeights, on pool: WorkerPool) {
        (self.weights, self.pool) = (weights, pool)
        let description = weights.description
        attention = SequenceAttention(
            heads: description.heads, kvHeads: description.heads, headSize: description.headSize, isCausal: false)
    }

    /// Numbers in a vector.
    public var dimensions: Int { weights.description.hiddenSize }
    /// Tokens that a text may have; more have no position.
    public var maximumTokens: Int { weights.description.maximumTokens }

    /// Encodes a batch, all sequences in one pass; `vectors`: `[sequences, dimensions]`, f32, row-major.
    public func encode(_ sequences: [[Int32]], into vectors: UnsafeMutablePointer<Float>) {
        let states = states(of: sequences)
        pool(states, sequences.map(\.count), into: vectors)
    }

    /// The last layer's states of all tokens, `[tokens, hidden]`; valid until the next call.
    func states(of sequences: [[Int32]]) -> UnsafeMutablePointer<Float> {
        let lengths = sequences.map(\.count)
        let rows = lengths.reduce(0, +), width = dimensions
        let states = hidden.reserve(rows * width)
        embed(sequences, into: states)
        norm(states, weights.embeddingNorm, rows: rows)
        let fused = fused.reserve(rows * 3 * width), attended = attended.reserve(rows * width)
        let inner = inner.reserve(rows * weights.description.intermediateSize)
        for layer in weights.layers {
            multiply(states, rows, by: layer.queryKeyValue, .store, into: fused)
            attention(fused, lengths: lengths, into: attended, on: pool)
            multiply(attended, rows, by: layer.attentionOutput, .add, into: states)
            norm(states, layer.attentionNorm, rows: rows)
            multiply(states, rows, by: layer.inner, .gelu, into: inner)
            multiply(inner, rows, by: layer.output, .add, into: states)
            norm(states, layer.outputNorm, rows: rows)
        }
        return states
    }

    /// Sums of token, position and segment embeddings, normalised; `states`: `[tokens, hiddenSize]`.
    private func embed(_ sequences: [[Int32]], into states: UnsafeMutablePointer<Float>) {
        let (width, description) = (dimensions, weights.description)
        var row = states
        for sequence in sequences {
            precondition(!sequence.isEmpty && sequence.count <= description.positions, "\(sequence.count) tokens")
            for (position, token) in sequence.enumerated() {
                precondition(token >= 0 && Int(token) < description.vocabularySize, "token \(token)")
                weights.words.read(Int(token)..<Int(token) + 1, row)
                weights.positions.withUnsafeBufferPointer { positions in
                    for index in 0..<width { row[index] += positions[position * width + index] }
                }
                row += width
            }
        }
    }

    /// Layer normalisation of each row, in place.
    private func norm(_ x: UnsafeMutablePointer<Float>, _ norm: BertWeights.Norm, rows: Int) {
        norm.weight.withUnsafeBufferPointer { weight in
            norm.bias.withUnsafeBufferPointer { bias in
                guard let weight = weight.baseAddress, let bias = bias.baseAddress else { return }
                layerNorm(
                    x, weight: weight, bias: bias, epsilon: weights.description.normEpsilon, rows: rows,
                    width: dimensions, into: x, on: pool)
            }
        }
    }

    /// `output = input · weightsᵀ + bias`, then the epilogue.
    private func multiply(
        _ x: UnsafeMutablePointer<Float>, _ rows: Int, by linear: BertWeights.Linear, _ epilogue: FloatEpilogue,
        into out: UnsafeMutablePointer<Float>
    ) {
        linear.bias.withUnsafeBufferPointer { bias in
            switch linear.matrix {
            case .floats(let matrix):
                Kernels.multiply(x, rows: rows, by: matrix, bias: bias.baseAddress, epilogue, into: out, on: pool)
            case .integers(let matrix):
                activations.load(x, rows: rows, width: matrix.inputs, for: matrix.format, on: pool)
                Kernels.multiply(
                    activations, by: matrix, bias: bias.baseAddress, epilogue == .add ? .add : .store, into: out,
                    on: pool)
                if epilogue == .gelu { gelu(out, count: rows * matrix.outputs, on: pool) }
            }
        }
    }

    /// The mean or the first of each sequence's states, as the model was trained, made a unit vector.
    private func pool(_ states: UnsafePointer<Float>, _ lengths: [Int], into vectors: UnsafeMutablePointer<Float>) {
        let (width, description) = (dimensions, weights.description)
        var (row, vector) = (states, vectors)
        for length in lengths {
            vector.update(from: row, count: width)
            if description.pooling == .mean {
                for token in 1..<max(1, length) {
                    for index in 0..<width { vector[index] += row[token * width + index] }
                }
                for index in 0..<width { vector[index] /= Float(length) }
            }
            if description.normalizes { normalize(vector, count: width) }
            (row, vector) = (row + length * width, vector + width)
        }
    }
}

/// Gives a vector length 1; one of zeros stays.
package func normalize(_ vector: UnsafeMutablePointer<Float>, count: Int) {
    var sum: Float = 0
    for index in 0..<count { sum += vector[index] * vector[index] }
    guard sum > 0 else { return }
    let factor = 1 / sum.squareRoot()
    for index in 0..<count { vector[index] *= factor }
}
