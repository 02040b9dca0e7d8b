public struct TokenizerDescription: Sendable {
    public enum PreTokenizer: Sendable { case qwen2, gpt2, smollm }

    public var tokens: [String]
    public var merges: [(String, String)]
    public var specialTokens: [String: Int32]
    public var preTokenizer: PreTokenizer
    public var normalizesNFC: Bool
    public var chatTemplate: String?
    public var beginOfText: Int32?
    public var addsBeginOfText: Bool
    public var endOfText: [Int32]

    public init(
        tokens: [String], merges: [(String, String)], specialTokens: [String: Int32], preTokenizer: PreTokenizer,
        normalizesNFC: Bool, chatTemplate: String?, beginOfText: Int32?, addsBeginOfText: Bool, endOfText: [Int32]
    ) {
        self.tokens = tokens
        self.merges = merges
        self.specialTokens = specialTokens
        self.preTokenizer = preTokenizer
        self.normalizesNFC = normalizesNFC
        self.chatTemplate = chatTemplate
        self.beginOfText = beginOfText
        self.addsBeginOfText = addsBeginOfText
        self.endOfText = endOfText
    }
}
