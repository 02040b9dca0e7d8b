import Kernels
import ModelFiles

/// The weights of a decoder-only transformer in the form the kernels multiply. Immutable, shared by all threads.
///
/// Qwen2 (arXiv 2407.10671) and llama without bias; shapes as in `ModelDescription`.
public final class Qwen2Weights: Sendable {
    struct Layer: Sendable {
        /// `[hidden]`
        let attentionNorm: [Float]
        /// `[(heads + 2 kvHeads) * headSize, hidden]`: query, key and value rows one after the other.
        let queryKeyValue: PackedMatrix
        /// `[(heads + 2 kvHeads) * headSize]`
        let queryKeyValueBias: [Float]?
        /// `[hidden, heads * headSize]`
        let attentionOutput: PackedMatrix
        /// `[hidden]`
        let feedForwardNorm: [Float]
        /// `[2 * intermediate, hidden]`, gate and up rows interleaved for the SwiGLU epilogue.
        let gateUp: PackedMatrix
        /// `[hidden, intermediate]`
        let down: PackedMatrix
    }

    public let description: ModelDescription
    public let format: WeightFormat
    let layers: [Layer]
    /// `[vocabulary, hidden]`, as in the file: one row a token is dequantised when it is needed.
    let embedding: Tensor
    /// `[hidden]`
    let outputNorm: [Float]
    /// `[vocabulary, hidden]`
    let output: PackedMatrix

    /// Packs all matrices of a model file; takes a second or two.
    ///
    /// - Throws: `ModelFileError` for a tensor that is missing, has another shape or values that are no numbers.
    public init(_ file: ModelFile, format: WeightFormat, on pool: WorkerPool) throws {
        let packer = Packer(file: file, format: format, pool: pool)
        description = file.description
        self.format = format
        layers = try (0..<description.layers).map { try packer.layer($0) }
        embedding = try file.tensor(.tokenEmbedding)
        outputNorm = try file.tensor(.outputNorm).dequantized()
        output = try packer.matrix(
            [file.tensor(file.hasTensor(.output) ? .output : .tokenEmbedding)])
    }

    /// The KV cache that goes with these weights: BF16, or f32 for the reference path.
    public func cacheShape(blockSize: Int = 32) throws -> KVCacheShape {
        try KVCacheShape(
            layers: description.layers, kvHeads: description.kvHeads, headSize: description.headSize,
            blockSize: blockSize, element: format == .f32 ? .f32 : .bf16)
    }

    /// Bytes of all packed matrices and of the embedding, which is read from the mapped file.
    public var bytes: Int {
        layers.reduce(output.bytes + embedding.sizeInBytes) {
            $0 + $1.queryKeyValue.bytes + $1.attentionOutput.bytes + $1.gateUp.bytes + $1.down.bytes
        }
    }
}

private struct Packer {
    let file: ModelFile
    let format: WeightFormat
    let pool: WorkerPool

    func layer(_ index: Int) throws -> Qwen2Weights.Layer {
        let bias: [Float]? =
            file.description.hasQKVBias
            ? try [.queryBias(index), .keyBias(index), .valueBias(index)].flatMap { (name: TensorName) in
                try file.tensor(name).dequantized()
            } : nil
        let gate = try file.tensor(.gate(index))
        let up = try file.tensor(.up(index))
        return try Qwen2Weights.Layer(
            attentionNorm: file.tensor(.attentionNorm(index)).dequantized(),
            queryKeyValue: matrix([
                file.tensor(.query(index)), file.tensor(.key(index)), file.tensor(.value(index)),
            ]),
            queryKeyValueBias: bias,
            attentionOutput: matrix([file.tensor(.attentionOutput(index))]),
            feedForwardNorm: file.tensor(.feedForwardNorm(index)).dequantized(),
            gateUp: PackedMatrix.gateUp(
                width: gate.rows, inputs: gate.columns, format: format, on: pool,
                gate: { gate.dequantize(rows: $0, into: $1) }, up: { up.dequantize(rows: $0, into: $1) }),
            down: matrix([file.tensor(.down(index))]))
    }

    /// One matrix of several tensors' rows, one after the other.
    func matrix(_ tensors: [Tensor]) throws -> PackedMatrix {
        PackedMatrix(
            outputs: tensors.reduce(0) { $0 + $1.rows }, inputs: tensors[0].columns, format: format, on: pool
        ) { range, rows in
            var (first, written) = (0, 0)
            for tensor in tensors {
                let part = range.clamped(to: first..<first + tensor.rows)
                if !part.isEmpty {
                    tensor.dequantize(
                        rows: part.lowerBound - first..<part.upperBound - first, into: rows + written * tensor.columns)
                    written += part.count
                }
                first += tensor.rows
            }
        }
    }
}
