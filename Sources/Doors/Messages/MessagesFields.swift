import Documents
import Service

/// What becomes of every field of `POST /v1/messages`; `Docs/API.md` shows it. Others are unknown, and refused as such.
package enum MessagesFields {
    package static let all: [OpenAIField] = honoured + harmless + refused

    private static let honoured =
        OpenAIField.all(
            .honoured, of: "Anthropic",
            "model messages system max_tokens tools tool_choice stop_sequences temperature top_p top_k stream "
                + "output_config")
        + OpenAIField.all(
            .honoured, of: "vLLM",
            "min_p presence_penalty frequency_penalty repetition_penalty logit_bias seed stop_token_ids min_tokens "
                + "ignore_eos priority")

    /// They choose what is never here: thought, other models, other prices, other places.
    static let harmless = OpenAIField.all(
        .harmless, of: "Anthropic",
        "thinking metadata cache_control service_tier speed inference_geo diagnostics user_profile_id billing_policy "
            + "fallbacks fallback_credit_token")

    private static let refused: [OpenAIField] = [
        OpenAIField("container", of: "Anthropic", .refused, "nothing runs on this server: run tools yourself"),
        OpenAIField(
            "mcp_servers", of: "Anthropic", .refused, unless: [[]],
            "ask those servers yourself and offer what they have as tools"),
        OpenAIField(
            "context_management", of: "Anthropic", .refused, unless: [[:], ["edits": []]],
            "leave out the oldest messages yourself"),
        OpenAIField("compaction", of: "Anthropic", .refused, "leave out the oldest messages yourself"),
        OpenAIField(
            "thread", of: "Anthropic", .refused, "nothing is kept here: send the whole conversation in messages"),
        OpenAIField("output_format", of: "Anthropic", .refused, "give output_config.format"),
    ]
}
