import Documents
import Functions
import OrderedCollections

/// What was said, and what a legacy stack understands by it.
public struct LegacyExample: Sendable, Hashable {
    /// A value that was said.
    public struct Slot: Sendable, Hashable {
        public var name: String, value: String

        public init(name: String, value: String) { (self.name, self.value) = (name, value) }
    }

    public var intent: String, text: String
    public var slots: [Slot]

    public init(intent: String, text: String, slots: [Slot]) {
        (self.intent, self.text, self.slots) = (intent, text, slots)
    }
}

/// An example as a sample: the call that its intent and slots became.
public struct LegacySample: Sendable, Hashable {
    public var query: String
    /// nil: nothing fits.
    public var call: FunctionCall?
}

extension LegacyDraft {
    /// Of examples alone, where no file says what intents and slots there are.
    ///
    /// - Parameter fallbacks: intents that stand for "nothing fits".
    public static func draft(
        of examples: [LegacyExample], fallbacks: Set<String> = [], name: String
    ) throws(LegacyImportError) -> LegacyDraft {
        var collector = LegacyCollector()
        collector.fallbacks = fallbacks
        for example in examples { collector.add(example) }
        return try collector.draft(name: name, output: .dis)
    }
}

extension LegacyEntity {
    /// The value that a word stands for, of the parameter's type; nil where it has none.
    func value(of text: String) -> JSONValue? {
        guard !text.isEmpty else { return nil }
        let known = synonyms.first { $0.key == text || $0.value.contains(text) }?.key
        let meant = known ?? values.first { $0.lowercased() == text.lowercased() } ?? text
        if !values.isEmpty, !values.contains(meant) { return nil }
        switch type {
        case "number":
            guard let number = Double(meant), number.isFinite else { return nil }
            if let whole = Int(exactly: number) { return .integer(whole) }
            return .number(number)
        case "boolean":
            let words: [String: Bool] = ["true": true, "yes": true, "false": false, "no": false]
            return words[meant.lowercased()].map(JSONValue.bool)
        default: return .string(meant)
        }
    }
}

extension LegacyCollector {
    /// An example's values in the parameters of its function, whose names the draft gave.
    ///
    /// - Returns: nil where a value is none of its parameter's.
    func parameters(of example: LegacyExample, names: [String: String], lists: Set<String>) -> JSONObject? {
        var parameters: JSONObject = [:]
        for slot in example.slots {
            let entity = entities[slot.name] ?? LegacyEntity()
            guard let name = names[slot.name], let value = entity.value(of: slot.value) else { return nil }
            guard lists.contains(slot.name) || entity.isList else {
                parameters[name] = value
                continue
            }
            let before = parameters[name]?.arrayValue ?? []
            parameters[name] = .array(before + [value])
        }
        return parameters
    }
}
