import Documents

extension Settings {
    public struct Log: SettingsSection {
        public var level = "info"
        public var format = "text"
        /// A line a request, at level info.
        public var access = true
        /// With what was asked.
        public var queries = false

        public init() {}

        public mutating func read(_ fields: inout FieldReader) throws(FieldError) {
            level =
                try fields.optionalChoice("level", ["trace", "debug", "info", "notice", "warning", "error"]) ?? level
            format = try fields.optionalChoice("format", ["text", "json"]) ?? format
            access = try fields.optionalBool("access") ?? access
            queries = try fields.optionalBool("queries") ?? queries
        }
    }
}
