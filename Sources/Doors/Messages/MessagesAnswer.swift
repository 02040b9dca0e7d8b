import Documents
import Inference
import Service
import Tokenization

/// A message as Anthropic's API has it: whole, or as it begins.
package struct MessagesAnswer: Sendable {
    private let id: String
    private let model: String

    /// Why an answer ended.
    package struct End: Sendable, Hashable {
        package let reason: String
        /// Before which text, if it was one of the client's.
        package let sequence: String?

        /// - Parameter stop: the client's texts before which an answer ends.
        package init(_ result: ChatAnswering.Result, stop: [String], _ tokenizer: Tokenizer) {
            sequence = Self.sequence(result, stop, tokenizer)
            // Calls are whole even at the token limit.
            reason =
                result.text == nil
                ? "tool_use" : sequence != nil ? "stop_sequence" : result.finish == .length ? "max_tokens" : "end_turn"
        }

        /// The text that the model wrote behind the answer's, where it is one of those.
        private static func sequence(
            _ result: ChatAnswering.Result, _ stop: [String], _ tokenizer: Tokenizer
        ) -> String? {
            guard !stop.isEmpty, let text = result.text, result.finish == .stop else { return nil }
            let written = result.tokens.filter { !tokenizer.isSpecial($0.id) }.flatMap { tokenizer.bytes(of: $0.id) }
            let rest = written.dropFirst(text.utf8.count)
            return stop.first { rest.starts(with: $0.utf8) }
        }
    }

    /// - Parameter requestID: the message's id is made of it.
    package init(requestID: String, model: String) { (id, self.model) = ("msg_\(requestID)", model) }

    /// The message that a chat's result makes: a text, or calls.
    package func object(of result: ChatAnswering.Result, _ end: End) -> JSONValue {
        let content = result.text.map { [Self.block($0)] } ?? result.calls.map { Self.block($0) }
        return message(content, Self.json(end), result.usage)
    }

    /// The message without anything yet.
    func begun(_ usage: Usage) -> JSONValue { message([], ["stop_reason": nil, "stop_sequence": nil], usage) }

    private func message(_ content: [JSONValue], _ end: JSONValue, _ usage: Usage) -> JSONValue {
        [
            "id": .string(id), "type": "message", "role": "assistant", "model": .string(model),
            "content": .array(content), "stop_reason": end["stop_reason"] ?? .null,
            "stop_sequence": end["stop_sequence"] ?? .null, "usage": Self.json(usage),
        ]
    }

    static func json(_ end: End) -> JSONValue {
        ["stop_reason": .string(end.reason), "stop_sequence": end.sequence.map { .string($0) } ?? .null]
    }

    static func block(_ text: String) -> JSONValue { ["type": "text", "text": .string(text)] }

    /// A call; one that grows has no arguments yet.
    static func block(_ call: ChatAnswer.Call) -> JSONValue {
        [
            "type": "tool_use", "id": .string("toolu_\(call.id.drop { $0 != "_" }.dropFirst())"),
            "name": .string(call.name), "input": (try? JSONValue(parsing: call.arguments)) ?? [:],
        ]
    }

    /// A prompt's tokens are its new ones and those that the cache had.
    static func json(_ usage: Usage) -> JSONValue {
        [
            "input_tokens": .integer(usage.promptTokens - usage.cachedTokens), "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": .integer(usage.cachedTokens), "output_tokens": .integer(usage.completionTokens),
        ]
    }
}
