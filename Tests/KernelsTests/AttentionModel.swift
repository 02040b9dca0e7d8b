import Kernels
import TestSupport

/// Sequences with random keys and values in scattered blocks of a cache, and attention over them in double.
final class AttentionModel {
    let heads: Int
    let cache: KVCache
    /// The one that stores, and attends unless another is named.
    let pool: WorkerPool
    private(set) var random: SeededGenerator
    private var free: [Int32]

    /// Tokens of one sequence: fused rows `[heads + 2 kvHeads, headSize]` of every position.
    struct Sequence {
        var table: [Int32]
        var rows: [[Float]]
    }

    init(
        heads: Int, kvHeads: Int, headSize: Int, blockSize: Int = 32, element: KVCacheShape.Element = .bf16,
        blocks: Int = 64, instructions: InstructionSet = .current, seed: UInt64
    ) throws {
        self.heads = heads
        random = SeededGenerator(seed)
        let shape = try KVCacheShape(
            layers: 2, kvHeads: kvHeads, headSize: headSize, blockSize: blockSize, element: element)
        cache = try KVCache(shape: shape, blocks: blocks)
        pool = WorkerPool(threads: 2, instructionSet: instructions)
        free = (0..<Int32(blocks)).shuffled(using: &random)
    }

    var shape: KVCacheShape { cache.shape }
    var rowWidth: Int { (heads + 2 * shape.kvHeads) * shape.headSize }

    /// A sequence whose first tokens and full blocks are those of `prefix`; the rest is new, and all of it is stored.
    func makeSequence(tokens: Int, prefix: Sequence? = nil, prefixTokens: Int = 0, scale: Float = 1.5) -> Sequence {
        let shared = prefixTokens / shape.blockSize
        var sequence = Sequence(
            table: Array((prefix?.table ?? []).prefix(shared)),
            rows: Array((prefix?.rows ?? []).prefix(shared * shape.blockSize)))
        let kept = sequence.rows.count
        while sequence.rows.count < tokens {
            sequence.rows.append((0..<rowWidth).map { _ in Float.random(in: -scale...scale, using: &random) })
        }
        while sequence.table.count * shape.blockSize < tokens { sequence.table.append(free.removeLast()) }
        store(sequence, from: kept)
        return sequence
    }

    /// Stores keys and values of positions `from...` in layer 1.
    func store(_ sequence: Sequence, from: Int) {
        guard sequence.rows.count > from else { return }
        let segment = AttentionSegment(
            firstRow: 0, rows: sequence.rows.count - from, position: from, blockTable: sequence.table)
        let batch = sequence.rows[from...].flatMap { $0 }
        batch.withUnsafeBufferPointer { batch in
            guard let base = batch.baseAddress else { return }
            storeKV(
                keys: base + heads * shape.headSize, values: base + (heads + shape.kvHeads) * shape.headSize,
                stride: rowWidth, segments: [segment], layer: 1, cache: cache, on: pool)
        }
    }

    func release(_ sequence: Sequence) { free += sequence.table }

    /// Attention of some positions of some sequences in one batch; one result row a token, in order.
    func attend(
        _ pieces: [(Sequence, Range<Int>)], on other: WorkerPool? = nil
    ) -> [[Float]] {
        var batch: [Float] = [], segments: [AttentionSegment] = [], row = 0
        for (sequence, range) in pieces {
            segments.append(
                AttentionSegment(
                    firstRow: row, rows: range.count, position: range.lowerBound, blockTable: sequence.table))
            for position in range { batch += sequence.rows[position] }
            row += range.count
        }
        let pool = other ?? self.pool
        let width = heads * shape.headSize
        var out = [Float](repeating: .nan, count: row * width)
        let plan = AttentionPlan(segments: segments, heads: heads, shape: shape, threads: pool.threads)
        batch.withUnsafeBufferPointer { batch in
            out.withUnsafeMutableBufferPointer { out in
                guard let queries = batch.baseAddress, let out = out.baseAddress else { return }
                pagedAttention(
                    queries: queries, stride: rowWidth, plan: plan, layer: 1, cache: cache, into: out, on: pool)
            }
        }
        return (0..<row).map { Array(out[$0 * width..<($0 + 1) * width]) }
    }

    /// What a kernel does to queries, and to weights after them.
    enum Rounding {
        case none, bf16, int8

        init(_ element: KVCacheShape.Element, on instructions: InstructionSet) {
            self = element == .int8 ? .int8 : element == .bf16 && instructions == .avx512 ? .bf16 : .none
        }

        func query(_ query: [Float], scale: Float) -> [Double] {
            switch self {
            case .none: return query.map { Double($0) * Double(scale) }
            case .bf16: return query.map { Double(roundedToBF16($0 * scale)) }
            case .int8:
                let level = (query.map(\.magnitude).max() ?? 0) / 63
                return query.map { level > 0 ? Double(($0 / level).rounded(.toNearestOrEven) * level * scale) : 0 }
            }
        }

        /// Error allowed over the size of the terms, `exact` where weights are not rounded. A level is 1/127 of the
        /// largest weight.
        func tolerance(_ exact: Double) -> Double {
            switch self {
            case .none: exact
            case .bf16: 4e-3
            case .int8: 4e-2
            }
        }
    }

    /// The same for one position in double, over keys and values as they are stored, and the size of its terms:
    /// the sum of weight times |value|.
    func reference(_ sequence: Sequence, at position: Int, _ rounding: Rounding) -> (result: [Double], size: [Double]) {
        let width = shape.headSize, group = heads / shape.kvHeads
        let stored = (0...position).map {
            cache.read(layer: 1, block: Int(sequence.table[$0 / shape.blockSize]), slot: $0 % shape.blockSize)
        }
        var result = [Double](), size = result
        let scale = 1.4426950408889634 / Double(width).squareRoot()
        for head in 0..<heads {
            let query = rounding.query(
                Array(sequence.rows[position][head * width..<(head + 1) * width]), scale: Float(scale))
            let start = head / group * width
            let scores = stored.map { token in
                (0..<width).reduce(0) { $0 + query[$1] * Double(token.keys[start + $1]) }
            }
            let largest = scores.max() ?? 0
            let weights = scores.map { exp2($0 - largest) }
            let total = weights.reduce(0, +)
            for d in 0..<width {
                var sum = 0.0, absolute = 0.0
                for (weight, token) in zip(weights, stored) {
                    sum += weight * Double(token.values[start + d])
                    absolute += weight * Double(token.values[start + d].magnitude)
                }
                result.append(sum / total)
                size.append(absolute / total)
            }
        }
        return (result, size)
    }
}

/// Nearest BF16, ties to even.
func roundedToBF16(_ value: Float) -> Float {
    let bits = value.bitPattern
    return Float(bitPattern: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) & 0xFFFF_0000)
}

#if canImport(Glibc)
    import Glibc
#else
    import Foundation
#endif
