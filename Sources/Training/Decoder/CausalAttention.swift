import Foundation
import Kernels
import ModelFiles

/// Attention of a packed batch: a row sees its segment up to itself, and the segment's prefix.
///
/// Rows are `[(heads + 2 kvHeads) * headSize]`: queries, keys and values, queries and keys turned by their positions.
package struct CausalAttention {
    package let heads: Int, kvHeads: Int, headSize: Int
    package let pool: WorkerPool

    /// Query rows that are done at a time: the scores above the diagonal that are made for nothing are at most these.
    package static let blockRows = 128

    package init(_ model: ModelDescription, on pool: WorkerPool) {
        (heads, kvHeads, headSize, self.pool) = (model.heads, model.kvHeads, model.headSize, pool)
    }

    package var width: Int { (heads + 2 * kvHeads) * headSize }
    package var queryWidth: Int { heads * headSize }
    package var scale: Float { 1 / Float(headSize).squareRoot() }

    /// Keys and values of one head, some rows of them one behind the other.
    package struct Span {
        package let keys: UnsafePointer<Float>, values: UnsafePointer<Float>
        package let count: Int, stride: Int
    }

    /// Where a head's keys and values of a segment lie: those of the prefix, then its own.
    package func spans(
        _ segment: TrainingBatch.Segment, head: Int, layer: Int, fused: UnsafePointer<Float>
    ) -> (prefix: Span?, own: Span) {
        let offset = head / (heads / kvHeads) * headSize
        func inBatch(_ rows: Range<Int>) -> Span {
            let keys = fused + rows.lowerBound * width + queryWidth + offset
            return Span(keys: keys, values: keys + kvHeads * headSize, count: rows.count, stride: width)
        }
        let own = inBatch(segment.rows)
        switch segment.prefix {
        case .none: return (nil, own)
        case .rows(let rows): return (inBatch(rows), own)
        case .kept(let prefix):
            let keys = UnsafePointer(prefix.keysValues(ofLayer: layer)) + offset
            return (
                Span(keys: keys, values: keys + prefix.width, count: prefix.tokens.count, stride: 2 * prefix.width), own
            )
        }
    }

    /// A head's block of query rows, and how many keys its last row sees.
    package struct Block {
        package let head: Int
        /// In the batch.
        package let rows: Range<Int>
        package let prefixCount: Int
        /// Own keys that the last row sees.
        package let ownCount: Int
        package var keys: Int { prefixCount + ownCount }

        /// Keys that a row of the block sees.
        package func seen(by row: Int) -> Int { keys - (rows.count - 1 - row) }
    }

    package func blocks(_ segment: TrainingBatch.Segment, head: Int) -> [Block] {
        stride(from: 0, to: segment.rows.count, by: Self.blockRows).map { first in
            let end = min(first + Self.blockRows, segment.rows.count)
            let start = segment.rows.lowerBound
            return Block(
                head: head, rows: start + first..<start + end, prefixCount: segment.prefix.count, ownCount: end)
        }
    }

    /// - Parameters:
    ///   - attended: `[rows, heads * headSize]`
    ///   - logSums: `[rows, heads]`: of each row the logarithm of the sum of its scores' exponentials.
    package func forward(
        _ batch: TrainingBatch, layer: Int, fused: UnsafePointer<Float>, attended: UnsafeMutablePointer<Float>,
        logSums: UnsafeMutablePointer<Float>
    ) {
        let tasks = batch.segments.indices.flatMap { index in
            (0..<heads).flatMap { head in
                blocks(batch.segments[index], head: head).map { (segment: index, block: $0) }
            }
        }
        pool.parallelFor(tasks.count) { _, range in
            for (index, block) in tasks[range] {
                let spans = spans(batch.segments[index], head: block.head, layer: layer, fused: fused)
                withUnsafeTemporaryAllocation(of: Float.self, capacity: block.rows.count * block.keys) { scores in
                    guard let scores = scores.baseAddress else { return }
                    self.scores(block, spans, fused: fused, into: scores)
                    for row in 0..<block.rows.count {
                        let seen = block.seen(by: row)
                        logSums[(block.rows.lowerBound + row) * heads + block.head] = VectorMath.softmax(
                            scores + row * block.keys, count: seen)
                        (scores + row * block.keys + seen).update(repeating: 0, count: block.keys - seen)
                    }
                    weigh(block, spans, scores, into: attended)
                }
            }
        }
    }

    /// `[rows, keys]`, scaled.
    package func scores(
        _ block: Block, _ spans: (prefix: Span?, own: Span), fused: UnsafePointer<Float>,
        into scores: UnsafeMutablePointer<Float>
    ) {
        let queries = DenseMatrix(
            fused + block.rows.lowerBound * width + block.head * headSize, rows: block.rows.count, columns: headSize,
            stride: width)
        if let prefix = spans.prefix {
            let keys = DenseMatrix(prefix.keys, rows: prefix.count, columns: headSize, stride: prefix.stride)
            DenseProduct(queries, keys.transposed, scale: scale).run(into: scores, stride: block.keys)
        }
        let keys = DenseMatrix(spans.own.keys, rows: block.ownCount, columns: headSize, stride: spans.own.stride)
        DenseProduct(queries, keys.transposed, scale: scale).run(into: scores + block.prefixCount, stride: block.keys)
    }

    private func weigh(
        _ block: Block, _ spans: (prefix: Span?, own: Span), _ weights: UnsafePointer<Float>,
        into attended: UnsafeMutablePointer<Float>
    ) {
        let out = attended + block.rows.lowerBound * queryWidth + block.head * headSize
        let own = DenseMatrix(
            weights + block.prefixCount, rows: block.rows.count, columns: block.ownCount, stride: block.keys)
        let values = DenseMatrix(spans.own.values, rows: block.ownCount, columns: headSize, stride: spans.own.stride)
        DenseProduct(own, values).run(into: out, stride: queryWidth)
        guard let prefix = spans.prefix else { return }
        let before = DenseMatrix(weights, rows: block.rows.count, columns: prefix.count, stride: block.keys)
        let prefixValues = DenseMatrix(prefix.values, rows: prefix.count, columns: headSize, stride: prefix.stride)
        DenseProduct(before, prefixValues, adds: true).run(into: out, stride: queryWidth)
    }
}
