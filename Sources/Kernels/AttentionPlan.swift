import CKernels

/// Consecutive tokens of one sequence in a ragged batch.
public struct AttentionSegment: Sendable, Hashable {
    /// Row of the first token in the batch.
    public var firstRow: Int
    /// Tokens, one query row each.
    public var rows: Int
    /// Position of the first token: as many tokens of the sequence stand before it.
    public var position: Int
    /// Blocks of the sequence from position 0 on; position `p` lies in `blockTable[p / blockSize]`. Those that hold
    /// the segment's own tokens must be there already.
    public var blockTable: [Int32]

    /// Rows of one sequence in the batch, and where its context lies.
    public init(firstRow: Int, rows: Int, position: Int, blockTable: [Int32]) {
        (self.firstRow, self.rows, self.position, self.blockTable) = (firstRow, rows, position, blockTable)
    }
}

/// Where the rows of one batch lie and how attention over them is cut in pieces; made once a step, used in each layer.
///
/// Segments are ordered by block table, so that sequences with a common beginning stand side by side: over the blocks
/// they share their rows are multiplied together, and keys and values are read once. How rows are cut and grouped
/// changes no bit of a result.
public final class AttentionPlan {
    /// Tokens in all segments.
    public let tokens: Int
    let heads: Int
    let shape: KVCacheShape
    /// Largest block number plus one.
    let blocksNeeded: Int
    /// By token: batch row, position, block, slot in the block.
    let rows: [Int32], positions: [Int32], blocks: [Int32], slots: [Int32]
    /// Ranges of `parts`, each a piece of work for every KV head.
    let pieces: [Range<Int>]
    /// Rows (query heads times tokens) of the largest piece.
    let largestPiece: Int
    /// Points into `tables`.
    let parts: UnsafeMutableBufferPointer<ck_attention_part>
    private let tables: UnsafeMutableBufferPointer<Int32>

    /// - Parameter heads: query heads, a multiple of `shape.kvHeads`.
    /// - Parameter threads: threads of the pool that will do the work.
    public init(segments: [AttentionSegment], heads: Int, shape: KVCacheShape, threads: Int) {
        precondition(heads > 0 && heads % shape.kvHeads == 0, "\(heads) heads over \(shape.kvHeads) KV heads")
        (self.heads, self.shape) = (heads, shape)
        let segments = segments.filter { $0.rows > 0 }.sorted { $0.blockTable.lexicographicallyPrecedes($1.blockTable) }
        let blockSize = shape.blockSize
        var rows: [Int32] = [], positions = rows, blocks = rows, slots = rows
        var largest: Int32 = -1
        for segment in segments {
            let end = segment.position + segment.rows
            precondition(segment.firstRow >= 0 && segment.position >= 0, "segment at row \(segment.firstRow)")
            precondition(segment.blockTable.count * blockSize >= end, "no block for position \(end - 1)")
            for block in segment.blockTable {
                precondition(block >= 0, "block \(block)")
                largest = max(largest, block)
            }
            for position in segment.position..<end {
                rows.append(Int32(segment.firstRow + position - segment.position))
                positions.append(Int32(position))
                blocks.append(segment.blockTable[position / blockSize])
                slots.append(Int32(position % blockSize))
            }
        }
        tokens = rows.count
        blocksNeeded = Int(largest) + 1
        (self.rows, self.positions, self.blocks, self.slots) = (rows, positions, blocks, slots)

        tables = .allocate(capacity: segments.reduce(0) { $0 + $1.blockTable.count })
        _ = tables.initialize(from: segments.lazy.flatMap(\.blockTable))
        let cut = AttentionCut(
            segments: segments, group: heads / shape.kvHeads, kvHeads: shape.kvHeads, threads: threads)
        var starts = [0]
        for segment in segments { starts.append((starts.last ?? 0) + segment.blockTable.count) }
        parts = .allocate(capacity: cut.parts.count)
        for (index, part) in cut.parts.enumerated() {
            let segment = segments[part.segment]
            parts.initializeElement(
                at: index,
                to: ck_attention_part(
                    blocks: tables.baseAddress.map { UnsafePointer($0 + starts[part.segment]) },
                    block_count: Int32(segment.blockTable.count),
                    first_row: Int32(segment.firstRow), position: Int32(segment.position),
                    rows_begin: Int32(part.rows.lowerBound), rows_end: Int32(part.rows.upperBound),
                    shared_chunks: part.isFirst
                        ? 0
                        : Int32(Self.sharedChunks(segments[part.segment - 1], segment, blockSize: blockSize))))
        }
        (pieces, largestPiece) = (cut.pieces, cut.largestPiece)
    }

    deinit {
        tables.deallocate()
        parts.deallocate()
    }

    /// Leading chunks of the context that lie in the same blocks for both.
    private static func sharedChunks(_ a: AttentionSegment, _ b: AttentionSegment, blockSize: Int) -> Int {
        var blocks = 0
        for (left, right) in zip(a.blockTable, b.blockTable) {
            guard left == right else { break }
            blocks += 1
        }
        return blocks * blockSize / Int(CK_KV_CHUNK)
    }
}

/// How the rows of a batch become pieces of nearly equal cost.
struct AttentionCut {
    /// Some rows (token times head of the group) of one segment.
    struct Part {
        var segment: Int
        var rows: Range<Int>
        /// First of its piece: shares nothing with the part before.
        var isFirst: Bool
    }
    private(set) var parts: [Part] = []
    private(set) var pieces: [Range<Int>] = []
    private(set) var largestPiece = 0

    /// Rows whose state still fits the second-level cache beside keys and values.
    private static let mostRows = 240
    /// Fewer rows would read keys and values too often for what they compute.
    private static let fewestRows = 48

    /// Cuts the segments into pieces of about the same work for so many threads.
    init(segments: [AttentionSegment], group: Int, kvHeads: Int, threads: Int) {
        let total = segments.reduce(0) { $0 + $1.rows } * group
        guard total > 0 else { return }
        // Some pieces for each thread, so that a late one finds less to do.
        let wanted = (4 * threads + kvHeads - 1) / kvHeads
        var count = max(1, min(wanted, total / Self.fewestRows))
        if threads > 1 && kvHeads < threads { count = max(count, min(threads, total)) }
        count = max(count, (total + Self.mostRows - 1) / Self.mostRows)

        // Cost of a row: its chunks. Pieces end where the running cost passes the next share.
        let cost = segments.reduce(0) { sum, segment in
            sum + segment.rows * group * (segment.position + segment.rows / 2 + 64)
        }
        var done = 0, piece = 0, pieceStart = 0, pieceRows = 0
        func boundary(_ piece: Int) -> Int { cost * (piece + 1) / count }
        for (index, segment) in segments.enumerated() {
            var begin = 0
            for row in 0..<segment.rows * group {
                done += segment.position + row / group + 64
                pieceRows += 1
                let isFull = done >= boundary(piece) || pieceRows >= 2 * Self.mostRows
                let isLast = row == segment.rows * group - 1
                if isFull || isLast {
                    parts.append(Part(segment: index, rows: begin..<row + 1, isFirst: parts.count == pieceStart))
                    begin = row + 1
                }
                if isFull || (isLast && index == segments.count - 1) {
                    pieces.append(pieceStart..<parts.count)
                    largestPiece = max(largestPiece, pieceRows)
                    (pieceStart, pieceRows) = (parts.count, 0)
                    while done >= boundary(piece) && piece < count { piece += 1 }
                }
            }
        }
    }
}
