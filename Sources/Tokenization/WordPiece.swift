import ModelFiles

/// Text to tokens as BERT does it: normalised, cut at spaces and punctuation, each word made of the longest tokens from
/// its left. Token for token as Hugging Face `tokenizers` 0.22. Immutable.
public final class WordPiece: Sendable {
    /// Size of the vocabulary, unused ids included.
    public var count: Int { vocabulary.count }
    /// [CLS] and [SEP].
    public let beginToken: TokenID, endToken: TokenID
    private let vocabulary: Vocabulary
    private let special: SpecialTokens
    private let normalizer: BertNormalizer
    private let unknown: TokenID
    private let continuation: [UInt8]
    private let longestWord: Int

    /// Builds the tables of a vocabulary.
    ///
    /// - Throws: where it has no unknown, begin or end token.
    public init(_ description: WordPieceDescription) throws(TokenizerError) {
        let count = description.tokens.count
        guard count > 0 else { throw .emptyVocabulary }
        guard count <= Vocabulary.maximumCount else { throw .tooManyTokens(count) }
        for id in [description.begin, description.end, description.unknown] where !(0..<TokenID(count)).contains(id) {
            throw .tokenOutOfRange(name: "of [CLS], [SEP] or [UNK]", id: id, count: count)
        }
        special = try SpecialTokens(description.specialTokens, count: count)
        var (bytes, offsets): ([UInt8], [UInt32]) = ([], [0])
        for token in description.tokens {
            bytes.append(contentsOf: token.utf8)
            offsets.append(UInt32(bytes.count))
        }
        var vocabulary = Vocabulary(count: count, bytes: bytes, offsets: offsets)
        vocabulary.index { _ in true }
        self.vocabulary = vocabulary
        normalizer = BertNormalizer(description)
        (unknown, beginToken, endToken) = (description.unknown, description.begin, description.end)
        continuation = Array(description.continuation.utf8)
        longestWord = description.longestWord
    }

    /// [CLS], the tokens of `text`, [SEP]; of a longer text the first, so that there are at most `limit`.
    public func encode(_ text: String, limit: Int) -> [TokenID] {
        var tokens = [beginToken]
        append(text, to: &tokens, limit: max(2, limit) - 1)
        if tokens.count > limit - 1 { tokens.removeLast(tokens.count - max(1, limit - 1)) }
        tokens.append(endToken)
        return tokens
    }

    /// The tokens of `text`, without [CLS] and [SEP].
    public func encode(_ text: String) -> [TokenID] {
        var tokens: [TokenID] = []
        append(text, to: &tokens, limit: .max)
        return tokens
    }

    /// Stops soon after `limit` tokens, so that a huge text costs no more than one of that length.
    private func append(_ text: String, to tokens: inout [TokenID], limit: Int) {
        var text = text
        text.withUTF8 { text in
            var cutter = WordCutter(padding: continuation.count)
            var start = 0
            while start <= text.count, tokens.count < limit {
                let next = special.first(in: text, from: start)
                let piece = UnsafeBufferPointer(rebasing: text[start..<(next?.range.lowerBound ?? text.count)])
                normalizer.words(of: piece, &cutter) { word, scalars in
                    append(&word, scalars: scalars, to: &tokens)
                    return tokens.count < limit
                }
                guard let next, tokens.count < limit else { break }
                tokens.append(next.id)
                start = next.range.upperBound
            }
        }
    }

    /// - Parameter word: room for `continuation`, then the bytes of the word.
    private func append(_ word: inout [UInt8], scalars: Int, to tokens: inout [TokenID]) {
        guard scalars <= longestWord else { return tokens.append(unknown) }
        let before = tokens.count, padding = continuation.count
        word.withUnsafeMutableBufferPointer { word in
            var start = padding
            while start < word.count {
                var from = start
                if start > padding {  // What stands before was taken already.
                    from -= padding
                    for index in 0..<padding { word[from + index] = continuation[index] }
                }
                var end = min(word.count, from + vocabulary.longest)
                var found: TokenID?
                while end > start {
                    found = vocabulary.id(of: UnsafeBufferPointer(rebasing: word[from..<end]))
                    if found != nil { break }
                    end -= 1
                    // Only at the start of a scalar.
                    while end > start, word[end] & 0xC0 == 0x80 { end -= 1 }
                }
                guard let found else {
                    tokens.removeLast(tokens.count - before)
                    return tokens.append(unknown)
                }
                tokens.append(found)
                start = end
            }
        }
    }
}
