import Documents
import Foundation
import Inference
import OrderedCollections
import Tokenization

/// A chat's answers in OpenAI's form: whole, or as the chunks of a stream.
package struct ChatAnswer {
    let id: String
    let created: Int
    let model: String

    /// A call in the answer; its id is the client's handle.
    package struct Call: Sendable {
        package var id: String
        package var name: String
        /// The text of a JSON object.
        package var arguments: String

        package init(id: String, name: String, arguments: String) {
            (self.id, self.name, self.arguments) = (id, name, arguments)
        }

        /// `call_` and 24 random letters and digits.
        static func newID() -> String {
            let letters = Array("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
            return "call_" + String((0..<24).map { _ in letters[Int.random(in: 0..<letters.count)] })
        }
    }

    /// Answers of one request share id and time.
    init(requestID: String, model: String) {
        (id, created) = ("chatcmpl-\(requestID)", Int(Date().timeIntervalSince1970))
        self.model = model
    }

    /// The body without a stream.
    func whole(choices: [JSONValue], usage: JSONValue) -> JSONValue {
        envelope("chat.completion", choices, usage)
    }

    /// - Parameter usage: `.null` in all but the last chunk if the client wants usage; nil if it does not.
    func chunk(_ choices: [JSONValue], usage: JSONValue?) -> JSONValue {
        envelope("chat.completion.chunk", choices, usage)
    }

    /// What whole answers and chunks have in common.
    private func envelope(_ object: String, _ choices: [JSONValue], _ usage: JSONValue?) -> JSONValue {
        var members: JSONObject = [
            "id": .string(id), "object": .string(object), "created": .integer(created), "model": .string(model),
            "choices": .array(choices),
        ]
        members["usage"] = usage
        return .object(members)
    }
}

extension ChatAnswer {
    /// One of several answers.
    static func choice(_ index: Int, message: JSONValue, logprobs: JSONValue, finish: String) -> JSONValue {
        ["index": .integer(index), "message": message, "logprobs": logprobs, "finish_reason": .string(finish)]
    }

    /// One chunk of a stream.
    static func delta(
        _ index: Int, _ delta: JSONValue, logprobs: JSONValue = .null, finish: String? = nil
    ) -> JSONValue {
        [
            "index": .integer(index), "delta": delta, "logprobs": logprobs,
            "finish_reason": finish.map { .string($0) } ?? .null,
        ]
    }

    /// A message with a text.
    static func message(text: String) -> JSONValue {
        ["role": "assistant", "content": .string(text), "refusal": nil]
    }

    /// A message with calls.
    static func message(calls: [Call]) -> JSONValue {
        [
            "role": "assistant", "content": nil, "refusal": nil,
            "tool_calls": .array(
                calls.map { call in
                    [
                        "id": .string(call.id), "type": "function",
                        "function": ["name": .string(call.name), "arguments": .string(call.arguments)],
                    ]
                }),
        ]
    }

    /// Calls are whole even at the token limit, for the grammar closes them: `tool_calls`, always.
    static func reason(_ result: ChatAnswering.Result) -> String {
        if result.text == nil { return "tool_calls" }
        return result.finish == .length ? "length" : "stop"
    }

    /// The first delta of a message.
    static func opening(calls: Bool) -> JSONValue {
        calls ? ["role": "assistant", "content": nil] : ["role": "assistant", "content": "", "refusal": nil]
    }

    /// A call's id, type and name stand in its first delta only.
    static func json(_ delta: ChatAnswering.Delta) -> JSONValue {
        switch delta {
        case .text(let text): ["content": .string(text)]
        case .call(let index, let call):
            [
                "tool_calls": [
                    [
                        "index": .integer(index), "id": .string(call.id), "type": "function",
                        "function": ["name": .string(call.name), "arguments": ""],
                    ]
                ]
            ]
        case .arguments(let index, let text):
            ["tool_calls": [["index": .integer(index), "function": ["arguments": .string(text)]]]]
        }
    }

    /// `{"content": [{"token", "logprob", "bytes", "top_logprobs"}]}`; the end token is left out.
    package static func logprobs(_ tokens: [GeneratedToken], _ tokenizer: Tokenizer, wanted: Int?) -> JSONValue {
        guard wanted != nil else { return .null }
        func entry(_ id: TokenID, _ logprob: Float) -> JSONObject {
            let bytes = tokenizer.bytes(of: id)
            return [
                "token": .string(String(decoding: bytes, as: UTF8.self)),
                "logprob": .number(Double(max(-9999, logprob))),
                "bytes": .array(bytes.map { .integer(Int($0)) }),
            ]
        }
        let content = tokens.filter { !tokenizer.endTokens.contains($0.id) }.map { token -> JSONValue in
            var members = entry(token.id, token.logprob)
            members["top_logprobs"] = .array(token.alternatives.map { .object(entry($0.id, $0.logprob)) })
            return .object(members)
        }
        return ["content": .array(content), "refusal": nil]
    }

    /// - Parameter usages: of all answers to one prompt, whose tokens count once.
    static func usage(_ usages: [Usage]) -> JSONValue {
        let prompt = usages.map(\.promptTokens).max() ?? 0
        let completion = usages.reduce(0) { $0 + $1.completionTokens }
        return [
            "prompt_tokens": .integer(prompt), "completion_tokens": .integer(completion),
            "total_tokens": .integer(prompt + completion),
            "prompt_tokens_details": ["cached_tokens": .integer(usages.map(\.cachedTokens).min() ?? 0)],
        ]
    }
}
