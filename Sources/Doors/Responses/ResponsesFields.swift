import Documents
import Service

/// What becomes of every field of `POST /v1/responses`; `Docs/API.md` shows it.
package enum ResponsesFields {
    package static let all: [OpenAIField] = honoured + harmless + refused + ofChats

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

    /// What chats have, here or elsewhere, and this API has not, or by another name: clients move bodies from one to the other.
    private static let ofChats: [OpenAIField] = renamed + kept

    private static let renamed: [OpenAIField] =
        refused(
            "response_format guided_json guided_choice guided_regex guided_grammar structured_outputs structural_tag regex "
                + "ebnf json_schema format grammar output_config output_format output_schema response_schema "
                + "responseSchema json_mode guided_decoding", "give text.format")
        + refused("max_tokens max_completion_tokens n_predict num_predict max_new_tokens", "give max_output_tokens")
        + [
            OpenAIField("n", of: "chats", .refused, unless: [1], "ask again"),
            OpenAIField("logprobs", of: "chats", .refused, unless: [false], "give include and top_logprobs"),
            OpenAIField("messages", of: "chats", .refused, "give input"),
        ]

    private static func refused(_ names: String, _ remedy: String) -> [OpenAIField] {
        names.split(separator: " ").map { OpenAIField(String($0), of: "chats", .refused, remedy) }
    }

    /// What chats refuse too.
    private static let kept: [OpenAIField] = {
        let known = Set((honoured + harmless + refused + renamed).map(\.name))
        return OpenAIFields.all.filter {
            $0.fate == .refused && $0.routes.contains(.chat) && !known.contains($0.name)
        }.map { OpenAIField($0.name, of: "chats", .refused, unless: $0.allowed, $0.remedy) }
    }()
}
