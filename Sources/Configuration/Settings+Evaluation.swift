import Documents

extension Settings {
    /// `evaluation`: jobs of `/v1/evaluations`.
    public struct Evaluation: SettingsSection {
        /// Folder of data sets that are asked for by name.
        public var folder = "evaluation"
        public var maxSamples = 10_000
        public var maxConcurrency = 8
        public var maxWaiting = 16
        public var keep = 100

        public init() {}

        /// Folder, and how much is allowed and kept.
        public mutating func read(_ fields: inout FieldReader) throws(FieldError) {
            folder = try fields.optionalString("folder") ?? folder
            maxSamples = try fields.optionalInt("max_samples", in: 1...1_000_000) ?? maxSamples
            maxConcurrency = try fields.optionalInt("max_concurrency", in: 1...64) ?? maxConcurrency
            maxWaiting = try fields.optionalInt("max_waiting", in: 1...10_000) ?? maxWaiting
            keep = try fields.optionalInt("keep", in: 1...100_000) ?? keep
        }
    }
}
