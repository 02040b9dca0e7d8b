import Documents
import Tokenization

/// `system` and `messages` as Anthropic's API has them, texts or blocks, made into the turns of a chat.
struct MessagesInput {
    static let most = 2048
    private static let roles: [String: ChatMessage.Role] = [
        "user": .user, "assistant": .assistant, "system": .system,
    ]

    private var turns: [ChatMessage] = []
    /// Of calls that stand before.
    private var callIDs: Set<String> = []

    /// The turns of a body, in order; messages of one role behind each other are one turn, results of tools turns of their own.
    ///
    /// - Throws: `FieldError` for a block that no text model reads, a result without its call, and an answer that is begun.
    static func read(_ fields: inout FieldReader) throws(FieldError) -> [ChatMessage] {
        var input = MessagesInput()
        if fields.optional("system") != nil { input.add(.system, try text("system", &fields)) }
        let value = try fields.required("messages")
        guard let count = value.arrayValue?.count, (1...most).contains(count) else {
            throw fields.fault(
                "messages", "must be an array of 1 to \(most) messages, not \(value.typeName)", .wrongType)
        }
        var isAnswer = false
        for var message in try fields.objects("messages") { isAnswer = try input.append(&message) == .assistant }
        guard !isAnswer else {
            throw fields.fault(
                "messages[\(count - 1)].role", "must be user: an answer that is begun is not gone on with")
        }
        return input.turns
    }

    /// - Returns: whose it is.
    private mutating func append(_ message: inout FieldReader) throws(FieldError) -> ChatMessage.Role {
        guard let role = Self.roles[try message.string("role")] else {
            throw message.fault("role", "must be user, assistant or system")
        }
        let value = try message.required("content")
        if let text = value.stringValue {
            add(role, text)
        } else if value.arrayValue?.isEmpty == false {
            for var block in try message.objects("content") { try append(&block, of: role) }
        } else {
            throw message.fault("content", "must be a text or blocks, not \(value.typeName)", .wrongType)
        }
        return role
    }

    private mutating func append(_ block: inout FieldReader, of role: ChatMessage.Role) throws(FieldError) {
        switch (try block.string("type"), role) {
        case ("text", _): add(role, try block.string("text"))
        case ("thinking", .assistant), ("redacted_thinking", .assistant): break  // of another model: this one has none
        case ("tool_use", .assistant):
            callIDs.insert(try block.string("id"))
            let name = try block.string("name"), input = try block.required("input")
            guard input.objectValue != nil else { throw block.fault("input", "must be an object") }
            if turns.last?.role != .assistant { turns.append(ChatMessage(role: .assistant, content: "")) }
            turns[turns.count - 1].toolCalls.append(.init(name: name, arguments: input))
        case ("tool_result", .user):
            let id = try block.string("tool_use_id")
            guard callIDs.contains(id) else {
                throw block.fault("tool_use_id", "is of no tool_use before it: \"\(id)\"")
            }
            let text = block.optional("content") == nil ? "" : try Self.text("content", &block)
            let fails = try block.optionalBool("is_error") ?? false
            turns.append(ChatMessage(role: .tool, content: fails ? "Error: \(text)" : text))
        case (let type, _):
            throw block.fault(
                "type",
                "must be text, tool_use of the assistant or tool_result of the user, not \"\(type)\"; "
                    + "the model reads nothing else")
        }
    }

    /// Grows the last turn in its place: thousands of blocks must not copy what stands before them.
    private mutating func add(_ role: ChatMessage.Role, _ text: String) {
        guard turns.last?.role == role else { return turns.append(ChatMessage(role: role, content: text)) }
        if !turns[turns.count - 1].content.isEmpty { turns[turns.count - 1].content += "\n" }
        turns[turns.count - 1].content += text
    }

    /// A text, or the texts of blocks as lines.
    private static func text(_ name: String, _ fields: inout FieldReader) throws(FieldError) -> String {
        let value = try fields.required(name)
        if let text = value.stringValue { return text }
        guard value.arrayValue != nil else {
            throw fields.fault(name, "must be a text or blocks, not \(value.typeName)", .wrongType)
        }
        var texts: [String] = []
        for var block in try fields.objects(name) {
            guard try block.string("type") == "text" else {
                throw block.fault("type", "must be text; the model reads nothing else")
            }
            texts.append(try block.string("text"))
        }
        return texts.joined(separator: "\n")
    }
}
