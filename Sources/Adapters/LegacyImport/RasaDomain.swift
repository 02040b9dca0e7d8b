import Documents
import OrderedCollections

/// A Rasa domain: intents, entities, slots that name values, and forms.
struct RasaDomain {
    private var values: [(entity: String, slot: JSONValue)] = []

    mutating func read(_ members: JSONObject, into collector: inout LegacyCollector) {
        for intent in Self.names(members["intents"]) { collector.declare(intent: intent) }
        for element in members["entities"]?.arrayValue ?? [] {
            for (name, description) in element.objectValue ?? [:] {
                let roles = (description["roles"]?.arrayValue ?? []).compactMap(\.stringValue)
                if roles.isEmpty { collector.declare(entity: name) }
                for role in roles { collector.declare(entity: Self.slot(of: name, role: role)) }
                if let groups = description["groups"] { collector.note(Self.groupsNote(name, groups.text())) }
            }
            if let name = element.stringValue { collector.declare(entity: name) }
        }
        for (name, slot) in members["slots"]?.objectValue ?? [:] { read(slot, name, into: &collector) }
        for (name, form) in members["forms"]?.objectValue ?? [:] {
            let slots = form["required_slots"] ?? form
            let asked = slots.arrayValue?.compactMap(\.stringValue) ?? slots.objectValue.map { Array($0.keys) } ?? []
            collector.note(
                "form \(name): asks for \(asked.joined(separator: ", ")); list them under required where a call needs them"
            )
        }
    }

    private mutating func read(_ slot: JSONValue, _ name: String, into collector: inout LegacyCollector) {
        let mappings = slot["mappings"]?.arrayValue ?? []
        let sources = mappings.compactMap { mapping in
            mapping["entity"]?.stringValue.map { entity in
                mapping["role"]?.stringValue.map { Self.slot(of: entity, role: $0) } ?? entity
            }
        }
        for entity in sources.isEmpty ? [name] : sources { values.append((entity, slot)) }
        let other = mappings.compactMap { $0["type"]?.stringValue }.filter { $0 != "from_entity" }
        if !other.isEmpty {
            collector.note(
                "slot \(name): is also set \(other.joined(separator: ", ").replacing("_", with: " ")); no parameter does that"
            )
        }
        for bound in ["min_value", "max_value", "initial_value"] {
            if let value = slot[bound], !value.isNull {
                collector.note("slot \(name): \(bound) \(value.text()) is not kept")
            }
        }
    }

    /// A categorical slot says which values its entity has, a float slot that they are numbers.
    func apply(to collector: inout LegacyCollector) {
        for (entity, slot) in values where collector.entities[entity] != nil {
            switch slot["type"]?.stringValue {
            case "categorical":
                let named = (slot["values"]?.arrayValue ?? []).filter { !$0.isNull }.map(\.legacyText)
                collector.entities[entity]?.values = OrderedSet(named)
            case "float": collector.entities[entity]?.type = "number"
            case "bool": collector.entities[entity]?.type = "boolean"
            case "list": collector.entities[entity]?.isList = true
            default: break
            }
        }
        // The name before the slash stands for all its intents, which the examples name.
        for intent in collector.intents.keys
        where collector.intents[intent]?.examples.isEmpty == true
            && collector.intents.keys.contains(where: { $0.hasPrefix(intent + "/") })
        {
            collector.intents[intent] = nil
            collector.note("\(intent): a retrieval intent; each of its intents became a function of its own")
        }
        for (intent, content) in collector.intents
        where content.examples.isEmpty && !collector.fallbacks.contains(intent) {
            collector.note("\(intent): no NLU examples, so no entity is known to belong to it")
        }
    }

    /// An entity with a role is a slot of its own.
    static func slot(of entity: String, role: String) -> String { "\(entity)_\(role)" }

    static func groupsNote(_ entity: String, _ groups: String) -> String {
        "entity \(entity): its groups \(groups) say which values belong together; here they are one list"
    }

    /// A list of names, or of mappings with a name each.
    private static func names(_ value: JSONValue?) -> [String] {
        (value?.arrayValue ?? []).flatMap { element in
            element.stringValue.map { [$0] } ?? element.objectValue.map { Array($0.keys) } ?? []
        }
    }
}
