/// A WordPiece vocabulary and what BERT does to a text before it is cut (arXiv 1810.04805; Google's `tokenization.py`).
public struct WordPieceDescription: Sendable {
    /// By id; an id without a token is empty.
    public var tokens: [String]
    /// Tokens that are recognised in a text before anything is done to it.
    public var specialTokens: [String: Int32]
    /// What stands for a word that cannot be made of tokens.
    public var unknown: Int32
    /// [CLS] and [SEP].
    public var begin: Int32, end: Int32
    /// How a token begins that continues a word.
    public var continuation = "##"
    /// Longer words are unknown.
    public var longestWord = 100
    /// Control characters go, all kinds of space become one.
    public var cleansText = true
    /// Ideographs stand alone.
    public var separatesIdeographs = true
    public var stripsAccents = true
    public var lowercases = true

    /// Tokens by id, and the ids that BERT's input needs.
    public init(tokens: [String], specialTokens: [String: Int32], unknown: Int32, begin: Int32, end: Int32) {
        (self.tokens, self.specialTokens, self.unknown) = (tokens, specialTokens, unknown)
        (self.begin, self.end) = (begin, end)
    }
}
