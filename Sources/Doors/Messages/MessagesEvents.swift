import Documents
import Inference
import OrderedCollections
import Service

/// The events of a streamed message, in their order: what is told goes in, what is to be sent comes out. One block is open at a
/// time; `message_stop` is the last.
package struct MessagesEvents {
    package typealias Event = ResponsesEvents.Event

    private let answer: MessagesAnswer
    /// Blocks before the one that is open.
    private var index = 0
    private var isOpen = false
    package private(set) var hasBegun = false
    private var pending: [Event] = []

    package init(_ answer: MessagesAnswer) { self.answer = answer }

    /// - Parameter usage: of the prompt.
    package mutating func begin(_ usage: Usage) -> [Event] {
        open(usage)
        return taken()
    }

    package mutating func tell(_ delta: ChatAnswering.Delta) -> [Event] {
        open(Usage())
        switch delta {
        case .text(let text):
            openText()
            add("content_block_delta", ["delta": ["type": "text_delta", "text": .string(text)]])
        case .call(_, let call):
            close()
            open(MessagesAnswer.block(call))
        case .arguments(_, let text):
            add("content_block_delta", ["delta": ["type": "input_json_delta", "partial_json": .string(text)]])
        }
        return taken()
    }

    package mutating func finish(_ result: ChatAnswering.Result, _ end: MessagesAnswer.End) -> [Event] {
        open(result.usage)
        if result.text != nil { openText() }
        close()
        add("message_delta", ["delta": MessagesAnswer.json(end), "usage": MessagesAnswer.json(result.usage)])
        add("message_stop")
        return taken()
    }

    private mutating func open(_ usage: Usage) {
        guard !hasBegun else { return }
        hasBegun = true
        add("message_start", ["message": answer.begun(usage)])
        add("ping")
    }

    private mutating func openText() {
        if !isOpen { open(MessagesAnswer.block("")) }
    }

    private mutating func open(_ block: JSONValue) {
        isOpen = true
        add("content_block_start", ["content_block": block])
    }

    private mutating func close() {
        guard isOpen else { return }
        add("content_block_stop")
        isOpen = false
        index += 1
    }

    private mutating func add(_ name: String, _ more: JSONObject = [:]) {
        var data: JSONObject = ["type": .string(name)]
        if name.hasPrefix("content_block") { data["index"] = .integer(index) }
        data.merge(more) { first, _ in first }
        pending.append(Event(name: name, data: .object(data)))
    }

    private mutating func taken() -> [Event] {
        defer { pending = [] }
        return pending
    }
}
