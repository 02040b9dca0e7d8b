/// Scaffold.
public struct TokenizerDescription: Sendable {
    public enum PreTokenizer: Sendable { case qwen2, gpt2 }
    public var tokens: [String]
    public var merges: [(String, String)]
    public var specialTokens: [String: Int32]
    public var preTokenizer: PreTokenizer, normalizesNFC: Bool
    public var chatTemplate: String?, beginOfText: Int32?, addsBeginOfText: Bool, endOfText: [Int32]
    public init(
        tokens: [String], merges: [(String, String)], specialTokens: [String: Int32], preTokenizer: PreTokenizer,
        normalizesNFC: Bool, chatTemplate: String?, beginOfText: Int32?, addsBeginOfText: Bool, endOfText: [Int32]
    ) {
        (self.tokens, self.merges, self.specialTokens) = (tokens, merges, specialTokens)
        (self.preTokenizer, self.normalizesNFC, self.chatTemplate) = (preTokenizer, normalizesNFC, chatTemplate)
        (self.beginOfText, self.addsBeginOfText, self.endOfText) = (beginOfText, addsBeginOfText, endOfText)
    }
}
