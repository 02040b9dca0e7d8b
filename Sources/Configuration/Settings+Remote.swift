import Foundation
import Inference
import Documents

extension Settings {
    /// A larger model elsewhere, and the stages that run there.
    public struct Remote: SettingsSection {
        public enum Stage: String, Sendable, CaseIterable { case describe, select, judge }

        /// Up to and including the version; empty: no stage runs elsewhere.
        public var url = ""
        public var model = ""
        public var stages: [Stage] = []
        /// The environment variable that has the server's key.
        public var keyVariable = "KINGLET_REMOTE_KEY"
        public var constrains = true
        public var timeout = Duration.seconds(30)
        public var attempts = 3

        public init() {}

        public mutating func read(_ fields: inout FieldReader) throws(FieldError) {
            url = try fields.optionalString("url") ?? url
            model = try fields.optionalString("model") ?? model
            keyVariable = try fields.optionalString("key_variable") ?? keyVariable
            constrains = try fields.optionalBool("json_schema") ?? constrains
            timeout = try fields.seconds("timeout_seconds") ?? timeout
            attempts = try fields.optionalInt("attempts", in: 1...10) ?? attempts
            if let names = try fields.optionalStrings("stages") {
                stages = []
                for name in names {
                    guard let stage = Stage(rawValue: name) else {
                        let known = Stage.allCases.map(\.rawValue).joined(separator: ", ")
                        throw fields.invalid("stages", "has \"\(name)\"; known stages: \(known)")
                    }
                    stages.append(stage)
                }
            }
            guard !stages.isEmpty else { return }
            let isHTTP = url.hasPrefix("http://") || url.hasPrefix("https://")
            guard isHTTP, URL(string: url)?.host?.isEmpty == false else {
                throw fields.invalid("url", "must be an address as http://127.0.0.1:8000/v1, since stages run there")
            }
            guard !model.isEmpty else { throw fields.invalid("model", "is missing; name the model of \(url)") }
        }
    }
}
