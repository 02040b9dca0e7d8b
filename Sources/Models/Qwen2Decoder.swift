import Kernels
import ModelFiles

/// One forward pass of a Qwen2, Qwen3 or llama decoder over a ragged batch. Owner: the engine thread; not `Sendable`.
///
/// Each row's result depends on its own tokens only, bit for bit, whatever else is in the batch: see `Kernels`.
public final class Qwen2Decoder {
    public let weights: Qwen2Weights
    public let cache: KVCache
    private let pool: WorkerPool
    private let rotary: RotaryEmbedding
    private let activations = Activations()
    private let scratch = Scratch()
    /// The normalised hidden states of the last batch's outputs.
    private let outputs = Activations()
    /// The same for some of them.
    private let someOutputs = Activations()
    /// What adapters add to the product that follows.
    private let lowRank = LowRankSums()
    /// Of the batch under way.
    private var adapted: [AdaptedRows] = []

    /// Buffers that grow with the largest batch so far; shapes for `rows` rows.
    private struct Scratch {
        /// `[rows, hidden]`, the residual stream
        let residual = FloatRows()
        /// `[rows, (heads + 2 kvHeads) * headSize]`
        let queryKeyValue = FloatRows()
        /// `[rows, heads * headSize]`
        let attention = FloatRows()
        /// `[rows, intermediate]`
        let feedForward = FloatRows()
        /// `[outputs, hidden]` and `[outputs, heads * headSize]`: what the last layer needs of the asked rows
        let outputResidual = FloatRows()
        let outputQueries = FloatRows()
    }

    /// A decoder over shared weights and a cache that it alone writes.
    public init(weights: Qwen2Weights, cache: KVCache, on pool: WorkerPool) {
        (self.weights, self.cache, self.pool) = (weights, cache, pool)
        let description = weights.description
        rotary = RotaryEmbedding(
            headSize: description.headSize, base: description.ropeBase,
            pairing: description.rotaryPairing == .halves ? .halves : .adjacent,
            maximumPosition: description.contextLength)
    }

    /// Computes keys and values of all rows, and the last hidden state of `outputRows`.
    ///
    /// - Parameters:
    ///   - tokens: ids of all rows, in the order of the segments.
    ///   - outputRows: ascending; the logits of these can be asked for afterwards.
    ///   - adapted: ascending; on other rows the weights act alone.
    ///   - isWanted: asked before each layer.
    /// - Returns: false once nobody wanted it any more: keys and values are those of some layers only.
    @discardableResult
    public func forward(
        tokens: [Int32], segments: [AttentionSegment], outputRows: [Int], adapted: [AdaptedRows] = [],
        while isWanted: () -> Bool = { true }
    ) -> Bool {
        let plan = plan(segments)
        self.adapted = adapted
        embed(tokens)
        for layer in weights.layers.indices.dropLast() {
            guard isWanted() else { return false }
            attend(layer, rows: tokens.count, plan: plan)
            feedForward(layer, scratch.residual.base, rows: tokens.count, adapted)
        }
        guard isWanted() else { return false }
        finish(rows: tokens.count, plan: plan, segments: segments, outputRows: outputRows)
        return true
    }

    /// `[outputs, vocabulary]` for outputs given by their place in the last batch's `outputRows`.
    public func logits(outputs places: [Int], into rows: UnsafeMutablePointer<Float>) {
        guard places.count < outputs.rows else {
            multiply(outputs, by: weights.output, into: rows, on: pool)
            return
        }
        for (start, count) in places.runs {
            loadOutputs(
                scratch.outputResidual.base + places[start] * description.hiddenSize, rows: count, into: someOutputs)
            multiply(someOutputs, by: weights.output, into: rows + start * weights.output.outputs, on: pool)
        }
    }

    /// Logits of some tokens of one output.
    public func logits(output: Int, tokens: [Int32], into row: UnsafeMutablePointer<Float>) {
        multiply(outputs, row: output, by: weights.output, columns: tokens, into: row, on: pool)
    }
}

extension Qwen2Decoder {
    private var description: ModelDescription { weights.description }
    /// Width of all query heads together.
    private var queryWidth: Int { description.heads * description.headSize }
    /// Width of queries, keys and values together.
    private var fusedWidth: Int { (description.heads + 2 * description.kvHeads) * description.headSize }

    /// Rows of the embedding matrix; `[tokens, hiddenSize]`.
    private func embed(_ tokens: [Int32]) {
        let hidden = description.hiddenSize
        let residual = scratch.residual.reserve(tokens.count * hidden)
        for (row, token) in tokens.enumerated() {
            weights.embedding.read(Int(token)..<Int(token) + 1, residual + row * hidden)
        }
    }

    /// Keys and values into the cache; queries stay in `scratch.queryKeyValue`.
    private func project(_ index: Int, rows: Int, plan: AttentionPlan) -> UnsafeMutablePointer<Float> {
        let layer = weights.layers[index]
        let fused = scratch.queryKeyValue.reserve(rows * fusedWidth)
        layer.attentionNorm.withUnsafeBufferPointer { weight in
            guard let weight = weight.baseAddress else { return }
            activations.loadRMSNorm(
                scratch.residual.base, weight: weight, epsilon: description.rmsEpsilon, rows: rows,
                width: description.hiddenSize, for: layer.queryKeyValue.format, on: pool)
        }
        lowRank.load(activations, adapted.added(index, \.queryKeyValue), on: pool)
        layer.queryKeyValueBias.withOptionalPointer { bias in
            multiply(activations, by: layer.queryKeyValue, bias: bias, adding: lowRank, into: fused, on: pool)
        }
        layer.headNorm?.apply(fused, rows: rows, stride: fusedWidth, on: pool)
        rotary.apply(
            fused, stride: fusedWidth, heads: description.heads + description.kvHeads, plan: plan,
            factors: cache.shape.element == .int8 ? layer.keyBalance : nil, on: pool)
        let keys = fused + queryWidth
        storeKV(
            keys: keys, values: keys + description.kvHeads * description.headSize, stride: fusedWidth, plan: plan,
            layer: index, cache: cache, on: pool)
        return fused
    }

    /// Attention of one layer: keys and values are stored, then every row looks at its own context.
    private func attend(_ index: Int, rows: Int, plan: AttentionPlan) {
        let fused = project(index, rows: rows, plan: plan)
        let attention = scratch.attention.reserve(rows * queryWidth)
        pagedAttention(
            queries: fused, stride: fusedWidth, plan: plan, layer: index, cache: cache, into: attention, on: pool)
        addAttention(index, attention, to: scratch.residual.base, rows: rows, adapted)
    }

    /// The heads' results through the output matrix, added to the residual.
    private func addAttention(
        _ index: Int, _ attention: UnsafePointer<Float>, to residual: UnsafeMutablePointer<Float>, rows: Int,
        _ adapted: [AdaptedRows]
    ) {
        let matrix = weights.layers[index].attentionOutput
        activations.load(attention, rows: rows, width: queryWidth, for: matrix.format, on: pool)
        lowRank.load(activations, adapted.added(index, \.attentionOutput), on: pool)
        multiply(activations, by: matrix, .add, adding: lowRank, into: residual, on: pool)
    }

    /// SwiGLU of one layer, added to the residual (arXiv 2002.05202).
    private func feedForward(
        _ index: Int, _ residual: UnsafeMutablePointer<Float>, rows: Int, _ adapted: [AdaptedRows]
    ) {
        let layer = weights.layers[index]
        let inner = scratch.feedForward.reserve(rows * description.intermediateSize)
        layer.feedForwardNorm.withUnsafeBufferPointer { weight in
            guard let weight = weight.baseAddress else { return }
            activations.loadRMSNorm(
                residual, weight: weight, epsilon: description.rmsEpsilon, rows: rows, width: description.hiddenSize,
                for: layer.gateUp.format, on: pool)
        }
        lowRank.load(activations, adapted.added(index, \.gateUp), on: pool)
        multiply(activations, by: layer.gateUp, .swiglu, adding: lowRank, into: inner, on: pool)
        activations.load(inner, rows: rows, width: description.intermediateSize, for: layer.down.format, on: pool)
        lowRank.load(activations, adapted.added(index, \.down), on: pool)
        multiply(activations, by: layer.down, .add, adding: lowRank, into: residual, on: pool)
    }

    /// The last layer: keys and values of all rows, the rest for the output rows only.
    private func finish(rows: Int, plan: AttentionPlan, segments: [AttentionSegment], outputRows: [Int]) {
        let last = weights.layers.count - 1
        let fused = project(last, rows: rows, plan: plan)
        guard !outputRows.isEmpty else { return }
        let hidden = description.hiddenSize
        let count = outputRows.count
        let residual = scratch.outputResidual.reserve(count * hidden)
        let queries = scratch.outputQueries.reserve(count * queryWidth)
        for (place, row) in outputRows.enumerated() {
            (residual + place * hidden).update(from: scratch.residual.base + row * hidden, count: hidden)
            (queries + place * queryWidth).update(from: fused + row * fusedWidth, count: queryWidth)
        }
        let attention = scratch.attention.reserve(count * queryWidth)
        pagedAttention(
            queries: queries, stride: queryWidth, plan: self.plan(segments.narrowed(to: outputRows)), layer: last,
            cache: cache, into: attention, on: pool)
        let adapted = adapted.narrowed(to: outputRows)
        addAttention(last, attention, to: residual, rows: count, adapted)
        feedForward(last, residual, rows: count, adapted)
        loadOutputs(residual, rows: count, into: outputs)
    }

    /// The rows that logits are asked of, normalised and in the form that the output matrix multiplies.
    private func loadOutputs(_ residual: UnsafePointer<Float>, rows: Int, into activations: Activations) {
        weights.outputNorm.withUnsafeBufferPointer { weight in
            guard let weight = weight.baseAddress else { return }
            activations.loadRMSNorm(
                residual, weight: weight, epsilon: description.rmsEpsilon, rows: rows, width: description.hiddenSize,
                for: weights.output.format, on: pool)
        }
    }

    /// Where each row finds its context in the cache.
    private func plan(_ segments: [AttentionSegment]) -> AttentionPlan {
        AttentionPlan(segments: segments, heads: description.heads, shape: cache.shape, threads: pool.threads)
    }
}

/// A growing buffer of floats, 64-byte aligned. Its content does not survive growing.
final class FloatRows {
    private var capacity = 16
    private(set) var base = FloatRows.allocate(16)

    /// Zeroed memory, aligned for the kernels.
    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
        UnsafeMutableRawPointer.allocate(byteCount: count * 4, alignment: 64).bindMemory(
            to: Float.self, capacity: count)
    }

    /// The buffer, with room for so many numbers.
    func reserve(_ count: Int) -> UnsafeMutablePointer<Float> {
        if count > capacity {
            base.deallocate()
            capacity = count + count / 4
            base = Self.allocate(capacity)
        }
        return base
    }

    deinit { base.deallocate() }
}

extension [AttentionSegment] {
    /// One segment an output row, numbered from 0, over the same blocks.
    func narrowed(to outputRows: [Int]) -> [AttentionSegment] {
        var result: [AttentionSegment] = []
        var place = 0
        for segment in self {
            while place < outputRows.count, outputRows[place] < segment.firstRow + segment.rows {
                result.append(
                    AttentionSegment(
                        firstRow: place, rows: 1, position: segment.position + outputRows[place] - segment.firstRow,
                        blockTable: segment.blockTable))
                place += 1
            }
        }
        return result
    }
}

extension [Int] {
    /// Runs of consecutive values: where each starts in the array and how long it is.
    var runs: [(start: Int, count: Int)] {
        var runs: [(start: Int, count: Int)] = []
        for (place, value) in enumerated() {
            if let last = runs.last, self[last.start] + last.count == value {
                runs[runs.count - 1].count += 1
            } else {
                runs.append((place, 1))
            }
        }
        return runs
    }
}
