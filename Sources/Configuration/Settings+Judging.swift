import Documents

extension Settings {
    /// `judging`: who says whether an answer is right.
    public struct Judging: SettingsSection {
        /// Folder of YAML files, a judge each.
        public var folder = "judges"
        /// Who judges where a request names nobody.
        public var judge = "local"

        public init() {}

        /// Folder and standard judge.
        public mutating func read(_ fields: inout FieldReader) throws(FieldError) {
            folder = try fields.optionalString("folder") ?? folder
            judge = try fields.optionalString("judge") ?? judge
        }
    }
}
