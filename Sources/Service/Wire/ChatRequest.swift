import Inference
import Documents
import Tokenization

/// The body of `POST /v1/chat/completions`, as OpenAI's API has it; `OpenAIFields.all` says what becomes of each
/// field.
package struct ChatRequest: Sendable {
    package let messages: [ChatMessage]
    /// Those that may be called.
    package var tools: [ChatTool] = []
    package var choice = ToolChoice.none
    package var allowsParallelCalls = true
    package var format = ResponseFormat.text
    package let end: AnswerEnd
    var maxTokens: Int? { end.maxTokens }
    /// For texts; see `callSampling`.
    package var sampling = ChatRequest.defaultSampling
    /// As `sampling`, but greedy unless the client sets a temperature: a small model fills in better so.
    package var callSampling = Sampling(temperature: 0)
    /// Answers.
    package var count = 1
    package var topLogprobs: Int?
    /// `chat_template_kwargs.enable_thinking`
    package private(set) var wantsThinking = false
    package var streams = false
    var streamUsage = StreamUsage.never
    package var priority = 0
    /// On whose account the model works; no field says it.
    package var account: Account?

    /// Where a body sets no temperature: the values that Qwen2.5's publisher recommends.
    package static let defaultSampling = Sampling(temperature: 0.7, topP: 0.8, topK: 20)
    static let mostCalls = 16

    /// As it was named, and what answers beside it.
    package let model: String, adapter: ServedAdapter?

    /// A chat without tools that came in another form than this API's.
    package init(model: (name: String, adapter: ServedAdapter?), messages: [ChatMessage], end: AnswerEnd) {
        (self.model, adapter) = (model.name, model.adapter)
        (self.messages, self.end) = (messages, end)
    }

    /// - Parameters:
    ///   - model: that runs.
    ///   - adapter: of a name.
    /// - Throws: `FieldError`, or `OpenAIError` for another model.
    package init(
        _ body: JSONValue, model: String, adapter: (String) -> ServedAdapter? = { _ in nil }
    ) throws {
        var fields = try FieldReader(body)
        (self.model, self.adapter) = try OpenAIFields.model(&fields, runs: model, adapter)
        messages = try ChatMessages.read(&fields)
        try OpenAIFields.refuseOthers(&fields, on: .chat)
        wantsThinking = fields.optional("chat_template_kwargs")?["enable_thinking"] == true
        (tools, choice) = try ChatTool.read(&fields)
        allowsParallelCalls = try fields.optionalBool("parallel_tool_calls") ?? true
        format = try ResponseFormat(&fields)
        end = try AnswerEnd(
            &fields, names: ["max_completion_tokens", "max_tokens", "n_predict"],
            fallback: ChatAnswering.defaultMaxTokens)
        (sampling, callSampling) = try Self.sampling(&fields)
        count = try fields.optionalInt("n", in: 1...16) ?? 1
        topLogprobs = try Self.logprobs(&fields)
        (streams, streamUsage) = try OpenAIFields.streaming(&fields)
        priority = try fields.optionalInt("priority", in: 0...9) ?? 0
    }

    /// Of texts and of calls.
    package static func sampling(
        _ fields: inout FieldReader
    ) throws(FieldError) -> (texts: Sampling, calls: Sampling) {
        var reader = fields
        return (
            try Sampling(&fields, fallback: defaultSampling), try Sampling(&reader, fallback: Sampling(temperature: 0))
        )
    }

    private static func logprobs(_ fields: inout FieldReader) throws(FieldError) -> Int? {
        let wants = try fields.optionalBool("logprobs")
        let count = try fields.optionalInt("top_logprobs", in: 0...20)
        return wants ?? (count != nil) ? count ?? 0 : nil
    }
}
