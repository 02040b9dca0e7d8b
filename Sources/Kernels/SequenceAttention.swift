import CKernels

/// Attention of whole sequences, the keys and values where the projection left them (arXiv 1706.03762, 3.2.1):
/// `out[row, head] = softmax(q . K / sqrt(headSize)) V` over the row's own sequence.
///
/// A row of `fused` is `heads` queries, `kvHeads` keys, `kvHeads` values of `headSize` each, f32. Query head `h` reads
/// KV head `h / (heads / kvHeads)`. Sequences lie one after the other, without padding. A sequence's result does not
/// depend on the others.
public struct SequenceAttention: Sendable {
    public let heads: Int, kvHeads: Int, headSize: Int
    /// A token sees those up to itself; else all of its sequence.
    public let isCausal: Bool

    /// - Precondition: `headSize` is a multiple of 16, `heads` one of `kvHeads`.
    public init(heads: Int, kvHeads: Int, headSize: Int, isCausal: Bool) {
        precondition(headSize > 0 && headSize % 16 == 0, "head size \(headSize) is no multiple of 16")
        precondition(kvHeads > 0 && heads % kvHeads == 0, "\(heads) heads over \(kvHeads) KV heads")
        (self.heads, self.kvHeads, self.headSize, self.isCausal) = (heads, kvHeads, headSize, isCausal)
    }

    /// Width of a row of `fused`.
    public var fusedWidth: Int { (heads + 2 * kvHeads) * headSize }

    /// Tokens whose attention is one piece of work.
    private static let pieceTokens = 64

    /// Rows of one head of one sequence: what a worker takes at a time.
    private struct Piece {
        var start: Int, tokens: Int, first: Int, last: Int
    }

    /// - Parameters:
    ///   - lengths: tokens of each sequence.
    ///   - out: `[rows, heads * headSize]`.
    public func callAsFunction(
        _ fused: UnsafePointer<Float>, lengths: [Int], into out: UnsafeMutablePointer<Float>, on pool: WorkerPool
    ) {
        let kernel = ck_sequence_attention(pool.instructionSet.kernelSet)
        var pieces: [Piece] = [], start = 0
        for length in lengths {
            for first in stride(from: 0, to: length, by: Self.pieceTokens) {
                pieces.append(
                    Piece(start: start, tokens: length, first: first, last: min(length, first + Self.pieceTokens)))
            }
            start += length
        }
        let room = ck_sequence_attention_scratch(lengths.max() ?? 0, headSize)
        let (group, width, heads) = (heads / kvHeads, fusedWidth, heads)
        // Safe: workers write disjoint parts of `out`; parallelFor returns after the last.
        nonisolated(unsafe) let (fused, out) = (fused, out)
        pool.parallelFor(pieces.count * heads, grain: 2) { _, items in
            withUnsafeTemporaryAllocation(byteCount: room * 4, alignment: 64) { scratch in
                let scratch = scratch.baseAddress?.bindMemory(to: Float.self, capacity: room)
                for index in items {
                    let (piece, head) = (pieces[index / heads], index % heads)
                    let row = fused + piece.start * width
                    let keys = row + (heads + head / group) * headSize
                    var item = ck_sequence_attention_item(
                        queries: row + head * headSize, keys: keys, values: keys + kvHeads * headSize, stride: width,
                        out: out + (piece.start * heads + head) * headSize, out_stride: heads * headSize,
                        tokens: piece.tokens, first: piece.first, last: piece.last, head_size: headSize,
                        is_causal: isCausal ? 1 : 0, scratch: scratch)
                    kernel(&item)
                }
            }
        }
    }
}
