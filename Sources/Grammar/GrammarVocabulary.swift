/// A model's tokens in the form that grammars need; made once per model (about a second for 150,000 tokens).
public final class GrammarVocabulary: Sendable {
    public let size: Int
    package let tokenBytes: [[UInt8]]
    package let endTokens: [Int32]
    package let isSpecial: [Bool]
    package let trie: TokenTrie
    /// Tokens that are not wholly ordinary characters of a string: with a quote, a backslash, a control character or
    /// part of a character, and those of more than `longestInterior` characters.
    package let edgeTrie: TokenTrie
    /// `interior[n]`: tokens of 1 to n whole ordinary characters, ready to stand inside any JSON string.
    package let interior: [TokenBits]
    package let masks: MaskBudget
    private let encodeBytes: @Sendable ([UInt8]) -> [Int32]

    package static let longestInterior = 32

    /// - Parameters:
    ///   - bytes: raw bytes by token id; empty for an unused id.
    ///   - endTokens: ids that end an answer; allowed where the value is complete.
    ///   - isSpecial: control tokens, never allowed otherwise.
    ///   - maskBytes: what all grammars of this vocabulary together may keep in states and masks.
    ///   - encode: the canonical tokenisation of a text; special tokens never come out of it.
    public init(
        bytes: [[UInt8]], endTokens: [Int32], isSpecial: (Int32) -> Bool, maskBytes: Int = 64 << 20,
        encode: @escaping @Sendable ([UInt8]) -> [Int32]
    ) {
        size = bytes.count
        tokenBytes = bytes
        self.endTokens = endTokens.filter { $0 >= 0 && Int($0) < bytes.count }.sorted()
        encodeBytes = encode
        let special = bytes.indices.map { isSpecial(Int32($0)) || endTokens.contains(Int32($0)) }
        self.isSpecial = special

        var all: [(bytes: [UInt8], id: Int32)] = []
        var edge: [(bytes: [UInt8], id: Int32)] = []
        let words = (bytes.count + 63) / 64
        var byLength = [[UInt64]](repeating: [UInt64](repeating: 0, count: words), count: Self.longestInterior + 1)
        for (index, text) in bytes.enumerated() where !special[index] && !text.isEmpty {
            all.append((text, Int32(index)))
            if let length = Self.interiorLength(text), length <= Self.longestInterior {
                byLength[length][index >> 6] |= 1 << UInt64(index & 63)
            } else {
                edge.append((text, Int32(index)))
            }
        }
        for length in 1..<byLength.count {
            for word in 0..<words { byLength[length][word] |= byLength[length - 1][word] }
        }
        trie = TokenTrie(all)
        edgeTrie = TokenTrie(edge)
        interior = byLength.map { TokenBits(words: $0) }
        masks = MaskBudget(limit: maskBytes)
    }

    /// The canonical tokens of `bytes`; empty if the tokeniser gives others than these bytes.
    package func encode(_ bytes: [UInt8]) -> [Int32] {
        let tokens = encodeBytes(bytes)
        var position = 0
        for token in tokens {
            guard token >= 0, Int(token) < size, !isSpecial[Int(token)] else { return [] }
            let text = tokenBytes[Int(token)]
            guard position + text.count <= bytes.count, bytes[position..<position + text.count].elementsEqual(text)
            else { return [] }
            position += text.count
        }
        return position == bytes.count ? tokens : []
    }

    /// The longest token each time: at most one token a byte, and a suffix of the result is the result for the suffix.
    package func greedyTokens(_ bytes: [UInt8]) -> [Int32]? {
        var (tokens, position): ([Int32], Int) = ([], 0)
        while position < bytes.count {
            guard let match = trie.longestMatch(bytes, from: position) else { return nil }
            tokens.append(match.id)
            position += match.length
        }
        return tokens
    }

    /// Characters of a text that may stand inside a JSON string as it is; nil for any other.
    private static func interiorLength(_ text: [UInt8]) -> Int? {
        guard !text.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C || $0 == 0x7F }),
            let string = String(validating: text, as: UTF8.self)
        else { return nil }
        return string.unicodeScalars.count
    }
}
