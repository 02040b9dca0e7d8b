import Documents

extension Settings {
    /// `log`: lines on standard error.
    public struct Log: SettingsSection {
        public var level = "info"
        public var format = "text"
        /// A line a request, at level info.
        public var access = true
        /// With what was asked.
        public var queries = false

        public init() {}

        /// Level, format, and what is logged of requests.
        public mutating func read(_ fields: inout FieldReader) throws(FieldError) {
            level =
                try fields.optionalChoice("level", ["trace", "debug", "info", "notice", "warning", "error"]) ?? level
            format = try fields.optionalChoice("format", ["text", "json"]) ?? format
            access = try fields.optionalBool("access") ?? access
            queries = try fields.optionalBool("queries") ?? queries
        }
    }
}
