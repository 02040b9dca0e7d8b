import Documents

/// A field that clients of `/v1/chat/completions` and `/v1/completions` send, and what becomes of it here.
package struct OpenAIField: Sendable, Hashable {
    package enum Fate: String, Sendable {
        /// Does what its name says.
        case honoured
        /// Changes no answer, here or where it comes from, or only by what is never so here.
        case harmless
        /// Would change the answer and is not offered: 400, unless it asks for what is done anyway.
        case refused
    }

    package enum Route: String, Sendable, CaseIterable { case chat, completions }

    package let name: String
    /// Whose API has it first.
    package let origin: String
    package let fate: Fate
    package let routes: Set<Route>
    /// Values of a refused field that ask for nothing, besides null.
    package let allowed: [JSONValue]
    /// What to do instead, for a refused one.
    package let remedy: String

    /// A field of a route that a door brings.
    package init(
        _ name: String, of origin: String, _ fate: Fate, unless allowed: [JSONValue] = [], _ remedy: String = ""
    ) {
        (self.name, self.origin, self.fate, self.allowed, self.remedy) = (name, origin, fate, allowed, remedy)
        routes = []
    }

    /// Fields of one fate that need no remedy, their names apart by spaces.
    package static func all(_ fate: Fate, of origin: String, _ names: String) -> [OpenAIField] {
        names.split(separator: " ").map { OpenAIField(String($0), of: origin, fate) }
    }

    fileprivate init(
        name: String, origin: String, fate: Fate, routes: Set<Route>, allowed: [JSONValue], remedy: String
    ) {
        (self.name, self.origin, self.fate) = (name, origin, fate)
        (self.routes, self.allowed, self.remedy) = (routes, allowed, remedy)
    }

    package func allows(_ value: JSONValue) -> Bool {
        value.isNull
            || allowed.contains { $0 == value || ($0.doubleValue != nil && $0.doubleValue == value.doubleValue) }
    }
}

extension OpenAIFields {
    /// Every field of OpenAI's, vLLM's, SGLang's, llama.cpp's and Ollama's requests, and what other APIs call the same.
    /// `Docs/API.md` shows it.
    package static let all: [OpenAIField] = honoured + harmless + refused

    static func refuseOthers(_ fields: inout FieldReader, on route: OpenAIField.Route) throws(FieldError) {
        try refuse(refused.filter { $0.routes.contains(route) }, &fields)
    }

    /// - Throws: for the first field of a table that is there, would change the answer, and is not offered.
    package static func refuse(_ table: [OpenAIField], _ fields: inout FieldReader) throws(FieldError) {
        for field in table where field.fate == .refused {
            guard let value = fields.optional(field.name), !field.allows(value) else { continue }
            throw FieldError(
                path: field.name, reason: .outOfRange,
                message: "\(field.name) is not offered here; \(field.remedy)")
        }
    }

    private static let both = Set(OpenAIField.Route.allCases)

    private static func fields(
        _ fate: OpenAIField.Fate, _ origin: String, _ names: String, on routes: Set<OpenAIField.Route> = both,
        unless allowed: [JSONValue] = [], _ remedy: String = ""
    ) -> [OpenAIField] {
        names.split(separator: " ").map {
            OpenAIField(
                name: String($0), origin: origin, fate: fate, routes: routes, allowed: allowed, remedy: remedy)
        }
    }

    private static let honoured: [OpenAIField] =
        fields(
            .honoured, "OpenAI",
            "model max_tokens temperature top_p presence_penalty frequency_penalty logit_bias seed n stop stream "
                + "stream_options logprobs response_format")
        + fields(
            .honoured, "OpenAI", "messages tools tool_choice parallel_tool_calls max_completion_tokens top_logprobs",
            on: [.chat])
        + fields(.honoured, "OpenAI", "prompt", on: [.completions])
        + fields(
            .honoured, "vLLM",
            "top_k min_p repetition_penalty min_tokens ignore_eos stop_token_ids priority guided_json guided_choice "
                + "guided_regex structured_outputs")
        + fields(.honoured, "vLLM", "prompt_logprobs", on: [.completions])
        + fields(.honoured, "SGLang", "regex")
        + fields(.honoured, "llama.cpp", "json_schema n_predict")
        + fields(.honoured, "Ollama", "format")

    private static let harmless: [OpenAIField] =
        fields(
            .harmless, "OpenAI",
            "user metadata store service_tier safety_identifier prompt_cache_key prompt_cache_retention prediction "
                + "reasoning_effort")
        + fields(
            .harmless, "vLLM",
            "request_id guided_decoding_backend spaces_between_special_tokens mm_processor_kwargs include_reasoning "
                + "length_penalty early_stopping add_special_tokens thinking_token_budget")
        + fields(.harmless, "SGLang", "separate_reasoning stream_reasoning")
        + fields(
            .harmless, "llama.cpp",
            "cache_prompt id_slot n_keep dynatemp_exponent dry_base dry_allowed_length dry_penalty_last_n "
                + "dry_sequence_breakers xtc_threshold mirostat_tau mirostat_eta reasoning_format reasoning_budget")
        + fields(.harmless, "Ollama", "keep_alive think reasoning")

    private static let refused: [OpenAIField] = ofOpenAI + ofVLLM + ofLlama + ofOthers

    private static let ofOpenAI: [OpenAIField] =
        fields(.refused, "OpenAI", "functions function_call", on: [.chat], "give tools and tool_choice")
        + fields(.refused, "OpenAI", "modalities", unless: [["text"]], "the model answers in text only")
        + fields(.refused, "OpenAI", "audio web_search_options", "leave it out")
        + fields(.refused, "OpenAI", "verbosity", unless: ["medium"], "say in the messages how long to answer")
        + fields(.refused, "OpenAI", "echo", unless: [false], "put the prompt before the answer yourself")
        + fields(.refused, "OpenAI", "suffix", unless: [""], "write the model's own infill tokens into the prompt")
        + fields(.refused, "OpenAI", "best_of", unless: [1], "ask for n answers and choose by their logprobs")

    private static let ofVLLM: [OpenAIField] =
        fields(
            .refused, "vLLM", "guided_grammar structural_tag", "give guided_json, guided_regex or guided_choice")
        + fields(
            .refused, "vLLM", "guided_whitespace_pattern", "JSON is written with one space behind , and :")
        + fields(.refused, "vLLM", "allowed_token_ids", unless: [[]], "give logit_bias or guided_choice")
        + fields(.refused, "vLLM", "bad_words logits_processors", unless: [[]], "give logit_bias")
        + fields(.refused, "vLLM", "use_beam_search", unless: [false], "ask for n answers")
        + fields(.refused, "vLLM", "prompt_logprobs", on: [.chat], "ask POST /v1/completions")
        + fields(.refused, "vLLM", "truncate_prompt_tokens", "shorten the prompt yourself")
        + fields(.refused, "vLLM", "skip_special_tokens", unless: [true], "special tokens are never shown")
        + fields(.refused, "vLLM", "include_stop_str_in_output", unless: [false], "add the stop text yourself")
        + fields(
            .refused, "vLLM", "return_tokens_as_token_ids return_token_ids", unless: [false], "ask POST /tokenize")
        + fields(.refused, "vLLM", "add_generation_prompt", unless: [true], "ask POST /v1/completions")
        + fields(.refused, "vLLM", "continue_final_message", unless: [false], "ask POST /v1/completions")
        + fields(.refused, "vLLM", "chat_template", "ask POST /v1/completions with a prompt of your own")
        + fields(
            .refused, "vLLM", "chat_template_kwargs",
            unless: [[:], ["enable_thinking": false], ["enable_thinking": true]],
            "the model's template knows none")
        + fields(.refused, "vLLM", "documents", unless: [[]], "write them into a message")
        + fields(.refused, "vLLM", "cache_salt", "give each client a key with cache_salt (access.keys)")
        + fields(.refused, "vLLM", "kv_transfer_params vllm_xargs", unless: [[:]], "leave it out")
        + fields(.refused, "vLLM", "repetition_detection", unless: [[:]], "give repetition_penalty")
        + fields(.refused, "SGLang", "ebnf", "give guided_json, guided_regex or guided_choice")
        + fields(.refused, "SGLang", "stop_regex", unless: [[]], "give stop")
        + fields(.refused, "SGLang", "no_stop_trim", unless: [false], "add the stop text yourself")
        + fields(.refused, "SGLang", "custom_logit_processor lora_path custom_params", "leave it out")

    private static let ofLlama: [OpenAIField] =
        fields(.refused, "llama.cpp", "grammar", unless: [""], "give json_schema, guided_regex or guided_choice")
        + fields(
            .refused, "llama.cpp", "grammar_lazy", unless: [false], "give json_schema, guided_regex or guided_choice")
        + fields(.refused, "llama.cpp", "grammar_triggers preserved_tokens", unless: [[]], "leave it out")
        + fields(.refused, "llama.cpp", "repeat_penalty", unless: [1], "give repetition_penalty, of all tokens so far")
        + fields(.refused, "llama.cpp", "repeat_last_n", unless: [-1], "penalties count all tokens")
        + fields(
            .refused, "llama.cpp", "dynatemp_range dry_multiplier xtc_probability mirostat min_keep top_a", unless: [0],
            "give temperature, top_p, top_k or min_p")
        + fields(
            .refused, "llama.cpp", "typical_p tfs_z", unless: [1], "give temperature, top_p, top_k or min_p")
        + fields(.refused, "llama.cpp", "top_n_sigma", unless: [-1, 0], "give temperature, top_p, top_k or min_p")
        + fields(.refused, "llama.cpp", "samplers", "the order is penalties, temperature, top_k, top_p, min_p")
        + fields(.refused, "llama.cpp", "n_probs", unless: [0], "give logprobs")
        + fields(
            .refused, "llama.cpp", "post_sampling_probs return_tokens timings_per_token return_progress",
            unless: [false], "leave it out")
        + fields(.refused, "llama.cpp", "response_fields lora image_data input_extra", unless: [[]], "leave it out")
        + fields(.refused, "llama.cpp", "n_indent t_max_predict_ms n_discard", unless: [0], "leave it out")
        + fields(.refused, "llama.cpp", "parse_tool_calls", unless: [true], "calls are never left as text")
        + fields(.refused, "llama.cpp", "penalize_nl", unless: [true], "penalties count all tokens")
        + fields(
            .refused, "llama.cpp", "input_prefix input_suffix thinking_forced_open", unless: ["", false],
            "write it into the prompt")
        + fields(.refused, "Ollama", "options", unless: [[:]], "write its members beside the others")
        + fields(.refused, "Ollama", "raw", unless: [false], "ask POST /v1/completions")
        + fields(.refused, "Ollama", "template", "ask POST /v1/completions with a prompt of your own")
        + fields(.refused, "Ollama", "system", unless: [""], "give a message with the role system")
        + fields(.refused, "Ollama", "context images", unless: [[]], "give messages of text")
        + fields(.refused, "Ollama", "num_predict", "give max_tokens")
        + fields(.refused, "Ollama", "num_ctx", "the context is the model's")

    /// What the same is called elsewhere: in the text of a client's own settings, in the Responses, Messages, Gemini and
    /// Mistral APIs, in TGI, NIM and transformers.
    private static let ofOthers: [OpenAIField] =
        fields(
            .refused, "others", "extra_body sampling_params parameters generation_config generationConfig nvext",
            unless: [[:]], "write its members beside the others")
        + fields(
            .refused, "others", "max_new_tokens max_output_tokens maxOutputTokens max_length",
            "give max_tokens")
        + fields(.refused, "others", "min_new_tokens min_length", unless: [0], "give min_tokens")
        + fields(.refused, "others", "stop_sequences stopSequences stop_strings", unless: [[]], "give stop")
        + fields(
            .refused, "others",
            "text output_config output_format output_schema response_schema responseSchema json_mode guided_decoding",
            unless: [[:], false], "give response_format")
        + fields(.refused, "others", "instructions", unless: [""], "give a message with the role system")
        + fields(.refused, "others", "input inputs", "give messages, or prompt to POST /v1/completions")
        + fields(.refused, "others", "random_seed", "give seed")
        + fields(.refused, "others", "timeout_ms", "close the connection when it is over; POST /v1/functioncall has it")
        + fields(.refused, "others", "do_sample", unless: [true], "give temperature 0")
        + fields(.refused, "others", "previous_response_id conversation", "send the whole conversation")
}
