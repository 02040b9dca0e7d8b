import Documents

extension Settings {
    /// The encoder that turns texts into vectors, for `/v1/embeddings` and for retrieval.
    public struct Embedding: SettingsSection {
        /// The finder where it fits the model that answers, else an encoder if that was fetched.
        public static let automatic = "auto"
        /// What `auto` takes: a finder's folder, and by its name in models.yaml the encoder instead of it.
        public static let (finder, encoder) = ("finder", "all-minilm-l6-v2")

        /// `auto`, a name of models.yaml, a folder, a GGUF file, or `none`: no encoder.
        public var model = automatic
        public var format = "int8"
        public var threads = 0
        public var instruction = "Given a API description, retrieve the most similar API from the function pool."
        public var attention = "causal"
        public var maxTokens = 2048
        public var maxBatchTokens = 1024
        public var maxWaitingTokens = 1 << 20

        public init() {}

        public mutating func read(_ fields: inout FieldReader) throws(FieldError) {
            model = try fields.optionalString("model") ?? model
            format = try fields.optionalChoice("format", ["f32", "int8"]) ?? format
            threads = try fields.optionalInt("threads", in: 0...1024) ?? threads
            instruction = try fields.optionalString("instruction") ?? instruction
            attention = try fields.optionalChoice("attention", ["causal", "bidirectional"]) ?? attention
            maxTokens = try fields.optionalInt("max_tokens", in: 16...131_072) ?? maxTokens
            maxBatchTokens = try fields.optionalInt("max_batch_tokens", in: 16...65536) ?? maxBatchTokens
            maxWaitingTokens =
                try fields.optionalInt("max_waiting_tokens", in: 1024...1 << 30) ?? maxWaitingTokens
        }
    }
}
