import Kernels
import Documents

extension Settings {
    /// `model`: which one, in which format, on how many threads.
    public struct Model: SettingsSection {
        public var path = "qwen2.5-coder-0.5b-instruct"
        public var format = "w8a8"
        public var threads = 0

        public init() {}

        /// Path, format and threads.
        public mutating func read(_ fields: inout FieldReader) throws(FieldError) {
            path = try fields.optionalString("path") ?? path
            format = try fields.optionalChoice("format", WeightFormat.allCases.map(\.rawValue)) ?? format
            threads = try fields.optionalInt("threads", in: 0...1024) ?? threads
        }
    }
}
