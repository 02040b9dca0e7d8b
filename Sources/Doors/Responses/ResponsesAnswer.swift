import Documents
import Foundation
import Inference
import OrderedCollections
import Service

/// A response as the API has it: an object with items, whole or still growing.
package struct ResponsesAnswer: Sendable {
    package enum Status: String, Sendable { case inProgress = "in_progress", completed, incomplete, failed }

    private let id: String
    private let created: Int
    private let model: String
    private let echo: JSONObject
    /// Of the one text that a response may have.
    let messageID: String

    /// - Parameter requestID: ids of the response and of its text are made of it.
    package init(requestID: String, model: String, echo: JSONObject, created: Date = Date()) {
        (id, messageID) = ("resp_\(requestID)", "msg_\(requestID)")
        (self.model, self.echo, self.created) = (model, echo, Int(created.timeIntervalSince1970))
    }

    /// The response's object.
    ///
    /// - Parameters:
    ///   - output: items that are whole.
    ///   - error: why it failed.
    package func object(
        _ status: Status, output: [JSONValue] = [], usage: Usage? = nil, error: JSONValue = nil
    ) -> JSONValue {
        var members: JSONObject = [
            "id": .string(id), "object": "response", "created_at": .integer(created),
            "status": .string(status.rawValue),
            "completed_at": status == .completed ? .integer(Int(Date().timeIntervalSince1970)) : .null,
            "error": error, "incomplete_details": status == .incomplete ? ["reason": "max_output_tokens"] : .null,
            "model": .string(model), "output": .array(output),
        ]
        members.merge(echo) { first, _ in first }
        members["usage"] = usage.map(Self.usage) ?? .null
        return .object(members)
    }

    /// The response that a chat's result makes.
    package func object(of result: ChatAnswering.Result, logprobs: JSONValue) -> JSONValue {
        object(status(of: result), output: output(of: result, logprobs: logprobs), usage: result.usage)
    }

    /// Calls are whole even at the token limit.
    func status(of result: ChatAnswering.Result) -> Status {
        result.text != nil && result.finish == .length ? .incomplete : .completed
    }

    /// A text, or calls.
    private func output(of result: ChatAnswering.Result, logprobs: JSONValue) -> [JSONValue] {
        guard let text = result.text else { return result.calls.map { Self.call($0, .completed) } }
        return [message(Self.part(text, logprobs), status(of: result))]
    }

    /// An item with a text; without a part it has none yet.
    func message(_ part: JSONValue?, _ status: Status) -> JSONValue {
        [
            "id": .string(messageID), "type": "message", "status": .string(status.rawValue), "role": "assistant",
            "content": .array([part].compactMap { $0 }),
        ]
    }

    static func part(_ text: String, _ logprobs: JSONValue) -> JSONValue {
        ["type": "output_text", "text": .string(text), "annotations": [], "logprobs": logprobs]
    }

    /// An item with a call.
    static func call(_ call: ChatAnswer.Call, _ status: Status) -> JSONValue {
        [
            "id": .string(itemID(of: call)), "type": "function_call", "status": .string(status.rawValue),
            "call_id": .string(call.id), "name": .string(call.name), "arguments": .string(call.arguments),
        ]
    }

    /// As the call's own id, with another beginning.
    static func itemID(of call: ChatAnswer.Call) -> String { "fc_\(call.id.drop { $0 != "_" }.dropFirst())" }

    private static func usage(_ usage: Usage) -> JSONValue {
        [
            "input_tokens": .integer(usage.promptTokens),
            "input_tokens_details": ["cached_tokens": .integer(usage.cachedTokens), "cache_write_tokens": 0],
            "output_tokens": .integer(usage.completionTokens), "output_tokens_details": ["reasoning_tokens": 0],
            "total_tokens": .integer(usage.promptTokens + usage.completionTokens),
        ]
    }
}
