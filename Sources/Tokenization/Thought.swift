/// What an assistant's turn of Qwen3 thought, and what it said: `<think>\n…\n</think>\n\n…`.
struct Thought: Sendable, Hashable {
    /// Without line ends around it.
    let reasoning: String
    let answer: String

    /// What stands before the first `</think>`, behind a `<think>`, and what stands behind the last.
    init(_ content: String) {
        let ends = content.utf8.ranges(of: Self.end)
        guard let first = ends.first, let last = ends.last else {
            (reasoning, answer) = ("", content)
            return
        }
        var thought = content.utf8[..<first.lowerBound]
        while thought.last == Self.newline { thought.removeLast() }
        if let start = thought.ranges(of: Self.start).last { thought = thought[start.upperBound...] }
        reasoning = Self.text(Self.withoutNewlines(thought))
        answer = Self.text(content.utf8[last.upperBound...].drop { $0 == Self.newline })
    }

    /// An assistant's turn; nil for another role. Thoughts are shown again from the last request of the user on, and the last
    /// turn always has some.
    static func turn(_ messages: [ChatMessage], _ index: Int) -> [ChatTemplate.Piece]? {
        let message = messages[index]
        guard message.role == .assistant else { return nil }
        let thought = Thought(message.content)
        let isShown = index > lastRequest(messages) && (index == messages.count - 1 || !thought.reasoning.isEmpty)
        var pieces: [ChatTemplate.Piece] =
            isShown
            ? [
                .template("<|im_start|>assistant\n<think>\n"), .message(thought.reasoning),
                .template("\n</think>\n\n"), .message(text(thought.answer.utf8.drop { $0 == newline })),
            ] : [.template("<|im_start|>assistant\n"), .message(thought.answer)]
        for (place, call) in message.toolCalls.enumerated() {
            // A first call stands on the turn's own line where nothing was said before it.
            let call = ChatTemplate.call(call)
            pieces += place == 0 && thought.answer.isEmpty ? call.withoutFirstLineEnd : call
        }
        return pieces + [.template("<|im_end|>\n")]
    }

    /// The user's last turn that is no answer of a tool; without one, the last turn.
    private static func lastRequest(_ messages: [ChatMessage]) -> Int {
        messages.lastIndex { message in
            let text = message.content.utf8
            let isAnswer = text.starts(with: "<tool_response>".utf8) && text.reversed().starts(with: toolEnd)
            return message.role == .user && !isAnswer
        } ?? messages.count - 1
    }

    private static let newline = UInt8(ascii: "\n")
    private static let (start, end) = (Array("<think>".utf8), Array("</think>".utf8))
    private static let toolEnd = Array("</tool_response>".utf8.reversed())

    private static func withoutNewlines(_ text: Substring.UTF8View) -> Substring.UTF8View {
        var text = text.drop { $0 == newline }
        while text.last == newline { text.removeLast() }
        return text
    }

    private static func text(_ bytes: Substring.UTF8View) -> String { String(Substring(bytes)) }
}

extension [ChatTemplate.Piece] {
    fileprivate var withoutFirstLineEnd: [ChatTemplate.Piece] {
        guard case .template(let text)? = first, text.first == "\n" else { return self }
        return [.template(String(text.dropFirst()))] + dropFirst()
    }
}
