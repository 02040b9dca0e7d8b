import Documents
import Service

/// What becomes of every field of `POST /v1/responses`; `Docs/API.md` shows it.
package enum ResponsesFields {
    package static let all: [OpenAIField] = honoured + harmless + refused

    private static let honoured =
        OpenAIField.all(
            .honoured, of: "OpenAI",
            "model input instructions tools tool_choice parallel_tool_calls text max_output_tokens temperature top_p "
                + "top_logprobs include stream metadata")
        + OpenAIField.all(
            .honoured, of: "vLLM",
            "top_k min_p presence_penalty frequency_penalty repetition_penalty logit_bias seed stop stop_token_ids "
                + "min_tokens ignore_eos priority")

    /// They choose what is never here: reasoning, other tools, other hardware.
    private static let harmless = OpenAIField.all(
        .harmless, of: "OpenAI",
        "reasoning max_tool_calls user safety_identifier prompt_cache_key prompt_cache_retention prompt_cache_options "
            + "service_tier stream_options background_options access_programs image")

    private static let refused: [OpenAIField] = [
        OpenAIField(
            "previous_response_id", of: "OpenAI", .refused,
            "nothing is kept here: send the items of the conversation in input"),
        OpenAIField(
            "conversation", of: "OpenAI", .refused, "nothing is kept here: send the items of the conversation in input"),
        OpenAIField(
            "store", of: "OpenAI", .refused, unless: [false], "nothing is kept here: leave it out or give false"),
        OpenAIField(
            "background", of: "OpenAI", .refused, unless: [false], "wait for the answer, or give stream"),
        OpenAIField("prompt", of: "OpenAI", .refused, "write its text into instructions and input"),
        OpenAIField(
            "truncation", of: "OpenAI", .refused, unless: ["disabled"], "leave out the oldest items of input yourself"),
        OpenAIField(
            "context_management", of: "OpenAI", .refused, unless: [[]], "leave out the oldest items of input yourself"),
        OpenAIField("moderation", of: "OpenAI", .refused, "judge answers with POST /v1/judge"),
    ]
}
