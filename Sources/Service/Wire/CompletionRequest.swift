import Inference
import Documents
import Tokenization

/// The body of `POST /v1/completions`, as OpenAI's API has it; `OpenAIFields.all` says what becomes of each field.
package struct CompletionRequest {
    /// A prompt: a text, or token ids.
    enum Prompt {
        case text(String)
        case tokens([TokenID])
    }

    let prompts: [Prompt]
    let end: AnswerEnd
    let format: ResponseFormat
    let sampling: Sampling
    /// Answers per prompt.
    package let count: Int
    let logprobs: Int?
    /// Alternatives wanted of each token of the prompts.
    let promptLogprobs: Int?
    let streams: Bool
    let streamUsage: StreamUsage
    let priority: Int

    /// Tokens of an answer where the client sets no limit.
    static let defaultMaxTokens = 16
    static let mostPromptLogprobs = 1000

    /// As it was named, and what answers beside it.
    let model: String, adapter: ServedAdapter?

    /// - Parameters:
    ///   - model: that runs.
    ///   - adapter: of a name.
    /// - Throws: `FieldError`, or `OpenAIError` for another model.
    package init(
        _ body: JSONValue, model: String, adapter: (String) -> ServedAdapter? = { _ in nil }
    ) throws {
        var fields = try FieldReader(body)
        (self.model, self.adapter) = try OpenAIFields.model(&fields, runs: model, adapter)
        prompts = try Self.prompts(try fields.required("prompt"))
        end = try AnswerEnd(&fields, names: ["max_tokens", "n_predict"], fallback: Self.defaultMaxTokens)
        sampling = try Sampling(&fields, fallback: Sampling(temperature: 1))
        count = try fields.optionalInt("n", in: 1...16) ?? 1
        format = try ResponseFormat(&fields)
        logprobs = try fields.optionalInt("logprobs", in: 0...20)
        promptLogprobs = try fields.optionalInt("prompt_logprobs", in: 0...Self.mostPromptLogprobs)
        (streams, streamUsage) = try OpenAIFields.streaming(&fields)
        guard promptLogprobs == nil || !streams else {
            throw FieldError(
                path: "prompt_logprobs", reason: .outOfRange, message: "prompt_logprobs does not go with stream")
        }
        priority = try fields.optionalInt("priority", in: 0...9) ?? 0
        try OpenAIFields.refuseOthers(&fields, on: .completions)
        guard prompts.count * count <= 128 else {
            throw FieldError(path: "prompt", reason: .outOfRange, message: "prompts times n must be at most 128")
        }
    }

    /// One prompt or a list of them.
    private static func prompts(_ value: JSONValue) throws(FieldError) -> [Prompt] {
        if let text = value.stringValue { return [.text(text)] }
        guard let elements = value.arrayValue, let first = elements.first else { throw promptError }
        if case .integer = first { return [.tokens(try tokens(elements, path: "prompt"))] }
        var prompts: [Prompt] = []
        for (index, element) in elements.enumerated() {
            if let text = element.stringValue {
                prompts.append(.text(text))
            } else if let ids = element.arrayValue {
                prompts.append(.tokens(try tokens(ids, path: "prompt[\(index)]")))
            } else {
                throw promptError
            }
        }
        return prompts
    }

    /// The error for a prompt of another type.
    private static var promptError: FieldError {
        FieldError(
            path: "prompt", reason: .wrongType,
            message: "prompt must be a text, an array of token ids, or an array of either, and not empty")
    }

    /// Token ids out of an array; whether the model knows them is the engine's to say.
    package static func tokens(_ elements: [JSONValue], path: String) throws(FieldError) -> [TokenID] {
        var tokens: [TokenID] = []
        tokens.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            guard let number = element.intValue, let id = TokenID(exactly: number) else {
                throw FieldError(
                    path: "\(path)[\(index)]", reason: .wrongType, message: "\(path)[\(index)] must be a token id")
            }
            tokens.append(id)
        }
        return tokens
    }
}
