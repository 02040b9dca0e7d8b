import Inference
import OrderedJSON
import Tokenization

/// The body of `POST /v1/completions`, as OpenAI's API has it, with vLLM's `min_tokens` and `ignore_eos`. Fields that are
/// not known are ignored, as clients of that API expect.
struct CompletionRequest {
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

    init(_ body: JSONValue) throws(FieldError) {
        var fields = try FieldReader(body)
        prompts = try Self.prompts(try fields.required("prompt"))
        maxTokens = try fields.optionalInt("max_tokens", in: 1...1_000_000) ?? 16
        minTokens = try fields.optionalInt("min_tokens", in: 0...1_000_000) ?? 0
        guard minTokens <= maxTokens else {
            throw FieldError(
                path: "min_tokens", reason: .outOfRange, message: "min_tokens must not exceed max_tokens (\(maxTokens))"
            )
        }
        ignoresEnd = try fields.optionalBool("ignore_eos") ?? false
        sampling = try Sampling(&fields)
        count = try fields.optionalInt("n", in: 1...16) ?? 1
        stop = try Self.stop(&fields)
        logprobs = try fields.optionalInt("logprobs", in: 0...20)
        streams = try fields.optionalBool("stream") ?? false
        var options = try fields.optionalObject("stream_options")
        includesUsage = try options?.optionalBool("include_usage") ?? false
        priority = try fields.optionalInt("priority", in: 0...9) ?? 0
        guard prompts.count * count <= 128 else {
            throw FieldError(path: "prompt", reason: .outOfRange, message: "prompts times n must be at most 128")
        }
    }

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

    private static var promptError: FieldError {
        FieldError(
            path: "prompt", reason: .wrongType,
            message: "prompt must be a text, an array of token ids, or an array of either, and not empty")
    }

    private static func stop(_ fields: inout FieldReader) throws(FieldError) -> [String] {
        guard let value = fields.optional("stop") else { return [] }
        let texts = value.stringValue.map { [$0] } ?? value.arrayValue?.compactMap(\.stringValue)
        guard let texts, texts.count <= 16, texts.count == (value.arrayValue?.count ?? 1),
            texts.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 256 })
        else {
            throw FieldError(
                path: "stop", reason: .wrongType, message: "stop must be a text or up to 16 texts of 1 to 256 bytes")
        }
        return texts
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

extension Sampling {
    /// The sampling fields that all OpenAI-compatible routes share; the default temperature there is 1.
    init(_ fields: inout FieldReader) throws(FieldError) {
        self.init()
        temperature = Float(try fields.optionalDouble("temperature", in: 0...10) ?? 1)
        topP = Float(try fields.optionalDouble("top_p", in: 0...1) ?? 1)
        topK = try fields.optionalInt("top_k", in: -1...1_000_000).map { max(0, $0) } ?? 0
        minP = Float(try fields.optionalDouble("min_p", in: 0...1) ?? 0)
        presencePenalty = Float(try fields.optionalDouble("presence_penalty", in: -2...2) ?? 0)
        frequencyPenalty = Float(try fields.optionalDouble("frequency_penalty", in: -2...2) ?? 0)
        repetitionPenalty = Float(try fields.optionalDouble("repetition_penalty", in: 0.01...10) ?? 1)
        seed = try fields.optionalInt("seed", in: .min ... .max).map { UInt64(bitPattern: Int64($0)) }
        for (text, bias) in fields.optional("logit_bias")?.objectValue ?? [:] {
            guard let id = TokenID(text), let bias = bias.doubleValue, (-100...100).contains(bias) else {
                throw FieldError(
                    path: "logit_bias.\(text)", reason: .outOfRange,
                    message: "logit_bias.\(text) must be a token id with a bias in -100 to 100")
            }
            logitBias[id] = Float(bias)
        }
    }
}
