import Inference
import Documents
import Tokenization

/// The body of `POST /v1/chat/completions`, as OpenAI's API has it; `OpenAIFields.all` says what becomes of each
/// field.
package struct ChatRequest {
    let messages: [ChatMessage]
    /// Those that may be called.
    let tools: [ChatTool]
    let choice: ToolChoice
    let allowsParallelCalls: Bool
    let format: ResponseFormat
    let end: AnswerEnd
    var maxTokens: Int? { end.maxTokens }
    /// For texts; see `callSampling`.
    let sampling: Sampling
    /// As `sampling`, but greedy unless the client sets a temperature: a small model fills in better so.
    let callSampling: Sampling
    /// Answers.
    package let count: Int
    let topLogprobs: Int?
    let streams: Bool
    let includesUsage: Bool
    let priority: Int
    /// On whose account the model works; no field says it.
    package var account: Account?

    /// Where a body sets no temperature: the values that Qwen2.5's publisher recommends.
    static let defaultSampling = Sampling(temperature: 0.7, topP: 0.8, topK: 20)
    static let mostCalls = 16

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
        messages = try ChatMessages.read(&fields)
        try OpenAIFields.refuseOthers(&fields, on: .chat)
        (tools, choice) = try ChatTool.read(&fields)
        allowsParallelCalls = try fields.optionalBool("parallel_tool_calls") ?? true
        format = try ResponseFormat(&fields)
        end = try AnswerEnd(
            &fields, names: ["max_completion_tokens", "max_tokens", "n_predict"],
            fallback: ChatAnswering.defaultMaxTokens)
        var reader = fields
        sampling = try Sampling(&fields, fallback: Self.defaultSampling)
        callSampling = try Sampling(&reader, fallback: Sampling(temperature: 0))
        count = try fields.optionalInt("n", in: 1...16) ?? 1
        topLogprobs = try Self.logprobs(&fields)
        (streams, includesUsage) = try OpenAIFields.streaming(&fields)
        priority = try fields.optionalInt("priority", in: 0...9) ?? 0
    }

    private static func logprobs(_ fields: inout FieldReader) throws(FieldError) -> Int? {
        let wants = try fields.optionalBool("logprobs")
        let count = try fields.optionalInt("top_logprobs", in: 0...20)
        return wants ?? (count != nil) ? count ?? 0 : nil
    }
}
