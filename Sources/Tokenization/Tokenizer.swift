import ModelFiles

/// Index of a token in a model's vocabulary.
public typealias TokenID = Int32

/// Text to tokens and back by byte-level BPE, token for token as Hugging Face `tokenizers` does it. Immutable.
public final class Tokenizer: Sendable {
    /// Tokens that end an answer.
    public let endTokens: [TokenID]
    /// The token that the model expects before a text; nil if none. `encode` does not add it.
    public let beginToken: TokenID?
    /// The file's Jinja template for conversations, see `ChatTemplate`.
    public let chatTemplate: String?

    private let vocabulary: Vocabulary
    private let special: SpecialTokens
    private let encoder: BytePairEncoder
    private let preTokenizer: PreTokenizer
    private let normalizesNFC: Bool

    /// Builds vocabulary, merges and special tokens of a file.
    ///
    /// - Throws: where they do not make a tokenizer.
    public init(_ description: TokenizerDescription) throws(TokenizerError) {
        let count = description.tokens.count
        guard count > 0 else { throw .emptyVocabulary }
        guard count <= Vocabulary.maximumCount else { throw .tooManyTokens(count) }
        for id in description.endOfText + [description.beginOfText].compactMap({ $0 })
        where !(0..<TokenID(count)).contains(id) {
            throw .tokenOutOfRange(name: "of the begin or end of a text", id: id, count: count)
        }
        special = try SpecialTokens(description.specialTokens, count: count)
        (vocabulary, encoder) = try Self.tables(description, special)
        preTokenizer = PreTokenizer(kind: description.preTokenizer)
        normalizesNFC = description.normalizesNFC
        chatTemplate = description.chatTemplate
        endTokens = description.endOfText
        beginToken = description.addsBeginOfText ? description.beginOfText : nil
    }

    /// Size of the vocabulary, unused ids included.
    public var count: Int { vocabulary.count }

    /// The tokens of `text`, never a special one.
    public func encode(_ text: String) -> [TokenID] { encode(text, allowingSpecial: false) }

    /// - Parameter allowingSpecial: the texts of special tokens become these, the leftmost and longest first, and cut
    ///   the text; what lies between is encoded on its own. Only for text that no user wrote.
    public func encode(_ text: String, allowingSpecial: Bool) -> [TokenID] {
        var text = text
        var tokens: [TokenID] = []
        text.withUTF8 { text in
            tokens.reserveCapacity(text.count / 3 + 1)
            var scratch = BytePairEncoder.Scratch()
            var start = 0
            while allowingSpecial, let (range, id) = special.first(in: text, from: start) {
                append(UnsafeBufferPointer(rebasing: text[start..<range.lowerBound]), to: &tokens, &scratch)
                tokens.append(id)
                start = range.upperBound
            }
            append(UnsafeBufferPointer(rebasing: text[start...]), to: &tokens, &scratch)
        }
        return tokens
    }

    /// - Parameter text: valid UTF-8 without special texts.
    private func append(
        _ text: UnsafeBufferPointer<UInt8>, to tokens: inout [TokenID], _ scratch: inout BytePairEncoder.Scratch
    ) {
        if normalizesNFC, let normalized = Normalization.composed(text) {
            normalized.withUnsafeBufferPointer { appendNormalized($0, to: &tokens, &scratch) }
        } else {
            appendNormalized(text, to: &tokens, &scratch)
        }
    }

    /// Appends the tokens of a text that is in normalisation form C.
    private func appendNormalized(
        _ text: UnsafeBufferPointer<UInt8>, to tokens: inout [TokenID], _ scratch: inout BytePairEncoder.Scratch
    ) {
        preTokenizer.forEachPiece(of: text) { piece in
            if let id = vocabulary.id(of: piece) {
                tokens.append(id)
            } else {
                encoder.append(piece, to: &tokens, &scratch)
            }
        }
    }

    /// The text of `tokens`; bytes that are not UTF-8 become U+FFFD. An id outside the vocabulary has no text.
    public func decode(_ tokens: some Sequence<TokenID>, skippingSpecial: Bool = true) -> String {
        var bytes: [UInt8] = []
        for token in tokens where !(skippingSpecial && isSpecial(token)) { append(token, to: &bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The bytes that `token` stands for, which need not be whole scalars; for a special token its text; none for an
    /// unused id.
    public func bytes(of token: TokenID) -> [UInt8] {
        var bytes: [UInt8] = []
        append(token, to: &bytes)
        return bytes
    }

    /// Appends the bytes of a token, whatever they spell.
    func append(_ token: TokenID, to bytes: inout [UInt8]) {
        guard (0..<TokenID(count)).contains(token) else { return }
        bytes.append(contentsOf: vocabulary.bytes(of: token))
    }

    /// Whether a token is a marker, and no text.
    public func isSpecial(_ token: TokenID) -> Bool { special.contains(token) }

    /// The token of a marker such as `<|im_end|>`; nil: the model has none of that name.
    public func id(ofSpecial text: String) -> TokenID? { special.id(of: text) }
}

extension Tokenizer {
    /// A stretch of plain text or a special token.
    enum Part {
        case text(String)
        case special(TokenID)
    }

    /// `text` cut at special tokens.
    func split(_ text: String) -> [Part] {
        var text = text
        return text.withUTF8 { text in
            var parts: [Part] = []
            var start = 0
            while let (range, id) = special.first(in: text, from: start) {
                if start < range.lowerBound {
                    parts.append(.text(String(decoding: text[start..<range.lowerBound], as: UTF8.self)))
                }
                parts.append(.special(id))
                start = range.upperBound
            }
            if start < text.count { parts.append(.text(String(decoding: text[start...], as: UTF8.self))) }
            return parts
        }
    }
}
