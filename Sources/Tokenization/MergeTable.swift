/// The merges of a BPE vocabulary: what two neighbouring tokens become, and how early.
///
/// A merge is one word, `rank << 32 | merged id`: the smaller word merges first.
struct MergeTable: Sendable {
    /// No such merge; larger than any.
    static let none = UInt64.max

    /// Open addressing; slot `i` is `[2i]` the pair `left << 32 | right` or `none`, `[2i + 1]` the merge.
    private var slots: [UInt64]
    private let shift: UInt64

    /// An empty table with room for so many merges: at most two thirds of the slots are taken.
    init(capacity: Int) {
        var bits: UInt64 = 4
        while (1 << bits) < capacity * 3 / 2 { bits += 1 }
        shift = 64 - bits
        slots = [UInt64](repeating: Self.none, count: 2 << Int(bits))
    }

    /// A pair that stands twice keeps the later rank, as in Hugging Face `tokenizers`.
    mutating func insert(_ left: TokenID, _ right: TokenID, rank: Int, merged: TokenID) {
        let pair = Self.pair(left, right)
        var slot = home(of: pair)
        while slots[slot] != Self.none, slots[slot] != pair { slot = (slot + 2) & (slots.count - 1) }
        slots[slot] = pair
        slots[slot + 1] = UInt64(rank) << 32 | UInt64(merged)
    }

    /// The merge of two neighbours as `rank << 32 | merged id`; the largest word where they do not merge.
    @inline(__always)
    func merge(_ left: TokenID, _ right: TokenID) -> UInt64 {
        let pair = Self.pair(left, right)
        var slot = home(of: pair)
        while true {
            let found = slots[slot]
            if found == pair { return slots[slot + 1] }
            if found == Self.none { return Self.none }
            slot = (slot + 2) & (slots.count - 1)
        }
    }

    /// The slot at which the search for a pair begins.
    @inline(__always)
    private func home(of pair: UInt64) -> Int {
        Int(truncatingIfNeeded: (pair &* 0x9E37_79B9_7F4A_7C15) >> shift) << 1
    }

    /// Two tokens as one word.
    @inline(__always)
    private static func pair(_ left: TokenID, _ right: TokenID) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }
}
