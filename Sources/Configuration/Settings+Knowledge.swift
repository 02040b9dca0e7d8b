import Documents

extension Settings {
    /// `knowledge`: words of the user's world.
    public struct Knowledge: SettingsSection {
        /// Folder of *.yaml files of terms.
        public var folder = "knowledge"
        public var enabled = true
        public var tokens = 200
        public var similarity = 0.0

        public init() {}

        /// Folder, whether terms are looked for, tokens, likeness.
        public mutating func read(_ fields: inout FieldReader) throws(FieldError) {
            folder = try fields.optionalString("folder") ?? folder
            enabled = try fields.optionalBool("enabled") ?? enabled
            tokens = try fields.optionalInt("tokens", in: 0...4096) ?? tokens
            similarity = try fields.optionalDouble("similarity", in: 0...1) ?? similarity
        }
    }
}
