import Documents

extension Settings {
    public struct Metrics: SettingsSection {
        /// The same values also under the names that dashboards for vLLM expect.
        public var vllmNames = false

        public init() {}

        public mutating func read(_ fields: inout FieldReader) throws(FieldError) {
            vllmNames = try fields.optionalBool("vllm_names") ?? vllmNames
        }
    }
}
