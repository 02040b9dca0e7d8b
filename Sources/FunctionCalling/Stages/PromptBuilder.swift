import Documents
import Functions
import Inference
import OrderedCollections
import Tokenization

/// A rendered prompt.
public struct Prompt: Sendable {
    public let messages: [ChatMessage]
    public let tokens: [TokenID]
    /// Turns of the history that did not fit, the oldest ones.
    public let droppedTurns: Int
}

/// Turns of a conversation as a model's text and tokens.
package protocol ConversationTemplate: Sendable {
    func render(_ messages: [ChatMessage]) -> String
    func encode(_ messages: [ChatMessage]) -> [TokenID]
}

extension ChatTemplate: ConversationTemplate {
    package func render(_ messages: [ChatMessage]) -> String {
        render(messages, tools: [], addsGenerationPrompt: true)
    }
    package func encode(_ messages: [ChatMessage]) -> [TokenID] {
        encode(messages, tools: [], addsGenerationPrompt: true)
    }
}

/// Puts candidates, history, context and query before the model, in the order in which they change: two requests with
/// the same candidates share all tokens up to their histories, and the prefix cache computes them once.
public struct PromptBuilder: Sendable {
    let template: any ConversationTemplate
    /// Tokens for which there is room: older turns go until the rest fits.
    public let limit: Int
    /// Tokens that a request may cost: beyond it is refused, nothing of it is dropped.
    let most: Int

    package init(template: any ConversationTemplate, limit: Int, most: Int? = nil) {
        (self.template, self.limit, self.most) = (template, limit, most ?? .max)
    }

    /// The system turn; `functions` in the order of the pool, whatever their scores.
    ///
    /// A function is a line of JSON that begins as the answer does. Of the forms tried on Qwen2.5-Coder-0.5B with 33
    /// requests and 10 candidates, choice of the name alone: JSON with a signature string 18 right in 623 tokens, JSON
    /// with an object of types 19 in 683, TypeScript signatures with a description behind them 12 in 455.
    ///
    /// - Parameter namesOnly: for a model that knows the functions by their names.
    public static func instructions(
        _ functions: [FunctionDefinition], style: PromptStyle, maxCalls: Int, namesOnly: Bool = false
    ) -> String {
        var lines = [style.role, "", "Functions:"]
        if namesOnly {
            lines += functions.map(\.name) + [Outcome.noAppropriateFunction, .requestUnclear].map(\.rawValue)
        }
        for function in functions where !namesOnly {
            lines.append(
                line(function.name, function.description, arguments: ParameterSignature.text(of: function)))
        }
        if !namesOnly {
            lines.append(line(Outcome.noAppropriateFunction.rawValue, "none of the functions does what the user asks"))
            lines.append(line(Outcome.requestUnclear.rawValue, "the user's request is incomplete or ambiguous"))
        }
        if style.form == .full {
            lines.append("")
            lines += (defaultGuidelines + style.guidelines).map { "- \(singleLine($0))" }
        }
        lines.append("")
        let call = #"{"name": <function>, "arguments": {…}}"#
        lines.append(
            maxCalls > 1
                ? "Answer with JSON: [\(call), …], one element for each thing the user asks, at most \(maxCalls)."
                : "Answer with JSON: \(call)")
        return lines.joined(separator: "\n")
    }

    static func line(_ name: String, _ description: String, arguments: String? = nil) -> String {
        var members: JSONObject = ["name": .string(name), "description": .string(singleLine(description))]
        if let arguments { members["arguments"] = .string(arguments) }
        return JSONValue.object(members).text(.spaced)
    }

    static let defaultGuidelines = [
        "Compare the request with what each function does, and choose the most specific one.",
        "Take values from the request, the dialogue and the state; leave out optional parameters that nobody mentioned.",
        "Names of parameters marked with ? are optional.",
    ]

    /// - Throws: `.promptTooLong` if query and candidates alone pass the limit, `.promptOverLimit` if all together cost more
    ///   than a request may.
    public func build(
        instructions: String, examples: [FunctionCallRequest.Turn] = [], history: [FunctionCallRequest.Turn],
        context: String, query: String
    ) throws(FunctionCallError) -> Prompt {
        let last = ChatMessage(role: .user, content: context.isEmpty ? query : "\(context)\n\nRequest: \(query)")
        var dropped = 0, examples = examples
        while true {
            let turns = (examples + history.dropFirst(dropped)).map {
                ChatMessage(role: $0.role.chatRole, content: $0.content)
            }
            let messages = [ChatMessage(role: .system, content: instructions)] + turns + [last]
            let tokens = template.encode(messages)
            if tokens.count <= min(limit, most) {
                return Prompt(messages: messages, tokens: tokens, droppedTurns: dropped)
            }
            // Examples help, history is what was said: those go first.
            if !examples.isEmpty {
                examples = []
                continue
            }
            if dropped == 0, tokens.count > most {
                throw .promptOverLimit(tokens: tokens.count, limit: most, field: history.isEmpty ? "query" : "history")
            }
            guard dropped < history.count else { throw .promptTooLong(tokens: tokens.count, limit: limit) }
            dropped = toDrop(history, from: dropped, excess: tokens.count - limit)
        }
    }

    /// The first turn to keep so that about `excess` tokens go; at least one turn more than now.
    private func toDrop(_ history: [FunctionCallRequest.Turn], from first: Int, excess: Int) -> Int {
        var saved = 0
        for index in first..<history.count {
            let turn = ChatMessage(role: history[index].role.chatRole, content: history[index].content)
            saved +=
                template.encode([ChatMessage(role: .system, content: ""), turn]).count
                - template.encode([ChatMessage(role: .system, content: "")]).count
            if saved >= excess { return index + 1 }
        }
        return history.count
    }

    static func singleLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}

extension FunctionCallRequest.Turn.Role {
    var chatRole: ChatMessage.Role {
        switch self {
        case .user: .user
        case .assistant: .assistant
        case .system: .system
        }
    }
}
