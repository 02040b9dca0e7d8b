import Documents
import OrderedCollections

/// Something that a slot may be filled with.
package struct ValueEntry: Sendable, Hashable {
    /// The words in the sentence.
    package let say: String
    /// The value in the call.
    package let value: JSONValue
    /// Whether the value is written out; if not, the words are the value.
    package let isExplicit: Bool

    package init(say: String, value: JSONValue? = nil) {
        (self.say, self.value, isExplicit) = (say, value ?? .string(say), value != nil)
    }

    /// A text, a number, or `{say, value}`.
    ///
    /// - Throws: what is wrong, without its place.
    package init(json: JSONValue) throws(TemplateError) {
        switch json {
        case .string(let text): self.init(say: text)
        case .integer, .number, .bool: self.init(say: json.text(), value: json)
        case .object(let members):
            guard let words = members["say"], members.keys.allSatisfy({ $0 == "say" || $0 == "value" }) else {
                throw TemplateError("an entry is a text or {say: …, value: …}, not \(json.text())")
            }
            switch words {
            case .string(let text): self.init(say: text, value: members["value"])
            case .integer, .number: self.init(say: words.text(), value: members["value"] ?? words)
            default: throw TemplateError("say must be a text, not \(words.text())")
            }
        case .null, .array: throw TemplateError("an entry is a text or {say: …, value: …}, not \(json.text())")
        }
    }
}

/// Lists by name and language, as one file has them.
package struct ValueLists: Sendable {
    /// By name, then by language; `any` stands under "any" and serves all.
    package var lists: [String: [String: [ValueEntry]]] = [:]

    package init() {}

    package static let anyLanguage = "any"

    /// nil where there is no entry.
    package func entries(_ name: String, _ language: TemplateLanguage) -> [ValueEntry]? {
        guard let list = lists[name] else { return nil }
        let found = (list[language.rawValue] ?? []) + (list[Self.anyLanguage] ?? [])
        return found.isEmpty ? nil : found
    }
}

/// What the slots of one file draw from: its own lists, then those that all files share.
package struct ValueLookup: Sendable {
    package var own: ValueLists, shared: ValueLists

    package init(own: ValueLists, shared: ValueLists) { (self.own, self.shared) = (own, shared) }

    /// `function.name` before `name`, the file's own before shared ones.
    package func entries(_ name: String, function: String?, _ language: TemplateLanguage) -> [ValueEntry]? {
        for lists in [own, shared] {
            if let function, let found = lists.entries("\(function).\(name)", language) { return found }
            if let found = lists.entries(name, language) { return found }
        }
        return nil
    }
}
