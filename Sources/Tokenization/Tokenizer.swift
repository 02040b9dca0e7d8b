import ModelFiles
import OrderedJSON

/// Scaffold.
public typealias TokenID = Int32
public struct TokenizerError: Error {}

/// Scaffold: a token a byte.
public final class Tokenizer: Sendable {
    private let special: [(text: String, id: TokenID)]
    public init(_ description: TokenizerDescription) throws(TokenizerError) {
        special = description.specialTokens.map { ($0.key, $0.value) }
    }
    public func encode(_ text: String) -> [TokenID] { text.utf8.map { TokenID($0) } }
    public func encode(_ text: String, allowingSpecial: Bool) -> [TokenID] { encode(text) }
    public func decode(_ tokens: some Sequence<TokenID>, skippingSpecial: Bool = true) -> String {
        String(decoding: tokens.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
    }
    public func bytes(of token: TokenID) -> [UInt8] { [UInt8(truncatingIfNeeded: token)] }
    public var count: Int { 256 + special.count }
    public var endTokens: [TokenID] { special.map(\.id) }
}

/// Scaffold.
public struct ChatMessage: Sendable, Hashable {
    public enum Role: String, Sendable { case system, user, assistant, tool }
    public struct ToolCall: Sendable, Hashable {
        public var name: String, arguments: JSONValue
    }
    public var role: Role, content: String, toolCalls: [ToolCall]
    public init(role: Role, content: String, toolCalls: [ToolCall] = []) {
        (self.role, self.content, self.toolCalls) = (role, content, toolCalls)
    }
}

/// Scaffold.
public struct ChatTemplate: Sendable {
    private let tokenizer: Tokenizer
    public init(tokenizer: Tokenizer) { self.tokenizer = tokenizer }
    public func render(_ messages: [ChatMessage], tools: [JSONValue] = [], addsGenerationPrompt: Bool = true) -> String {
        messages.map { "<|im_start|>\($0.role.rawValue)\n\($0.content)<|im_end|>\n" }.joined()
            + (addsGenerationPrompt ? "<|im_start|>assistant\n" : "")
    }
    public func encode(_ messages: [ChatMessage], tools: [JSONValue] = [], addsGenerationPrompt: Bool = true) -> [TokenID] {
        tokenizer.encode(render(messages, tools: tools, addsGenerationPrompt: addsGenerationPrompt))
    }
}
