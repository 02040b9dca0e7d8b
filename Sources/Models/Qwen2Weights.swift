import Kernels
import ModelFiles

/// The weights of a decoder-only transformer in the form the kernels multiply. Immutable, shared by all threads.
///
/// Qwen2 (arXiv 2407.10671), Qwen3 (arXiv 2505.09388) and llama; `ModelDescription` says the shapes, and whether there are
/// biases and norms of heads.
public final class Qwen2Weights: Sendable {
    /// The weights of one layer; gate and up lie side by side, for one product.
    struct Layer: Sendable {
        /// `[hidden]`
        let attentionNorm: [Float]
        /// `[(heads + 2 kvHeads) * headSize, hidden]`: query, key and value rows one after the other.
        let queryKeyValue: PackedMatrix
        /// `[(heads + 2 kvHeads) * headSize]`
        let queryKeyValueBias: [Float]?
        /// Of queries and keys; nil: there is none.
        let headNorm: HeadNorm?
        /// `[(heads + kvHeads) * headSize]`, see `KeyBalance`; nil with neither bias nor head norms.
        let keyBalance: [Float]?
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
    /// Of the layers; for `fp8` as the source has its inputs.
    public let format: WeightFormat
    let layers: [Layer]
    /// `[vocabulary, hidden]`, as in the source: one row a token is made when it is needed.
    let embedding: WeightRows
    /// `[hidden]`
    let outputNorm: [Float]
    /// `[vocabulary, hidden]`
    let output: PackedMatrix

    /// Packs all matrices of a model; takes a second or two.
    ///
    /// - Throws: what the source throws; `ModelFileError` for a tensor that is missing, has another shape or values that
    ///   are no numbers.
    public init(_ source: some WeightSource, format: WeightFormat, on pool: WorkerPool) throws {
        let format = format == .fp8 && source.eightBitFloatInputs == .asTheyAre ? .fp8a16 : format
        let packer = Packer(source: source, format: format, pool: pool)
        description = source.description
        self.format = format
        layers = try (0..<description.layers).map { try packer.layer($0) }
        embedding = try source.weight(.tokenEmbedding)
        outputNorm = try source.weight(.outputNorm).all()
        output = try packer.output()
    }

    /// The KV cache that goes with these weights: unless told otherwise BF16, or f32 for the reference path.
    public func cacheShape(blockSize: Int = 32, element: KVCacheShape.Element? = nil) throws -> KVCacheShape {
        try KVCacheShape(
            layers: description.layers, kvHeads: description.kvHeads, headSize: description.headSize,
            blockSize: blockSize, element: element ?? (format == .f32 ? .f32 : .bf16))
    }

    /// Bytes of all packed matrices and of the embedding, which is read from the mapped file.
    public var bytes: Int {
        layers.reduce(output.bytes + embedding.bytes) {
            $0 + $1.queryKeyValue.bytes + $1.attentionOutput.bytes + $1.gateUp.bytes + $1.down.bytes
        }
    }
}

/// Reads tensors from a source and packs them.
private struct Packer<Source: WeightSource> {
    let source: Source
    let format: WeightFormat
    let pool: WorkerPool

    /// One layer's tensors, packed.
    func layer(_ index: Int) throws -> Qwen2Weights.Layer {
        let bias: [Float]? =
            source.description.hasQKVBias
            ? try [.queryBias(index), .keyBias(index), .valueBias(index)].flatMap { (name: TensorName) in
                try source.weight(name).all()
            } : nil
        let norms = try headNorms(index)
        let gate = try source.weight(.gate(index))
        let up = try source.weight(.up(index))
        let gateUp = WeightRows.joined([gate, up])
        return try Qwen2Weights.Layer(
            attentionNorm: source.weight(.attentionNorm(index)).all(),
            queryKeyValue: matrix(
                [
                    source.weight(.query(index)), source.weight(.key(index)), source.weight(.value(index)),
                ], format.careful),
            queryKeyValueBias: bias,
            headNorm: norms.map { norms in
                HeadNorm(
                    query: norms.query, key: norms.key, heads: source.description.heads,
                    kvHeads: source.description.kvHeads, epsilon: source.description.rmsEpsilon)
            },
            keyBalance: (norms.map { KeyBalance(norms: $0, source.description) }
                ?? bias.map { KeyBalance(bias: $0, source.description) })?.factors,
            attentionOutput: matrix([source.weight(.attentionOutput(index))], format.careful),
            feedForwardNorm: source.weight(.feedForwardNorm(index)).all(),
            gateUp: PackedMatrix.gateUp(
                width: gate.rows, inputs: gate.columns, format: known(gateUp, format), scales: gateUp.scales, on: pool,
                gate: gate.read, up: up.read),
            down: matrix([source.weight(.down(index))]))
    }

    /// Weights of the norms of a layer's heads.
    private func headNorms(_ index: Int) throws -> (query: [Float], key: [Float])? {
        guard source.description.hasHeadNorms else { return nil }
        return (try source.weight(.queryNorm(index)).all(), try source.weight(.keyNorm(index)).all())
    }

    /// One matrix of several weights' rows, one after the other.
    func matrix(_ parts: [WeightRows], _ format: WeightFormat? = nil) throws -> PackedMatrix {
        let rows = WeightRows.joined(parts)
        return PackedMatrix(
            outputs: rows.rows, inputs: rows.columns, format: known(rows, format ?? self.format), scales: rows.scales,
            on: pool, rows: rows.read)
    }

    /// The output matrix, E4M3 only where the source has it so.
    func output() throws -> PackedMatrix {
        let rows = try source.outputMatrix()
        return try matrix([rows], rows.scales == nil ? format.output : format)
    }

    /// Matrices that a model of E4M3 has otherwise are left as they are.
    private func known(_ rows: WeightRows, _ format: WeightFormat) -> WeightFormat {
        format.isEightBitFloat && source.eightBitFloatInputs != nil && rows.scales == nil ? .bf16 : format
    }
}
