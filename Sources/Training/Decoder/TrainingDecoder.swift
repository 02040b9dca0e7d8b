import Kernels
import ModelFiles

/// A decoder whose forward pass keeps what its backward pass needs. Owner: the training thread.
///
/// Qwen2 (arXiv 2407.10671), Qwen3 (arXiv 2505.09388) and llama, in f32. What is trained is either an adapter or all weights; where the
/// lowest layers have nothing that is trained, nothing is kept of them and the backward pass ends above.
public final class TrainingDecoder {
    public let model: ModelDescription
    package let weights: ParameterArena
    /// What is trained, and its gradients.
    public let parameters: ParameterArena
    public let gradients: ParameterArena
    package let pool: WorkerPool
    package let layers: [DecoderLayer]
    package let outputNorm: NormLayer
    /// The output matrix for fast products.
    package let packedOutput: PackedLinear?
    package let attention: CausalAttention
    package let rotation: Rotation
    package let gatedUnit: GatedUnit
    package let records: [LayerRecord]
    package let scratch = Scratch()

    /// Buffers that no layer keeps; shapes for `rows` rows.
    package struct Scratch {
        /// `[rows, hidden]`: the residual stream; its gradient; a norm's output; the gradient of that
        package let residual = FloatBuffer(), slope = FloatBuffer(), normed = FloatBuffer(), normedSlope = FloatBuffer()
        /// `[rows, heads * headSize]`, `[rows, fused]` and `[heads, rows, 2 * headSize]`
        package let attendedSlope = FloatBuffer(), fusedSlope = FloatBuffer(), perHead = FloatBuffer()
        /// `[rows, intermediate]`: what the gated unit gives, and the gradient of that
        package let inner = FloatBuffer(), innerSlope = FloatBuffer()
        /// Of the loss's rows
        package let outputs = FloatBuffer(), outputSlope = FloatBuffer(), logits = FloatBuffer()
        /// What fast products read.
        package let activations = Activations()
    }

    /// All weights are trained.
    public convenience init(
        training weights: ParameterArena, of model: ModelDescription, on pool: WorkerPool
    ) throws(TrainingError) {
        try self.init(model, weights, adapter: nil, .f32, on: pool)
    }

    /// - Parameters:
    ///   - adapter: is trained; `weights` are not.
    ///   - precision: of the products with the weights.
    public convenience init(
        weights: ParameterArena, of model: ModelDescription, training adapter: Adapter,
        precision: TrainingPrecision = .f32, on pool: WorkerPool
    ) throws(TrainingError) {
        try adapter.shape.check(for: model)
        try self.init(model, weights, adapter: adapter, precision, on: pool)
    }

    /// An adapter is trained for states: nothing is multiplied with the output matrix.
    public convenience init(
        encoding weights: ParameterArena, of model: ModelDescription, training adapter: Adapter,
        precision: TrainingPrecision = .f32, on pool: WorkerPool
    ) throws(TrainingError) {
        try adapter.shape.check(for: model)
        try self.init(model, weights, adapter: adapter, precision, predicts: false, on: pool)
    }

    /// Nothing is trained: for what activations tell.
    package convenience init(
        observing weights: ParameterArena, of model: ModelDescription, on pool: WorkerPool
    ) throws(TrainingError) {
        let nothing = Adapter(
            shape: AdapterShape(rank: 1, alpha: 1, matrices: [], layers: []), factors: ParameterArena([]))
        try self.init(model, weights, adapter: nothing, .f32, on: pool)
    }

    private init(
        _ model: ModelDescription, _ weights: ParameterArena, adapter: Adapter?, _ precision: TrainingPrecision,
        predicts: Bool = true, on pool: WorkerPool
    ) throws(TrainingError) {
        guard model.rotaryPairing == .halves else {
            throw .setting("\(model.name): llama GGUF files have permuted heads. Train from a Hugging Face folder")
        }
        (self.model, self.weights, self.pool) = (model, weights, pool)
        parameters = adapter?.factors ?? weights
        gradients = parameters.zeros()
        let builder = LayerBuilder(
            model: model, weights: weights, weightGradients: adapter == nil ? gradients : nil,
            adapter: adapter.map { [gradients] in ($0.shape, $0.factors, gradients) }, precision: precision,
            scratch: scratch.activations, pool: pool)
        var layers: [DecoderLayer] = []
        for index in 0..<model.layers { layers.append(try builder.layer(index)) }
        self.layers = layers
        outputNorm = try builder.norm(.outputNorm)
        let output = weights.pointer(.weight(model.tiesEmbeddings ? .tokenEmbedding : .output))
        packedOutput = output.flatMap {
            predicts ? builder.packed($0, outputs: model.vocabularySize, inputs: model.hiddenSize) : nil
        }
        attention = CausalAttention(model, on: pool)
        rotation = Rotation(model)
        gatedUnit = GatedUnit(width: model.intermediateSize, pool: pool)
        let first = adapter == nil ? 0 : layers.firstIndex { $0.isTrained } ?? layers.count
        // Layers below the first that is trained share one record: nobody comes back to it.
        let passing = LayerRecord()
        records = layers.indices.map { $0 < first ? passing : LayerRecord() }
        firstTrained = first
    }

    /// The backward pass ends here.
    package let firstTrained: Int
    package var trainsWeights: Bool { parameters === weights }
    package var hidden: Int { model.hiddenSize }
    /// `[vocabulary, hidden]`
    package var outputMatrix: TensorName { model.tiesEmbeddings ? .tokenEmbedding : .output }
}

extension TrainingDecoder {
    /// Keys and values of tokens as the untouched weights make them.
    ///
    /// - Parameter start: those of the first of them, which are not computed again.
    package func keep(_ tokens: ArraySlice<Int32>, after start: KeptPrefix? = nil) -> KeptPrefix {
        let kept = KeptPrefix(tokens: Array(tokens), layers: model.layers, width: model.kvHeads * model.headSize)
        if let start { kept.copy(start) }
        let known = start?.tokens.count ?? 0
        guard tokens.count > known else { return kept }
        let batch = TrainingBatch(tokens: tokens.dropFirst(known), after: start)
        embed(batch)
        let record = LayerRecord()
        for index in layers.indices {
            project(index, batch, record: record, isAdapted: false)
            let width = attention.width - attention.queryWidth
            for row in 0..<batch.rows {
                (kept.keysValues(ofLayer: index) + (known + row) * width).update(
                    from: record.fused.base + row * attention.width + attention.queryWidth, count: width)
            }
            if index < layers.count - 1 { finish(index, batch, record: record, isAdapted: false) }
        }
        return kept
    }

    /// All layers; the residual stream is in `scratch.residual` afterwards.
    package func forward(_ batch: TrainingBatch) {
        embed(batch)
        for index in layers.indices {
            project(index, batch, record: records[index], isAdapted: true)
            finish(index, batch, record: records[index], isAdapted: true)
        }
    }

    private func embed(_ batch: TrainingBatch) { embed(batch, into: scratch.residual.reserve(batch.rows * hidden)) }

    /// `residual`: `[rows, hidden]`.
    package func embed(_ batch: TrainingBatch, into residual: UnsafeMutablePointer<Float>) {
        guard let embedding = weights.pointer(.weight(.tokenEmbedding)) else { return }
        for (row, token) in batch.tokens.enumerated() {
            (residual + row * hidden).update(from: embedding + Int(token) * hidden, count: hidden)
        }
    }

    /// Queries, keys and values.
    package func project(_ index: Int, _ batch: TrainingBatch, record: LayerRecord, isAdapted: Bool) {
        let layer = layers[index], rows = batch.rows
        let input = record.input.reserve(rows * hidden), normed = scratch.normed.reserve(rows * hidden)
        input.update(from: scratch.residual.base, count: rows * hidden)
        layer.attentionNorm.forward(input, rows: rows, into: normed)
        let fused = record.fused.reserve(rows * attention.width)
        let low = isAdapted ? record.fusedLow.reserve(rows * layer.fused.lowWidth) : nil
        layer.fused.forward(normed, rows: rows, into: fused, low: low)
        let heads = model.heads + model.kvHeads
        layer.headNorm?.forward(
            fused, rows: rows, stride: attention.width,
            keeping: record.unnormed.reserve(rows * heads * model.headSize))
        rotation.apply(
            fused, stride: attention.width, heads: heads, positions: batch.positions, back: false, on: pool)
    }

    package func finish(_ index: Int, _ batch: TrainingBatch, record: LayerRecord, isAdapted: Bool) {
        let layer = layers[index], rows = batch.rows
        func low(_ buffer: FloatBuffer, _ linear: LinearLayer) -> UnsafeMutablePointer<Float>? {
            isAdapted ? buffer.reserve(rows * linear.lowWidth) : nil
        }
        let attended = record.attended.reserve(rows * attention.queryWidth)
        attention.forward(
            batch, layer: index, fused: record.fused.base, attended: attended,
            logSums: record.logSums.reserve(rows * model.heads))
        let residual = scratch.residual.base, normed = scratch.normed.reserve(rows * hidden)
        layer.attentionOutput.forward(
            attended, rows: rows, into: normed, low: low(record.attentionOutputLow, layer.attentionOutput))
        let middle = record.middle.reserve(rows * hidden)
        sum(residual, normed, count: rows * hidden, into: middle)

        layer.feedForwardNorm.forward(middle, rows: rows, into: normed)
        let gateUp = record.gateUp.reserve(rows * 2 * model.intermediateSize)
        layer.gateUp.forward(normed, rows: rows, into: gateUp, low: low(record.gateUpLow, layer.gateUp))
        let inner = scratch.inner.reserve(rows * model.intermediateSize)
        gatedUnit.forward(gateUp, rows: rows, into: inner)
        layer.down.forward(inner, rows: rows, into: normed, low: low(record.downLow, layer.down))
        sum(middle, normed, count: rows * hidden, into: residual)
    }

    private func sum(
        _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, count: Int, into out: UnsafeMutablePointer<Float>
    ) {
        pool.parallelFor(count, grain: 1 << 14) { _, range in
            for place in range { out[place] = first[place] + second[place] }
        }
    }
}
