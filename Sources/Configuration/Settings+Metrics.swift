import Documents

extension Settings {
    /// `metrics`: what `/metrics` shows.
    public struct Metrics: SettingsSection {
        /// The same values also under the names that dashboards for vLLM expect.
        public var vllmNames = false

        public init() {}

        /// Whether vLLM's names are shown, too.
        public mutating func read(_ fields: inout FieldReader) throws(FieldError) {
            vllmNames = try fields.optionalBool("vllm_names") ?? vllmNames
        }
    }
}
