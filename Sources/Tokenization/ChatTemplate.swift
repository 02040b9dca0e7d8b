import Documents

/// Conversations as the text a model was trained on: ChatML, with tools in the Hermes form where the model knows them.
///
/// Hand-written for the templates that Qwen2.5, Qwen3 and SmolLM2 files carry, see `ChatTemplateKind`. Only the template's own
/// markers become control tokens; the same characters in a message, a tool's description or a call stay text.
///
/// Tokens up to a control token depend on nothing behind it, so conversations that begin alike share their tokens up to
/// the turn in which they differ.
public struct ChatTemplate: Sendable {
    private let tokenizer: Tokenizer
    private let kind: ChatTemplateKind

    /// - Throws: `.missing` or `.unknown` unless the tokenizer carries one of the known templates; `.noControlToken` if
    ///   its vocabulary lacks a marker.
    public init(tokenizer: Tokenizer) throws(ChatTemplateError) {
        guard let template = tokenizer.chatTemplate else { throw .missing }
        guard let kind = ChatTemplateKind(template: template) else { throw .unknown }
        for marker in kind.markers where tokenizer.id(ofSpecial: marker) == nil {
            throw .noControlToken(marker)
        }
        (self.tokenizer, self.kind) = (tokenizer, kind)
    }

    /// Whether tools and calls reach the model; else they are left out, as the model's own template leaves them.
    public var supportsTools: Bool { kind.supportsTools }

    /// Whether the model thinks before it answers where it is let; prompts from here never let it.
    public var canThink: Bool { kind == .thinking }

    /// - Parameter tools: each in the form `{"type": "function", "function": {"name": …, "parameters": …}}`.
    public func render(
        _ messages: [ChatMessage], tools: [JSONValue] = [], addsGenerationPrompt: Bool = true
    ) -> String {
        pieces(messages, tools, addsGenerationPrompt).map(\.text).joined()
    }

    /// The tokens of `render`: the template's markers as control tokens, what lies between them as whole texts.
    public func encode(
        _ messages: [ChatMessage], tools: [JSONValue] = [], addsGenerationPrompt: Bool = true
    ) -> [TokenID] {
        var tokens: [TokenID] = []
        var stretch = ""
        func endStretch() {
            if !stretch.isEmpty { tokens += tokenizer.encode(stretch) }
            stretch = ""
        }
        for piece in pieces(messages, tools, addsGenerationPrompt) {
            switch piece {
            case .message(let text): stretch += text
            case .template(let text):
                for part in tokenizer.split(text) {
                    switch part {
                    case .text(let text): stretch += text
                    case .special(let id):
                        endStretch()
                        tokens.append(id)
                    }
                }
            }
        }
        endStretch()
        return tokens
    }

    /// Who wrote a part of the text.
    enum Piece {
        case template(String)
        case message(String)

        var text: String {
            switch self {
            case .template(let text), .message(let text): text
            }
        }
    }

    /// The texts and special tokens of a conversation, in order.
    private func pieces(
        _ messages: [ChatMessage], _ tools: [JSONValue], _ addsGenerationPrompt: Bool
    ) -> [Piece] {
        var pieces: [Piece] = []
        switch kind {
        case .plain(let defaultSystem):
            if let defaultSystem, let first = messages.first, first.role != .system {
                pieces += turn(.system, defaultSystem)
            }
            for message in messages { pieces += turn(message.role, message.content) }
        case .hermes(let defaultSystem, let doublesBraces):
            pieces += hermesSystem(messages.first, tools, defaultSystem, doublesBraces)
            for index in messages.indices { pieces += hermesTurn(messages, index) }
        case .thinking:
            pieces += hermesSystem(messages.first, tools, nil, false)
            for index in messages.indices {
                pieces += Thought.turn(messages, index) ?? hermesTurn(messages, index)
            }
        }
        if addsGenerationPrompt {
            pieces.append(.template("<|im_start|>assistant\n" + (canThink ? ChatTemplateKind.emptyThought : "")))
        }
        return pieces
    }

    /// One turn with its markers.
    private func turn(_ role: ChatMessage.Role, _ content: String) -> [Piece] {
        [.template("<|im_start|>\(role.rawValue)\n"), .message(content), .template("<|im_end|>\n")]
    }

    /// The system turn of the Hermes form: the text, then the tools as JSON in `<tools>`.
    private func hermesSystem(
        _ first: ChatMessage?, _ tools: [JSONValue], _ defaultSystem: String?, _ doublesBraces: Bool
    ) -> [Piece] {
        let system = first.flatMap { $0.role == .system ? $0.content : nil } ?? defaultSystem
        guard !tools.isEmpty else { return system.map { turn(.system, $0) } ?? [] }
        var pieces: [Piece] = [.template("<|im_start|>system\n")]
        if let system { pieces += [.message(system), .template("\n\n")] }
        pieces.append(.template(Hermes.beforeTools))
        for tool in tools { pieces += [.template("\n"), .message(tool.text(.spaced))] }
        return pieces + [.template(Hermes.afterTools(doublesBraces: doublesBraces))]
    }

    /// One turn of the Hermes form: the assistant's calls in `<tool_call>`, tools' answers in `<tool_response>`.
    private func hermesTurn(_ messages: [ChatMessage], _ index: Int) -> [Piece] {
        let message = messages[index]
        switch message.role {
        case .system: return index == 0 ? [] : turn(.system, message.content)
        case .user: return turn(.user, message.content)
        case .assistant where message.toolCalls.isEmpty: return turn(.assistant, message.content)
        case .assistant:
            var pieces: [Piece] = [.template("<|im_start|>assistant")]
            if !message.content.isEmpty { pieces += [.template("\n"), .message(message.content)] }
            return pieces + message.toolCalls.flatMap(Self.call) + [.template("<|im_end|>\n")]
        case .tool:
            // Answers that follow each other share one turn of the user.
            let isFirst = index == 0 || messages[index - 1].role != .tool
            let isLast = index == messages.count - 1 || messages[index + 1].role != .tool
            return (isFirst ? [.template("<|im_start|>user")] : [])
                + [
                    .template("\n<tool_response>\n"), .message(message.content), .template("\n</tool_response>"),
                ] + (isLast ? [.template("<|im_end|>\n")] : [])
        }
    }
}

extension ChatTemplate {
    /// A call, on a line of its own.
    static func call(_ call: ChatMessage.ToolCall) -> [Piece] {
        [
            .template("\n<tool_call>\n{\"name\": \""), .message(call.name), .template("\", \"arguments\": "),
            .message(call.arguments.text(.spaced)), .template("}\n</tool_call>"),
        ]
    }
}

/// The fixed texts of the tools' part of the system turn.
private enum Hermes {
    static let beforeTools =
        "# Tools\n\nYou may call one or more functions to assist with the user query.\n\n"
        + "You are provided with function signatures within <tools></tools> XML tags:\n<tools>"

    /// What stands behind the tools in the system turn, as the models' own templates have it.
    static func afterTools(doublesBraces: Bool) -> String {
        let (opening, closing) = doublesBraces ? ("{{", "}}") : ("{", "}")
        return "\n</tools>\n\nFor each function call, return a json object with function name and arguments within "
            + "<tool_call></tool_call> XML tags:\n<tool_call>\n"
            + "\(opening)\"name\": <function-name>, \"arguments\": <args-json-object>\(closing)\n</tool_call><|im_end|>\n"
    }
}
