import Inference
import Documents
import Tokenization

/// The body of `POST /v1/completions`, as OpenAI's API has it, with vLLM's `min_tokens` and `ignore_eos`. Fields that are
/// not known are ignored, as clients of that API expect.
package struct CompletionRequest {
    /// A prompt: a text, or token ids.
    enum Prompt {
        case text(String)
        case tokens([TokenID])
    }

    let prompts: [Prompt]
    let maxTokens: Int
    let minTokens: Int
    let ignoresEnd: Bool
    let sampling: Sampling
    /// Answers per prompt.
    let count: Int
    let stop: [String]
    let logprobs: Int?
    let streams: Bool
    let includesUsage: Bool
    let priority: Int

    /// - Throws: `FieldError`, or `OpenAIError` for another model than `model`.
    package init(_ body: JSONValue, model: String) throws {
        var fields = try FieldReader(body)
        try OpenAIFields.checkModel(&fields, runs: model)
        prompts = try Self.prompts(try fields.required("prompt"))
        maxTokens = try fields.optionalInt("max_tokens", in: 1...1_000_000) ?? 16
        minTokens = try fields.optionalInt("min_tokens", in: 0...1_000_000) ?? 0
        guard minTokens <= maxTokens else {
            throw FieldError(
                path: "min_tokens", reason: .outOfRange, message: "min_tokens must not exceed max_tokens (\(maxTokens))"
            )
        }
        ignoresEnd = try fields.optionalBool("ignore_eos") ?? false
        sampling = try Sampling(&fields, fallback: Sampling(temperature: 1))
        count = try fields.optionalInt("n", in: 1...16) ?? 1
        stop = try OpenAIFields.stop(&fields)
        logprobs = try fields.optionalInt("logprobs", in: 0...20)
        (streams, includesUsage) = try OpenAIFields.streaming(&fields)
        priority = try fields.optionalInt("priority", in: 0...9) ?? 0
        try OpenAIFields.refuse(
            "echo", unless: false, remedy: "put the prompt before the answer yourself", in: &fields)
        try OpenAIFields.refuse("suffix", remedy: "write the model's own infill tokens into the prompt", in: &fields)
        try OpenAIFields.refuse(
            "best_of", unless: 1, remedy: "ask for n answers and choose by their logprobs", in: &fields)
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
    static func tokens(_ elements: [JSONValue], path: String) throws(FieldError) -> [TokenID] {
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
