import Documents
import Inference
import OrderedCollections
import Service

/// The events of a streamed response, in their order and numbered: what is told goes in, what is to be sent comes out. A text
/// or a call is opened before its first piece and closed before the next item or the end; `response.completed`,
/// `response.incomplete` or `response.failed` is the last.
package struct ResponsesEvents {
    package struct Event: Equatable {
        package let name: String
        package let data: JSONValue
    }

    /// The item that grows.
    private enum Item {
        case message(text: String, logprobs: [JSONValue])
        case call(ChatAnswer.Call)
    }

    private let answer: ResponsesAnswer
    private var number = 0
    private var item: Item?
    /// Items before it.
    private var closed: [JSONValue] = []
    package private(set) var hasBegun = false
    private var pending: [Event] = []

    package init(_ answer: ResponsesAnswer) { self.answer = answer }

    /// - Parameter logprobs: of the tokens behind a text's piece.
    package mutating func tell(_ delta: ChatAnswering.Delta, logprobs: [JSONValue] = []) -> [Event] {
        begin()
        switch delta {
        case .text(let text):
            openMessage()
            guard case .message(let before, let known) = item else { break }
            item = .message(text: before + text, logprobs: known + logprobs)
            add("response.output_text.delta", inPart: true, ["delta": .string(text), "logprobs": .array(logprobs)])
        case .call(_, let call):
            close(.completed)
            item = .call(call)
            add("response.output_item.added", ["item": ResponsesAnswer.call(call, .inProgress)])
        case .arguments(_, let text):
            guard case .call(var call) = item else { break }
            call.arguments += text
            item = .call(call)
            add("response.function_call_arguments.delta", inItem: true, ["delta": .string(text)])
        }
        return taken()
    }

    /// - Parameter logprobs: of tokens at the end that no piece had.
    package mutating func finish(_ result: ChatAnswering.Result, logprobs: [JSONValue] = []) -> [Event] {
        begin()
        let status = answer.status(of: result)
        if result.text != nil {
            openMessage()
            if case .message(let text, let known) = item { item = .message(text: text, logprobs: known + logprobs) }
        }
        close(status)
        add("response.\(status.rawValue)", ["response": answer.object(status, output: closed, usage: result.usage)])
        return taken()
    }

    /// The last event of a response that breaks off.
    package mutating func fail(_ message: String) -> [Event] {
        begin()
        // Of the API's few codes the one that fits: what the request is to blame for was said before the first event.
        let error: JSONValue = ["code": "server_error", "message": .string(message)]
        add("response.failed", ["response": answer.object(.failed, output: closed, error: error)])
        return taken()
    }

    private mutating func begin() {
        guard !hasBegun else { return }
        hasBegun = true
        for name in ["response.created", "response.in_progress"] {
            add(name, ["response": answer.object(.inProgress)])
        }
    }

    private mutating func openMessage() {
        guard item == nil else { return }
        item = .message(text: "", logprobs: [])
        add("response.output_item.added", ["item": answer.message(nil, .inProgress)])
        add("response.content_part.added", inPart: true, ["part": ResponsesAnswer.part("", [])])
    }

    private mutating func close(_ status: ResponsesAnswer.Status) {
        let whole: JSONValue
        switch item {
        case nil: return
        case .message(let text, let logprobs):
            let logprobs = JSONValue.array(logprobs), part = ResponsesAnswer.part(text, logprobs)
            add("response.output_text.done", inPart: true, ["text": .string(text), "logprobs": logprobs])
            add("response.content_part.done", inPart: true, ["part": part])
            whole = answer.message(part, status)
        case .call(let call):
            add(
                "response.function_call_arguments.done", inItem: true,
                ["name": .string(call.name), "arguments": .string(call.arguments)])
            whole = ResponsesAnswer.call(call, status)
        }
        add("response.output_item.done", ["item": whole])
        closed.append(whole)
        item = nil
    }

    /// - Parameters:
    ///   - isInItem: it names the item that grows.
    ///   - isInPart: and its part; a text has one.
    private mutating func add(
        _ name: String, inItem isInItem: Bool = false, inPart isInPart: Bool = false, _ more: JSONObject
    ) {
        var data: JSONObject = ["type": .string(name), "sequence_number": .integer(number)]
        number += 1
        if isInItem || isInPart {
            switch item {
            case .call(let call): data["item_id"] = .string(ResponsesAnswer.itemID(of: call))
            default: data["item_id"] = .string(answer.messageID)
            }
        }
        if more["response"] == nil { data["output_index"] = .integer(closed.count) }
        if isInPart { data["content_index"] = 0 }
        data.merge(more) { first, _ in first }
        pending.append(Event(name: name, data: .object(data)))
    }

    private mutating func taken() -> [Event] {
        defer { pending = [] }
        return pending
    }
}
