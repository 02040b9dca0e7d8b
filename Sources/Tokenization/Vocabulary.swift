/// The bytes of every token in one buffer, and the way back from bytes to the token.
struct Vocabulary: Sendable {
    /// Ids and ranks must leave room in a packed 64-bit word.
    static let maximumCount = 1 << 24

    private let bytes: [UInt8]
    /// Token `id` is `bytes[offsets[id]..<offsets[id + 1]]`.
    private let offsets: [UInt32]
    /// Open addressing, a power of two of slots; -1 is an empty one. Holds the tokens that `index` was called with.
    private var slots: [TokenID]

    let count: Int
    let longest: Int

    /// - Parameter tokens: each token's bytes; empty for an id without text.
    init(count: Int, bytes: [UInt8], offsets: [UInt32]) {
        (self.count, self.bytes, self.offsets) = (count, bytes, offsets)
        longest = zip(offsets, offsets.dropFirst()).reduce(0) { max($0, Int($1.1 - $1.0)) }
        slots = []
    }

    /// The same ids, those that `isKept` with their bytes and all others without; nothing is indexed.
    func keeping(where isKept: (TokenID) -> Bool) -> Vocabulary {
        var (kept, keptOffsets): ([UInt8], [UInt32]) = ([], [0])
        kept.reserveCapacity(bytes.count)
        keptOffsets.reserveCapacity(count + 1)
        for id in 0..<TokenID(count) {
            if isKept(id) { kept.append(contentsOf: bytes[range(of: id)]) }
            keptOffsets.append(UInt32(kept.count))
        }
        return Vocabulary(count: count, bytes: kept, offsets: keptOffsets)
    }

    /// Makes the tokens that `isIncluded` findable by their bytes, and no others. Of equal ones the first wins.
    mutating func index(where isIncluded: (TokenID) -> Bool) {
        var capacity = 16
        while capacity < count * 2 { capacity *= 2 }
        var slots = [TokenID](repeating: -1, count: capacity)
        bytes.withUnsafeBufferPointer { all in
            for id in 0..<TokenID(count) {
                let range = self.range(of: id)
                guard !range.isEmpty, isIncluded(id) else { continue }
                let token = UnsafeBufferPointer(rebasing: all[range])
                var slot = Self.hash(token) & (capacity - 1)
                while slots[slot] >= 0, !isEqual(slots[slot], token) { slot = (slot + 1) & (capacity - 1) }
                if slots[slot] < 0 { slots[slot] = id }
            }
        }
        self.slots = slots
    }

    /// The indexed token with these bytes; nil if there is none.
    @inline(__always)
    func id(of token: UnsafeBufferPointer<UInt8>) -> TokenID? {
        guard token.count <= longest else { return nil }
        let mask = slots.count - 1
        var slot = Self.hash(token) & mask
        while true {
            let id = slots[slot]
            if id < 0 { return nil }
            if isEqual(id, token) { return id }
            slot = (slot + 1) & mask
        }
    }

    /// Where a token's bytes lie.
    @inline(__always)
    func range(of id: TokenID) -> Range<Int> { Int(offsets[Int(id)])..<Int(offsets[Int(id) + 1]) }

    /// A token's bytes.
    func bytes(of id: TokenID) -> ArraySlice<UInt8> { bytes[range(of: id)] }

    /// Whether a token has exactly these bytes.
    @inline(__always)
    private func isEqual(_ id: TokenID, _ token: UnsafeBufferPointer<UInt8>) -> Bool {
        let range = range(of: id)
        guard range.count == token.count else { return false }
        for index in 0..<token.count where bytes[range.lowerBound + index] != token[index] { return false }
        return true
    }

    /// Eight bytes a step, folded by a 128-bit product. The table is fixed once made, so no text can lengthen its chains.
    @inline(__always)
    private static func hash(_ token: UnsafeBufferPointer<UInt8>) -> Int {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(token.count)
        var index = 0
        while index < token.count {
            var word: UInt64 = 0
            let end = min(index + 8, token.count)
            while index < end {
                word = word << 8 | UInt64(token[index])
                index += 1
            }
            let product = (state ^ word).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
            state = product.high ^ product.low
        }
        return Int(truncatingIfNeeded: state >> 1)
    }
}
