import Tokenization

/// Texts as the token sequences that an encoder was trained on.
public protocol EmbeddingTokenizer: Sendable {
    /// Token ids are below it.
    var vocabularySize: Int { get }
    /// Texts are those that `kinglet train retriever` teaches: queries in any language, and signatures of functions.
    var isFinder: Bool { get }
    /// The sequence of a text, cut to `limit` tokens.
    func sequence(_ text: String, isQuery: Bool, limit: Int) -> [TokenID]
    /// A text's tokens with the special tokens around them.
    func completed(_ tokens: [TokenID]) -> [TokenID]
}

extension EmbeddingTokenizer {
    public var isFinder: Bool { false }
}

/// `[CLS] text [SEP]`.
public struct WordPieceSequences: EmbeddingTokenizer {
    private let tokenizer: WordPiece

    /// BERT's tokens, `[CLS]` before and `[SEP]` behind them.
    public init(_ tokenizer: WordPiece) { self.tokenizer = tokenizer }

    /// Token ids are below it.
    public var vocabularySize: Int { tokenizer.count }

    /// The tokens of a text, cut to the limit.
    public func sequence(_ text: String, isQuery: Bool, limit: Int) -> [TokenID] {
        tokenizer.encode(text, limit: limit)
    }

    /// Ids of a client with the marks that the model needs.
    public func completed(_ tokens: [TokenID]) -> [TokenID] {
        (tokens.first == tokenizer.beginToken ? [] : [tokenizer.beginToken]) + tokens
            + (tokens.last == tokenizer.endToken ? [] : [tokenizer.endToken])
    }
}

/// The text, for queries behind an instruction, and an end token whose state is the vector (GTE-Qwen2's recipe).
public struct InstructedSequences: EmbeddingTokenizer {
    private let tokenizer: Tokenizer
    private let end: TokenID?
    /// `Instruct: …\nQuery: `, or empty.
    private let queryPrefix: String

    /// - Parameters:
    ///   - instruction: what the model is to do with queries, one sentence; nil: queries are encoded as they are.
    ///   - end: the token behind each text; nil: the text's last token is the one whose state counts.
    public init(_ tokenizer: Tokenizer, instruction: String?, end: TokenID?) {
        (self.tokenizer, self.end) = (tokenizer, end)
        queryPrefix = instruction.map { "Instruct: \($0)\nQuery: " } ?? ""
    }

    /// Token ids are below it.
    public var vocabularySize: Int { tokenizer.count }

    /// The tokens of a text, an instruction before a query, the end token behind it.
    public func sequence(_ text: String, isQuery: Bool, limit: Int) -> [TokenID] {
        var tokens = tokenizer.encode(isQuery ? queryPrefix + text : text)
        let room = max(1, limit) - (end == nil ? 0 : 1)
        if tokens.count > room { tokens.removeLast(tokens.count - room) }
        if let end { tokens.append(end) }
        return tokens
    }

    /// Ids of a client with the end token.
    public func completed(_ tokens: [TokenID]) -> [TokenID] {
        guard let end, tokens.last != end else { return tokens }
        return tokens + [end]
    }
}
