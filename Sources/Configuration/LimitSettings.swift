import Documents

extension Settings {
    /// What one request may multiply. Beyond it: 400 that names the field, before anything is computed. The defaults are
    /// what the parts behind can bear, so most of them can only be lowered.
    public struct Limits: SettingsSection {
        package var queryBytes = 16_000
        package var historyTurns = 200
        package var turnBytes = 32_000
        package var functions = 1024
        package var schemaNodes = 2_000
        package var schemaDepth = 24
        package var patternBytes = 1_000
        package var jsonDepth = 64
        package var topK = 64
        package var calls = 16
        package var votes = 9
        package var answers = 16
        package var prompts = 128
        package var maxTokens = 32_768
        /// 0: as many as the model's context takes.
        package var promptTokens = 8_192
        package var stopTexts = 16
        package var stopBytes = 256
        package var logprobs = 20
        package var biases = 1_024

        public init() {}

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
}
