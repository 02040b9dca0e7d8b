import Foundation
import Kernels

/// The gradient of `CausalAttention`: the weights are made again from queries, keys and each row's sum (as in
/// FlashAttention-2, arXiv 2307.08691, 2.2), so that the forward pass keeps no matrix of scores.
package struct AttentionGradient {
    package let attention: CausalAttention
    /// The forward pass of a layer.
    package let batch: TrainingBatch
    package let layer: Int
    /// `[rows, (heads + 2 kvHeads) * headSize]`
    package let fused: UnsafePointer<Float>
    /// `[rows, heads * headSize]`
    package let attended: UnsafePointer<Float>
    /// `[rows, heads]`
    package let logSums: UnsafePointer<Float>

    private var headSize: Int { attention.headSize }
    private var queryWidth: Int { attention.queryWidth }

    /// - Parameters:
    ///   - gradient: `[rows, heads * headSize]`, of what was attended.
    ///   - fusedGradient: `[rows, (heads + 2 kvHeads) * headSize]`, written; nothing of it is of a kept prefix.
    ///   - perHead: scratch, `[heads, rows, 2 * headSize]`: each head's part of the keys' and values' gradients.
    package func run(
        _ gradient: UnsafePointer<Float>, into fusedGradient: UnsafeMutablePointer<Float>,
        perHead: UnsafeMutablePointer<Float>
    ) {
        let heads = attention.heads, rows = batch.rows
        // Tasks of a head and a group touch rows of their own: the sum over heads comes after.
        attention.pool.parallelFor(heads * batch.groups.count) { _, range in
            for task in range {
                let head = task % heads, group = batch.groups[task / heads]
                let own = perHead + head * rows * 2 * headSize
                for segment in group {
                    let rows = batch.segments[segment].rows
                    (own + rows.lowerBound * 2 * headSize).update(repeating: 0, count: rows.count * 2 * headSize)
                }
                for segment in group {
                    for block in attention.blocks(batch.segments[segment], head: head) {
                        add(block, batch.segments[segment], gradient, into: fusedGradient, keysValues: own)
                    }
                }
            }
        }
        sumHeads(perHead, into: fusedGradient)
    }

    private func add(
        _ block: CausalAttention.Block, _ segment: TrainingBatch.Segment, _ gradient: UnsafePointer<Float>,
        into fusedGradient: UnsafeMutablePointer<Float>, keysValues: UnsafeMutablePointer<Float>
    ) {
        let spans = attention.spans(segment, head: block.head, layer: layer, fused: fused)
        let (count, keys) = (block.rows.count, block.keys)
        let offset = block.rows.lowerBound * queryWidth + block.head * headSize
        let upper = DenseMatrix(gradient + offset, rows: count, columns: headSize, stride: queryWidth)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * count * keys) { memory in
            guard let weights = memory.baseAddress else { return }
            let slopes = weights + count * keys
            attention.scores(block, spans, fused: fused, into: weights)
            slopesOfWeights(block, spans, upper, into: slopes)
            for row in 0..<count {
                let seen = block.seen(by: row), place = (block.rows.lowerBound + row)
                let logSum = logSums[place * attention.heads + block.head]
                let mean = FloatProducts.dot(
                    gradient + offset + row * queryWidth, attended + offset + row * queryWidth, width: headSize)
                VectorMath.softmaxGradient(
                    weights + row * keys, slopes + row * keys, count: seen, logSum: logSum, mean: mean,
                    scale: attention.scale)
                (weights + row * keys + seen).update(repeating: 0, count: keys - seen)
                (slopes + row * keys + seen).update(repeating: 0, count: keys - seen)
            }
            spread(block, segment, spans, upper, weights: weights, slopes: slopes, keysValues: keysValues)
            queries(block, spans, slopes: slopes, into: fusedGradient)
        }
    }

    /// `upper · valuesᵀ`: the gradient of the weights, `[rows, keys]`.
    private func slopesOfWeights(
        _ block: CausalAttention.Block, _ spans: (prefix: CausalAttention.Span?, own: CausalAttention.Span),
        _ upper: DenseMatrix, into slopes: UnsafeMutablePointer<Float>
    ) {
        if let prefix = spans.prefix {
            let values = DenseMatrix(prefix.values, rows: prefix.count, columns: headSize, stride: prefix.stride)
            DenseProduct(upper, values.transposed).run(into: slopes, stride: block.keys)
        }
        let own = DenseMatrix(spans.own.values, rows: block.ownCount, columns: headSize, stride: spans.own.stride)
        DenseProduct(upper, own.transposed).run(into: slopes + block.prefixCount, stride: block.keys)
    }

    private func queries(
        _ block: CausalAttention.Block, _ spans: (prefix: CausalAttention.Span?, own: CausalAttention.Span),
        slopes: UnsafePointer<Float>, into fusedGradient: UnsafeMutablePointer<Float>
    ) {
        let out = fusedGradient + block.rows.lowerBound * attention.width + block.head * headSize
        let own = DenseMatrix(
            slopes + block.prefixCount, rows: block.rows.count, columns: block.ownCount, stride: block.keys)
        let keys = DenseMatrix(spans.own.keys, rows: block.ownCount, columns: headSize, stride: spans.own.stride)
        DenseProduct(own, keys).run(into: out, stride: attention.width)
        guard let prefix = spans.prefix else { return }
        let before = DenseMatrix(slopes, rows: block.rows.count, columns: prefix.count, stride: block.keys)
        let prefixKeys = DenseMatrix(prefix.keys, rows: prefix.count, columns: headSize, stride: prefix.stride)
        DenseProduct(before, prefixKeys, adds: true).run(into: out, stride: attention.width)
    }

    /// Adds to the gradients of the keys and values that the block saw, but for a kept prefix's.
    private func spread(
        _ block: CausalAttention.Block, _ segment: TrainingBatch.Segment,
        _ spans: (prefix: CausalAttention.Span?, own: CausalAttention.Span), _ upper: DenseMatrix,
        weights: UnsafePointer<Float>, slopes: UnsafePointer<Float>, keysValues: UnsafeMutablePointer<Float>
    ) {
        let queries = DenseMatrix(
            fused + block.rows.lowerBound * attention.width + block.head * headSize, rows: block.rows.count,
            columns: headSize, stride: attention.width)
        func add(_ first: Int, _ count: Int, toRow row: Int) {
            let out = keysValues + row * 2 * headSize
            let slopes = DenseMatrix(slopes + first, rows: block.rows.count, columns: count, stride: block.keys)
            DenseProduct(slopes.transposed, queries, adds: true).run(into: out, stride: 2 * headSize)
            let weights = DenseMatrix(weights + first, rows: block.rows.count, columns: count, stride: block.keys)
            DenseProduct(weights.transposed, upper, adds: true).run(into: out + headSize, stride: 2 * headSize)
        }
        if case .rows(let rows) = segment.prefix { add(0, rows.count, toRow: rows.lowerBound) }
        add(block.prefixCount, block.ownCount, toRow: segment.rows.lowerBound)
    }

    /// Query heads that share a key head add up, in their order.
    private func sumHeads(_ perHead: UnsafePointer<Float>, into fusedGradient: UnsafeMutablePointer<Float>) {
        let group = attention.heads / attention.kvHeads, rows = batch.rows
        attention.pool.parallelFor(rows, grain: 16) { _, range in
            for row in range {
                for head in 0..<attention.kvHeads {
                    let keys = fusedGradient + row * attention.width + queryWidth + head * headSize
                    let values = keys + attention.kvHeads * headSize
                    keys.update(repeating: 0, count: headSize)
                    values.update(repeating: 0, count: headSize)
                    for query in head * group..<(head + 1) * group {
                        let part = perHead + (query * rows + row) * 2 * headSize
                        for place in 0..<headSize {
                            keys[place] += part[place]
                            values[place] += part[headSize + place]
                        }
                    }
                }
            }
        }
    }
}
