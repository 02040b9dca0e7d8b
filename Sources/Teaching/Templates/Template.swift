import Documents
import Functions
import OrderedCollections

/// One pattern of a file, with everything that it takes to make samples of it.
package struct Template: Sendable {
    package enum Kind: String, Sendable, Hashable, CaseIterable { case call, none, unclear, missing, dialogue }

    package let kind: Kind
    package let outcome: Outcome
    /// What is called, or whose value is missing; nil where nothing fits.
    package let function: FunctionDefinition?
    package let language: TemplateLanguage
    package let say: TemplatePattern
    /// Turns before it, by user and assistant in turn.
    package let history: [TemplatePattern]
    /// Parameters that no slot gives.
    package let call: JSONObject
    package let values: ValueLookup
    package let place: TemplatePlace

    /// Pattern and history as they are written: equal texts never stand on both sides of a split.
    package var text: String { (history + [say]).map(\.text).joined(separator: "\n") }

    package var slots: [TemplateSlot] { (history + [say]).flatMap(\.slots) }

    /// How a slot's words become its value.
    func use(of slot: TemplateSlot) -> TimeParameter? {
        guard slot.givesValue, let schema = function?.properties[slot.name] else { return nil }
        return TimeParameter(schema)
    }

    /// A number of the built-in list is a text where the parameter takes texts: channel "61".
    func value(of entry: ValueEntry, for slot: TemplateSlot) -> JSONValue {
        guard case .builtIn(.number) = slot.source, function?.properties[slot.name]?["type"] == "string" else {
            return entry.value
        }
        return .string(entry.say)
    }

    /// The list that a slot draws from, and its entries.
    ///
    /// - Throws: where there is none with words of the language.
    func entries(of slot: TemplateSlot) throws(TemplateError) -> [ValueEntry] {
        let name: String
        switch slot.source {
        case .list(let list?): name = list
        case .list(nil):
            let time = use(of: slot)
            let own = ValueLookup(own: values.own, shared: ValueLists())
            if let time, own.entries(slot.name, function: function?.name, language) == nil {
                name = time.listName
            } else {
                name = slot.name
            }
        case .builtIn(.some(let list, _)): name = list
        case .builtIn: return []
        }
        guard let entries = values.entries(name, function: function?.name, language) else {
            throw TemplateError(
                "{\(slot.text)}: no list \(name) has words in \(language.rawValue); write one below values, or use a built-in list such as {\(slot.name):number 1..10}"
            )
        }
        return entries
    }
}

/// A parameter whose words are resolved against the clock.
package enum TimeParameter: Sendable, Hashable {
    case date, clock

    /// nil for a parameter that is neither a date nor an hour and a minute.
    package init?(_ schema: JSONValue) {
        if schema["format"] == "date" {
            self = .date
        } else {
            guard schema["type"] == "string", schema["pattern"] != nil, schema["enum"] == nil,
                Self.takes("07:30", schema), Self.takes("23:59", schema), !Self.takes("24:60", schema)
            else { return nil }
            self = .clock
        }
    }

    /// The list of phrases that serves where none is named.
    var listName: String { self == .date ? "date" : "clock" }
}
