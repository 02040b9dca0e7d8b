import Documents

/// Tokens as the server counted them for one answer; nil where it did not say.
package struct AnswerUsage: Sendable, Hashable {
    package var promptTokens: Int?, cachedTokens: Int?, completionTokens: Int?

    init() {}

    /// From `usage`, in the shape of the OpenAI routes or of our own.
    init(_ answer: JSONValue) {
        let usage = answer["usage"]
        promptTokens = usage?["prompt_tokens"]?.intValue
        completionTokens = usage?["completion_tokens"]?.intValue
        cachedTokens = (usage?["prompt_tokens_details"]?["cached_tokens"] ?? usage?["cached_tokens"])?.intValue
    }
}

extension Workload {
    static let outcomes: Set<String> = ["call", "no_appropriate_function", "request_unclear"]

    /// - Returns: what is wrong with an answer, nil if nothing is; and the tokens it was counted to have.
    package func check(status: Int, _ body: [UInt8]) -> (complaint: String?, usage: AnswerUsage?) {
        guard 200..<300 ~= status else {
            return ("HTTP \(status): \(String(decoding: body.prefix(200), as: UTF8.self))", nil)
        }
        if case .get = kind { return (nil, nil) }
        guard let value = try? JSONValue(parsing: body) else {
            return ("HTTP 200, but the body is no JSON", nil)
        }
        return check(value)
    }

    package func check(_ answer: StreamedAnswer) -> (complaint: String?, usage: AnswerUsage?) {
        if let error = answer.error { return ("the stream ends with an error: \(error.prefix(200))", nil) }
        guard answer.isComplete else { return ("HTTP 200, but the stream has no end", nil) }
        return check(answer.value)
    }

    private func check(_ value: JSONValue) -> (complaint: String?, usage: AnswerUsage?) {
        let usage = AnswerUsage(value)
        switch kind {
        case .functionCall:
            guard let outcome = value["outcome"]?.stringValue, Self.outcomes.contains(outcome) else {
                return ("HTTP 200, but without an outcome", usage)
            }
        case .tokens(let shared, let fresh, let generated):
            guard let made = usage.completionTokens, let read = usage.promptTokens else {
                return ("HTTP 200, but without usage.prompt_tokens and usage.completion_tokens", usage)
            }
            if made != generated { return ("\(made) tokens generated, not \(generated)", usage) }
            if read != shared + fresh { return ("\(read) prompt tokens counted, not \(shared + fresh)", usage) }
        case .text, .chat:
            guard value["choices"]?.arrayValue?.isEmpty == false || streams else {
                return ("HTTP 200, but without choices", usage)
            }
        case .get: break
        }
        return (nil, usage)
    }
}
