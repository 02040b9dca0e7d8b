import Documents
import Tokenization

/// `messages` of a chat: roles, texts or parts of text, the assistant's calls and the tools' answers.
enum ChatMessages {
    static let most = 2048

    /// The messages of a body, in order.
    ///
    /// - Throws: `FieldError` for an unknown role, a part that is no text, or a tool's answer without a call.
    static func read(_ fields: inout FieldReader) throws(FieldError) -> [ChatMessage] {
        guard try fields.required("messages").arrayValue?.isEmpty == false else {
            throw FieldError(
                path: "messages", reason: .wrongType, message: "messages must be an array with at least one message")
        }
        var messages: [ChatMessage] = []
        for var reader in try fields.objects("messages") {
            guard messages.count < most else {
                throw FieldError(
                    path: "messages", reason: .outOfRange, message: "messages must have at most \(most) elements")
            }
            messages.append(try message(&reader))
        }
        return messages
    }

    /// One message.
    private static func message(_ fields: inout FieldReader) throws(FieldError) -> ChatMessage {
        let name = try fields.string("role")
        switch name {
        case "system", "developer": return ChatMessage(role: .system, content: try content(&fields, isRequired: true))
        case "user": return ChatMessage(role: .user, content: try content(&fields, isRequired: true))
        case "tool":
            _ = try fields.string("tool_call_id")
            return ChatMessage(role: .tool, content: try content(&fields, isRequired: true))
        case "assistant":
            let calls = try toolCalls(&fields)
            let text = try content(&fields, isRequired: calls.isEmpty && fields.optional("refusal") == nil)
            return ChatMessage(role: .assistant, content: text, toolCalls: calls)
        default:
            let path = fields.path(of: "role")
            throw FieldError(
                path: path, reason: .outOfRange,
                message: "\(path) must be one of system, developer, user, assistant, tool")
        }
    }

    /// A text, or parts of type `text` put together.
    private static func content(_ fields: inout FieldReader, isRequired: Bool) throws(FieldError) -> String {
        let path = fields.path(of: "content")
        guard let value = isRequired ? try fields.required("content") : fields.optional("content") else { return "" }
        if let text = value.stringValue { return text }
        guard value.arrayValue != nil else {
            throw FieldError(
                path: path, reason: .wrongType,
                message: "\(path) must be a text or an array of text parts, not \(value.typeName)")
        }
        var text = ""
        for var part in try fields.objects("content") {
            let type = try part.string("type")
            guard type == "text" || type == "refusal" else {
                throw FieldError(
                    path: part.path(of: "type"), reason: .outOfRange,
                    message: "\(part.path(of: "type")) must be \"text\"; the model reads nothing else")
            }
            text += try part.string(type)
        }
        return text
    }

    /// The calls that the assistant made in a message.
    private static func toolCalls(_ fields: inout FieldReader) throws(FieldError) -> [ChatMessage.ToolCall] {
        var calls: [ChatMessage.ToolCall] = []
        for var call in try fields.objects("tool_calls") {
            _ = try call.string("id")
            var function = try call.object("function")
            let name = try function.string("name")
            let text = try function.string("arguments"), path = function.path(of: "arguments")
            guard let arguments = try? JSONValue(parsing: text.isEmpty ? "{}" : text), arguments.objectValue != nil
            else {
                throw FieldError(
                    path: path, reason: .outOfRange, message: "\(path) must be the text of a JSON object")
            }
            calls.append(.init(name: name, arguments: arguments))
        }
        return calls
    }
}
