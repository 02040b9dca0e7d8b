import Documents
import OrderedCollections

/// Reads a Rasa project's training data (Rasa Open Source 2 and 3, YAML): the domain and the NLU files, in any number
/// and order.
public enum RasaImport {
    /// - Parameter documents: path and text of each file; what is neither domain nor NLU data (stories, rules) is skipped.
    public static func draft(
        _ documents: [(path: String, text: String)], name: String
    ) throws(LegacyImportError) -> LegacyDraft {
        var collector = LegacyCollector()
        // Rasa's own name for "nothing fits".
        collector.fallbacks = ["nlu_fallback", "out_of_scope"]
        var mappings = RasaDomain()
        for (path, text) in documents {
            let document: JSONValue
            do {
                document = try YAMLDocument.parse(text)
            } catch {
                throw LegacyImportError(path: path, message: error.message)
            }
            guard let members = document.objectValue else {
                throw LegacyImportError(path: path, message: "must be a mapping, as Rasa's domain and NLU files are")
            }
            mappings.read(members, into: &collector)
            for (index, entry) in (members["nlu"]?.arrayValue ?? []).enumerated() {
                try RasaExamples.read(entry, path: "\(path): nlu[\(index)]", into: &collector)
            }
        }
        guard !collector.intents.isEmpty else {
            throw LegacyImportError(
                path: documents.first?.path ?? "", message: "no intents; give the domain and the NLU files of a project"
            )
        }
        mappings.apply(to: &collector)
        return try collector.draft(name: name, output: .rasa)
    }
}

/// A domain: intents, entities, and slots that name values.
private struct RasaDomain {
    private var values: [(entity: String, slot: JSONValue)] = []
    private var hasExamples = false

    mutating func read(_ members: JSONObject, into collector: inout LegacyCollector) {
        for intent in Self.names(members["intents"]) { collector.declare(intent: intent) }
        for entity in Self.names(members["entities"]) { collector.declare(entity: entity) }
        for (name, slot) in members["slots"]?.objectValue ?? [:] {
            let sources = (slot["mappings"]?.arrayValue ?? []).compactMap { $0["entity"]?.stringValue }
            for entity in sources.isEmpty ? [name] : sources { values.append((entity, slot)) }
        }
    }

    /// A categorical slot says which values its entity has, a float slot that they are numbers.
    func apply(to collector: inout LegacyCollector) {
        for (entity, slot) in values where collector.entities[entity] != nil {
            switch slot["type"]?.stringValue {
            case "categorical":
                let named = (slot["values"]?.arrayValue ?? []).filter { !$0.isNull }.map(\.legacyText)
                collector.entities[entity]?.values = named
            case "float": collector.entities[entity]?.type = "number"
            case "bool": collector.entities[entity]?.type = "boolean"
            default: break
            }
        }
        for (intent, content) in collector.intents
        where content.examples.isEmpty && !collector.fallbacks.contains(intent) {
            collector.notes.append("\(intent): no NLU examples, so no entity is known to belong to it")
        }
    }

    /// A list of names, or of mappings with a name each.
    private static func names(_ value: JSONValue?) -> [String] {
        (value?.arrayValue ?? []).flatMap { element in
            element.stringValue.map { [$0] } ?? element.objectValue.map { Array($0.keys) } ?? []
        }
    }
}

/// Examples with entities marked as `[text](entity)` or `[text]{"entity": …, "role": …, "value": …}`.
private enum RasaExamples {
    static func read(
        _ entry: JSONValue, path: String, into collector: inout LegacyCollector
    ) throws(LegacyImportError) {
        let lines = (entry["examples"]?.stringValue ?? "").split(separator: "\n")
            .map { $0.drop { $0 == " " || $0 == "-" } }.filter { !$0.isEmpty }
        if let intent = entry["intent"]?.stringValue {
            collector.declare(intent: intent)
            for line in lines { try add(String(line), to: intent, path: path, &collector) }
            for example in entry["examples"]?.arrayValue ?? [] {
                if let text = example["text"]?.stringValue { try add(text, to: intent, path: path, &collector) }
            }
        } else if let lookup = entry["lookup"]?.stringValue, !lines.isEmpty {
            collector.declare(entity: lookup)
            let shown = lines.prefix(5).joined(separator: ", ")
            collector.entities[lookup]?.description = "\(LegacyCollector.words(lookup)), e.g. \(shown)"
        }
    }

    private static func add(
        _ line: String, to intent: String, path: String, _ collector: inout LegacyCollector
    ) throws(LegacyImportError) {
        let (text, slots) = try plain(line, path: path)
        for slot in slots { collector.declare(entity: slot) }
        collector.add(example: text, slots: slots, to: intent)
    }

    /// The example without marks, and its entities; an entity with a role is a slot of its own.
    private static func plain(
        _ line: String, path: String
    ) throws(LegacyImportError) -> (text: String, slots: [String]) {
        var text = "", slots: [String] = []
        var rest = Substring(line)
        while let open = rest.firstIndex(of: "[") {
            text += rest[..<open]
            let tail = rest[rest.index(after: open)...]
            guard let close = tail.firstIndex(of: "]") else { break }
            let after = tail[tail.index(after: close)...]
            if after.first == "(", let end = after.firstIndex(of: ")") {
                slots.append(String(after[after.index(after: after.startIndex)..<end].prefix { $0 != ":" }))
                rest = after[after.index(after: end)...]
            } else if after.first == "{", let end = after.firstIndex(of: "}") {
                slots.append(try slot(String(after[...end]), path: path))
                rest = after[after.index(after: end)...]
            } else {
                text += "["
                rest = tail
                continue
            }
            text += tail[..<close]
        }
        return (text + rest, slots)
    }

    private static func slot(_ mark: String, path: String) throws(LegacyImportError) -> String {
        guard let value = try? JSONValue(parsing: mark), let entity = value["entity"]?.stringValue else {
            throw LegacyImportError(
                path: path, message: "\(mark) is not JSON with \"entity\"; mend the example's mark")
        }
        return value["role"]?.stringValue.map { "\(entity)_\($0)" } ?? entity
    }
}
