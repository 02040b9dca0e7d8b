import Documents
import Inference
import OrderedCollections
import Service

/// The body of `POST /v1/responses`: a chat in another form. `ResponsesFields.all` says what becomes of each field.
package struct ResponsesRequest {
    package private(set) var chat: ChatRequest
    /// What the answer repeats of it.
    package let echo: JSONObject

    /// - Parameters:
    ///   - model: that runs.
    ///   - adapter: of a name.
    /// - Throws: `FieldError`, or `OpenAIError` for another model.
    package init(
        _ body: JSONValue, model: String, adapter: (String) -> ServedAdapter? = { _ in nil }
    ) throws {
        var fields = try FieldReader(body)
        let served = try OpenAIFields.model(&fields, runs: model, adapter)
        try OpenAIFields.refuse(ResponsesFields.all, &fields)
        let messages = try ResponsesInput.read(&fields)
        let end = try AnswerEnd(
            &fields, names: ["max_output_tokens"], fallback: ChatAnswering.defaultMaxTokens)
        chat = ChatRequest(model: served, messages: messages, end: end)
        (chat.tools, chat.choice) = try ChatTool.read(&fields, .flat)
        chat.allowsParallelCalls = try fields.optionalBool("parallel_tool_calls") ?? true
        chat.format = try Self.format(&fields)
        (chat.sampling, chat.callSampling) = try ChatRequest.sampling(&fields)
        chat.topLogprobs = try Self.logprobs(&fields)
        chat.streams = try fields.optionalBool("stream") ?? false
        chat.priority = try fields.optionalInt("priority", in: 0...9) ?? 0
        try Self.checkMetadata(&fields)
        echo = Self.echo(of: body, chat)
    }

    /// On whose account the model works.
    package mutating func charge(_ account: Account) { chat.account = account }

    /// `text.format`, whose members stand beside its type.
    private static func format(_ fields: inout FieldReader) throws(FieldError) -> ResponseFormat {
        guard var text = try fields.optionalObject("text") else { return .text }
        if let verbosity = try text.optionalString("verbosity"), verbosity != "medium" {
            throw FieldError(
                path: "text.verbosity", reason: .outOfRange,
                message: "text.verbosity is not offered here; say in the instructions how long to answer")
        }
        let format = try text.optionalObject("format")
        try text.finish()
        guard var format else { return .text }
        let result: ResponseFormat
        switch try format.string("type") {
        case "text": result = .text
        case "json_object": result = ResponseFormat(schema: ResponseFormat.anyObject, field: "text.format")
        case "json_schema":
            for name in ["name", "description"] { _ = try format.optionalString(name) }
            _ = try format.optionalBool("strict")
            result = try ResponseFormat.json(try format.required("schema"), format.path(of: "schema"))
        default:
            throw FieldError(
                path: "text.format.type", reason: .outOfRange,
                message: "text.format.type must be text, json_object or json_schema")
        }
        try format.finish()
        return result
    }

    /// Those of texts are told where `include` names them or `top_logprobs` asks for some.
    private static func logprobs(_ fields: inout FieldReader) throws(FieldError) -> Int? {
        let count = try fields.optionalInt("top_logprobs", in: 0...20)
        var isIncluded = false
        for (index, name) in (try fields.optionalArray("include") ?? []).enumerated() {
            guard let name = name.stringValue else {
                throw FieldError(
                    path: "include[\(index)]", reason: .wrongType,
                    message: "include[\(index)] must be a string, not \(name.typeName)")
            }
            // The others are of tools and of reasoning, which are not here.
            isIncluded = isIncluded || name == "message.output_text.logprobs"
        }
        return isIncluded || count ?? 0 > 0 ? count ?? 0 : nil
    }

    private static func checkMetadata(_ fields: inout FieldReader) throws(FieldError) {
        guard let value = fields.optional("metadata") else { return }
        let isFit = value.objectValue.map { $0.count <= 16 && $0.values.allSatisfy { $0.stringValue != nil } }
        guard isFit == true else {
            throw FieldError(
                path: "metadata", reason: .wrongType, message: "metadata must be an object of at most 16 texts")
        }
    }

    private static func echo(of body: JSONValue, _ chat: ChatRequest) -> JSONObject {
        func given(_ name: String, else value: JSONValue = nil) -> JSONValue {
            guard let given = body[name], !given.isNull else { return value }
            return given
        }
        var echo: JSONObject = [:]
        for name in [
            "instructions", "max_output_tokens", "max_tool_calls", "prompt_cache_key", "safety_identifier", "user",
        ] {
            echo[name] = given(name)
        }
        echo["metadata"] = given("metadata", else: [:])
        echo["parallel_tool_calls"] = .bool(chat.allowsParallelCalls)
        echo["temperature"] = .rounded(Double(chat.sampling.temperature), 4)
        echo["top_p"] = .rounded(Double(chat.sampling.topP), 4)
        echo["top_logprobs"] = .integer(chat.topLogprobs ?? 0)
        echo["tools"] = given("tools", else: [])
        echo["tool_choice"] = given("tool_choice", else: "auto")
        echo["text"] = given("text", else: ["format": ["type": "text"]])
        echo["reasoning"] = ["effort": nil, "summary": nil]
        for name in ["previous_response_id", "conversation"] { echo[name] = .null }
        for name in ["background", "store"] { echo[name] = false }
        echo["service_tier"] = "default"
        echo["truncation"] = "disabled"
        return echo
    }
}
