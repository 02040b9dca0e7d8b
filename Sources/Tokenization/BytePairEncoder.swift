/// Byte-level BPE (arXiv 1508.07909, 3.2): starting from single bytes, merge the pair of lowest rank, leftmost first,
/// until no neighbours merge.
struct BytePairEncoder: Sendable {
    /// Up to this many symbols a scan for the lowest rank beats a heap.
    static let longestScan = 64

    let merges: MergeTable
    /// Token of each single byte; -1 for a byte that the vocabulary lacks. Such a byte yields nothing, as in Hugging
    /// Face `tokenizers` for a vocabulary without an unknown token (SmolLM2 lacks the bytes that no UTF-8 text has).
    let byteTokens: [TokenID]

    /// Working memory of one encoding, kept from word to word.
    struct Scratch {
        var symbols: [TokenID] = []
        var merges: [UInt64] = []
        var next: [Int32] = []
        var previous: [Int32] = []
        var heap = MinimumHeap()
    }

    /// Appends the tokens of one piece of text, merged as far as the ranks go.
    ///
    /// - Parameter scratch: buffers that the caller keeps, so that a piece allocates nothing.
    func append(_ word: UnsafeBufferPointer<UInt8>, to tokens: inout [TokenID], _ scratch: inout Scratch) {
        scratch.symbols.removeAll(keepingCapacity: true)
        for byte in word where byteTokens[Int(byte)] >= 0 { scratch.symbols.append(byteTokens[Int(byte)]) }
        if scratch.symbols.count > Self.longestScan {
            mergeWithHeap(&scratch)
        } else {
            mergeByScan(&scratch)
        }
        tokens.append(contentsOf: scratch.symbols)
    }

    /// O(n²) with a small constant.
    private func mergeByScan(_ scratch: inout Scratch) {
        var count = scratch.symbols.count
        guard count > 1 else { return }
        scratch.merges.removeAll(keepingCapacity: true)
        for index in 1..<count {
            scratch.merges.append(merges.merge(scratch.symbols[index - 1], scratch.symbols[index]))
        }
        scratch.symbols.withUnsafeMutableBufferPointer { symbols in
            scratch.merges.withUnsafeMutableBufferPointer { pairs in
                while count > 1 {
                    var (best, at) = (MergeTable.none, 0)
                    for index in 0..<(count - 1) where pairs[index] < best { (best, at) = (pairs[index], index) }
                    guard best != MergeTable.none else { break }
                    symbols[at] = TokenID(truncatingIfNeeded: best)
                    count -= 1
                    for index in (at + 1)..<max(at + 1, count) { symbols[index] = symbols[index + 1] }
                    for index in at..<max(at, count - 1) { pairs[index] = pairs[index + 1] }
                    if at > 0 { pairs[at - 1] = merges.merge(symbols[at - 1], symbols[at]) }
                    if at < count - 1 { pairs[at] = merges.merge(symbols[at], symbols[at + 1]) }
                }
            }
        }
        scratch.symbols.removeSubrange(count...)
    }

    /// O(n log n): symbols in a linked list, candidate merges in a heap. An entry whose neighbours have since merged is
    /// known by its rank: a rank names one pair, so the pair that stands there now has another.
    private func mergeWithHeap(_ scratch: inout Scratch) {
        let count = scratch.symbols.count
        scratch.next = Array(1...Int32(count))
        scratch.previous = Array(-1..<Int32(count - 1))
        scratch.heap.removeAll()
        for left in 0..<(count - 1) { pushMerge(left, left + 1, &scratch) }
        while let entry = scratch.heap.pop() {
            let (rank, left) = (entry >> 32, Int(entry & 0xFFFF_FFFF))
            let right = Int(scratch.next[left])
            guard scratch.symbols[left] >= 0, right < count else { continue }
            let merge = merges.merge(scratch.symbols[left], scratch.symbols[right])
            guard merge != MergeTable.none, merge >> 32 == rank else { continue }
            let (before, after) = (Int(scratch.previous[left]), Int(scratch.next[right]))
            scratch.symbols[left] = TokenID(truncatingIfNeeded: merge)
            scratch.symbols[right] = -1
            scratch.next[left] = Int32(after)
            if after < count {
                scratch.previous[after] = Int32(left)
                pushMerge(left, after, &scratch)
            }
            if before >= 0 { pushMerge(before, left, &scratch) }
        }
        scratch.symbols.removeAll { $0 < 0 }
    }

    /// An entry is `rank << 32 | left`: of equal ranks the leftmost comes first.
    private func pushMerge(_ left: Int, _ right: Int, _ scratch: inout Scratch) {
        let merge = merges.merge(scratch.symbols[left], scratch.symbols[right])
        if merge != MergeTable.none { scratch.heap.push((merge >> 32) << 32 | UInt64(left)) }
    }
}

/// A binary heap of words, the smallest on top.
struct MinimumHeap {
    private var words: [UInt64] = []

    /// Empties the heap and keeps its memory.
    mutating func removeAll() { words.removeAll(keepingCapacity: true) }

    /// Adds a word; the smallest comes out first.
    mutating func push(_ word: UInt64) {
        words.append(word)
        var child = words.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard word < words[parent] else { break }
            words[child] = words[parent]
            child = parent
        }
        words[child] = word
    }

    /// Takes the smallest word; nil: the heap is empty.
    mutating func pop() -> UInt64? {
        guard let top = words.first, let last = words.popLast() else { return nil }
        guard !words.isEmpty else { return top }
        var parent = 0
        while true {
            var child = parent * 2 + 1
            guard child < words.count else { break }
            if child + 1 < words.count, words[child + 1] < words[child] { child += 1 }
            guard words[child] < last else { break }
            words[parent] = words[child]
            parent = child
        }
        words[parent] = last
        return top
    }
}
