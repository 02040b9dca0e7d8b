/// Bits by token id, shared by many masks and never changed.
package final class TokenBits: Sendable {
    package let words: [UInt64]
    package let count: Int

    package init(words: [UInt64]) {
        self.words = words
        count = words.reduce(0) { $0 + $1.nonzeroBitCount }
    }

    package func contains(_ token: Int32) -> Bool {
        let word = Int(token) >> 6
        return token >= 0 && word < words.count && words[word] >> UInt64(token & 63) & 1 == 1
    }

    package var bytes: Int { words.count * 8 + 48 }
}

/// The set of tokens that may come next: a shared set of many plus a list of few.
///
/// Inside a string the many are the same for every string of every schema, so a mask costs the bytes of its few.
public struct TokenMask: Sendable {
    /// Size of the vocabulary, in tokens.
    public let vocabularySize: Int
    /// Number of tokens allowed.
    public let count: Int
    package let shared: TokenBits?
    /// `shared` belongs to the vocabulary.
    package let isInterior: Bool
    /// Ascending, none of them in `shared`.
    package let listed: [Int32]

    package init(vocabularySize: Int, shared: TokenBits?, isInterior: Bool = false, listed: [Int32]) {
        (self.vocabularySize, self.shared, self.isInterior, self.listed) = (vocabularySize, shared, isInterior, listed)
        count = (shared?.count ?? 0) + listed.count
    }

    public var isEmpty: Bool { count == 0 }

    public func contains(_ token: Int32) -> Bool {
        if let shared, shared.contains(token) { return true }
        var (low, high) = (0, listed.count)
        while low < high {
            let middle = (low + high) / 2
            if listed[middle] < token { low = middle + 1 } else { high = middle }
        }
        return low < listed.count && listed[low] == token
    }

    /// Calls `body` with each allowed token once, the shared ones first; ascending within each part.
    public func forEach(_ body: (Int32) -> Void) {
        if let shared {
            for (index, word) in shared.words.enumerated() where word != 0 {
                var rest = word
                while rest != 0 {
                    body(Int32(index * 64 + rest.trailingZeroBitCount))
                    rest &= rest - 1
                }
            }
        }
        for token in listed { body(token) }
    }

    /// The allowed tokens in ascending order.
    public var tokens: [Int32] {
        guard shared != nil else { return listed }
        var result: [Int32] = []
        result.reserveCapacity(count)
        forEach { result.append($0) }
        result.sort()
        return result
    }

    /// The only allowed token, if there is just one.
    public var only: Int32? {
        guard count == 1 else { return nil }
        return shared == nil ? listed.first : tokens.first
    }

    /// Bit `id & 63` of word `id >> 6` is set for an allowed token; `ceil(vocabularySize / 64)` words.
    public var words: [UInt64] {
        var words = shared?.words ?? []
        let length = (vocabularySize + 63) / 64
        if words.count < length { words += [UInt64](repeating: 0, count: length - words.count) }
        for token in listed { words[Int(token) >> 6] |= 1 << UInt64(token & 63) }
        return words
    }
}

extension TokenMask {
    /// With another list, and without some of the shared tokens.
    package func replacing(listed: [Int32], removing blocked: [Int32]) -> TokenMask {
        guard let shared, !blocked.isEmpty else {
            return TokenMask(vocabularySize: vocabularySize, shared: shared, isInterior: isInterior, listed: listed)
        }
        var words = shared.words
        for token in blocked { words[Int(token) >> 6] &= ~(1 << UInt64(token & 63)) }
        return TokenMask(vocabularySize: vocabularySize, shared: TokenBits(words: words), listed: listed)
    }
}
