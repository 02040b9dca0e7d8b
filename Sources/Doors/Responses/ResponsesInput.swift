import Documents
import Tokenization

/// `instructions` and `input` of a response: a text, or items as the API gives and takes them, made into the turns of a chat.
struct ResponsesInput {
    static let mostItems = 2048

    private var messages: [ChatMessage] = []
    /// Of calls that stand before.
    private var callIDs: Set<String> = []

    /// The turns of a body, in order; what the assistant called at once stands in one turn.
    ///
    /// - Throws: `FieldError` for an item that no text model reads, one that is kept nowhere, and an output without its call.
    static func read(_ fields: inout FieldReader) throws(FieldError) -> [ChatMessage] {
        var input = ResponsesInput()
        if let text = try fields.optionalString("instructions") {
            input.messages.append(ChatMessage(role: .system, content: text))
        }
        let value = try fields.required("input")
        if let text = value.stringValue {
            input.messages.append(ChatMessage(role: .user, content: text))
            return input.messages
        }
        guard let count = value.arrayValue?.count, (1...mostItems).contains(count) else {
            throw FieldError(
                path: "input", reason: .wrongType,
                message: "input must be a text or an array of 1 to \(mostItems) items, not \(value.typeName)")
        }
        for var item in try fields.objects("input") { try input.append(&item) }
        return input.messages
    }

    /// One item.
    private mutating func append(_ item: inout FieldReader) throws(FieldError) {
        switch try item.optionalString("type") ?? "message" {
        case "message": messages.append(try message(&item))
        case "function_call": try appendCall(&item)
        case "function_call_output":
            let id = try item.string("call_id")
            guard callIDs.contains(id) else {
                throw item.fault("call_id", "is of no function_call before it: \"\(id)\"")
            }
            messages.append(ChatMessage(role: .tool, content: try text("output", &item)))
        case "reasoning": break  // of another model: this one has none
        case "item_reference":
            throw item.fault("type", "must not be \"item_reference\": nothing is kept here; send the item itself")
        case let type:
            throw item.fault(
                "type", "must be message, function_call or function_call_output, not \"\(type)\"")
        }
    }

    private func message(_ item: inout FieldReader) throws(FieldError) -> ChatMessage {
        let roles: [String: ChatMessage.Role] = [
            "user": .user, "assistant": .assistant, "system": .system, "developer": .system,
        ]
        guard let role = roles[try item.string("role")] else {
            throw item.fault("role", "must be one of user, assistant, system, developer")
        }
        return ChatMessage(role: role, content: try text("content", &item))
    }

    private mutating func appendCall(_ item: inout FieldReader) throws(FieldError) {
        callIDs.insert(try item.string("call_id"))
        let name = try item.string("name"), written = try item.string("arguments")
        guard let arguments = try? JSONValue(parsing: written.isEmpty ? "{}" : written), arguments.objectValue != nil
        else { throw item.fault("arguments", "must be the text of a JSON object") }
        if messages.last?.role != .assistant { messages.append(ChatMessage(role: .assistant, content: "")) }
        messages[messages.count - 1].toolCalls.append(.init(name: name, arguments: arguments))
    }

    /// A text, or parts of text put together.
    private func text(_ name: String, _ item: inout FieldReader) throws(FieldError) -> String {
        let value = try item.required(name)
        if let text = value.stringValue { return text }
        guard value.arrayValue != nil else {
            throw item.fault(name, "must be a text or an array of text parts, not \(value.typeName)", .wrongType)
        }
        var text = ""
        for var part in try item.objects(name) {
            switch try part.string("type") {
            case "input_text", "output_text", "text": text += try part.string("text")
            case "refusal": text += try part.string("refusal")
            default:
                throw part.fault("type", "must be input_text or output_text; the model reads nothing else")
            }
        }
        return text
    }
}
