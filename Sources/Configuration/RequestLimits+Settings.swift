import Documents
import FunctionCalling

/// Most of them can only be lowered.
extension RequestLimits: SettingsSection {
    public mutating func read(_ fields: inout FieldReader) throws(FieldError) {
        queryBytes = try fields.optionalInt("query_bytes", in: 1...16_000) ?? queryBytes
        historyTurns = try fields.optionalInt("history_turns", in: 0...200) ?? historyTurns
        turnBytes = try fields.optionalInt("turn_bytes", in: 1...32_000) ?? turnBytes
        functions = try fields.optionalInt("functions", in: 1...1024) ?? functions
        schemaNodes = try fields.optionalInt("schema_nodes", in: 1...20_000) ?? schemaNodes
        schemaDepth = try fields.optionalInt("schema_depth", in: 1...64) ?? schemaDepth
        patternBytes = try fields.optionalInt("pattern_bytes", in: 1...100_000) ?? patternBytes
        jsonDepth = try fields.optionalInt("json_depth", in: 4...256) ?? jsonDepth
        topK = try fields.optionalInt("top_k", in: 1...64) ?? topK
        calls = try fields.optionalInt("calls", in: 1...16) ?? calls
        votes = try fields.optionalInt("votes", in: 1...9) ?? votes
        answers = try fields.optionalInt("n", in: 1...16) ?? answers
        prompts = try fields.optionalInt("prompts", in: 1...128) ?? prompts
        maxTokens = try fields.optionalInt("max_tokens", in: 1...1_000_000) ?? maxTokens
        promptTokens = try fields.optionalInt("prompt_tokens", in: 0...1_000_000) ?? promptTokens
        stopTexts = try fields.optionalInt("stop", in: 0...16) ?? stopTexts
        stopBytes = try fields.optionalInt("stop_bytes", in: 1...256) ?? stopBytes
        logprobs = try fields.optionalInt("logprobs", in: 0...20) ?? logprobs
        biases = try fields.optionalInt("logit_bias", in: 0...100_000) ?? biases
    }
}
