/// A byte-level BPE vocabulary with its merges and markers, whatever file it came from.
public struct TokenizerDescription: Sendable {
    /// How text is cut before merging.
    public enum PreTokenizer: String, Sendable, CaseIterable {
        /// Qwen2: contractions, runs of letters, single digits, punctuation, line ends, spaces.
        case qwen2
        /// GPT-2's own pattern.
        case gpt2
        /// SmolLM: single digits, then GPT-2's pattern.
        case smollm
    }

    /// By id, in GPT-2's byte-to-unicode alphabet; special tokens as plain text; an id without a token is empty.
    public var tokens: [String]
    /// In order of rank.
    public var merges: [(String, String)]
    /// Control and user-defined tokens, by their text.
    public var specialTokens: [String: Int32]
    public var preTokenizer: PreTokenizer
    public var normalizesNFC: Bool
    /// The Jinja template that the model came with.
    public var chatTemplate: String?
    public var beginOfText: Int32?
    /// Text starts with `beginOfText`.
    public var addsBeginOfText: Bool
    /// Every id that ends an answer, the model's own first.
    public var endOfText: [Int32]

    /// A vocabulary as a file has it; the tokenizer checks it.
    public init(
        tokens: [String], merges: [(String, String)], specialTokens: [String: Int32], preTokenizer: PreTokenizer,
        normalizesNFC: Bool, chatTemplate: String? = nil, beginOfText: Int32? = nil, addsBeginOfText: Bool = false,
        endOfText: [Int32] = []
    ) {
        (self.tokens, self.merges, self.specialTokens) = (tokens, merges, specialTokens)
        (self.preTokenizer, self.normalizesNFC, self.chatTemplate) = (preTokenizer, normalizesNFC, chatTemplate)
        (self.beginOfText, self.addsBeginOfText, self.endOfText) = (beginOfText, addsBeginOfText, endOfText)
    }

    /// Special tokens that end an answer in the model families we run, though a file may name only one of them.
    static let knownEnds = ["<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end_of_text|>"]

    /// `declared` ids first, then the known ends among the special tokens; each once.
    static func ends(declared: [Int32], specialTokens: [String: Int32]) -> [Int32] {
        var ends: [Int32] = []
        for id in declared + knownEnds.compactMap({ specialTokens[$0] }) where !ends.contains(id) { ends.append(id) }
        return ends
    }
}
