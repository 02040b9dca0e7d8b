import Documents

/// One turn of a conversation.
public struct ChatMessage: Sendable, Hashable {
    /// Who speaks, as in OpenAI's API.
    public enum Role: String, Sendable, Hashable, CaseIterable { case system, user, assistant, tool }

    /// A function that the assistant called.
    public struct ToolCall: Sendable, Hashable {
        public var name: String
        public var arguments: JSONValue

        /// A call that the assistant made before.
        public init(name: String, arguments: JSONValue) { (self.name, self.arguments) = (name, arguments) }
    }

    public var role: Role
    public var content: String
    /// Of an assistant's turn; else ignored.
    public var toolCalls: [ToolCall]

    /// A turn; `toolCalls` only of the assistant.
    public init(role: Role, content: String, toolCalls: [ToolCall] = []) {
        (self.role, self.content, self.toolCalls) = (role, content, toolCalls)
    }
}
