import Documents
import Inference
import Service

/// The body of `POST /v1/messages`: a chat in another form. `MessagesFields.all` says what becomes of each field.
package struct MessagesRequest {
    package var chat: ChatRequest

    /// - Parameters:
    ///   - model: that runs.
    ///   - isCounted: only its tokens are asked for, so that no limit is needed.
    ///   - adapter: of a name.
    /// - Throws: `FieldError`, or `OpenAIError` for another model.
    package init(
        _ body: JSONValue, model: String, isCounted: Bool = false,
        adapter: (String) -> ServedAdapter? = { _ in nil }
    ) throws {
        var fields = try FieldReader(body)
        let served = try OpenAIFields.model(&fields, runs: model, adapter)
        try OpenAIFields.refuse(MessagesFields.all, &fields)
        for field in MessagesFields.harmless { _ = fields.optional(field.name) }
        let turns = try MessagesInput.read(&fields)
        if !isCounted { _ = try fields.required("max_tokens") }
        let end = try AnswerEnd(
            &fields, names: ["max_tokens"], stop: "stop_sequences", fallback: ChatAnswering.defaultMaxTokens)
        chat = ChatRequest(model: served, messages: turns, end: end)
        (chat.tools, chat.choice) = try ChatTool.read(&fields, .bare)
        if var choice = try fields.optionalObject("tool_choice") {
            chat.allowsParallelCalls = try choice.optionalBool("disable_parallel_tool_use") != true
        }
        chat.format = try Self.format(&fields)
        (chat.sampling, chat.callSampling) = try ChatRequest.sampling(&fields)
        chat.streams = try fields.optionalBool("stream") ?? false
        chat.priority = try fields.optionalInt("priority", in: 0...9) ?? 0
        try fields.finish()
    }

    /// `output_config.format`; effort is of models that think.
    private static func format(_ fields: inout FieldReader) throws(FieldError) -> ResponseFormat {
        guard var config = try fields.optionalObject("output_config") else { return .text }
        _ = try config.optionalString("effort")
        let format = try config.optionalObject("format")
        try config.finish()
        guard var format else { return .text }
        guard try format.string("type") == "json_schema" else {
            throw format.fault("type", "must be json_schema")
        }
        let schema = try ResponseFormat.json(try format.required("schema"), format.path(of: "schema"))
        try format.finish()
        return schema
    }
}
