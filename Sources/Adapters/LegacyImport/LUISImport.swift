import Documents
import OrderedCollections

/// Reads the export of a LUIS application (JSON, schema versions 2 to 7).
public enum LUISImport {
    public static func draft(_ bytes: [UInt8], path: String, name: String) throws(LegacyImportError) -> LegacyDraft {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw LegacyImportError(path: path, message: "\(error)")
        }
        guard document["luis_schema_version"] != nil, let intents = document["intents"]?.arrayValue else {
            throw LegacyImportError(
                path: path, message: "not the export of a LUIS application: luis_schema_version or intents is missing")
        }
        var collector = LegacyCollector()
        collector.fallbacks = ["None"]
        for intent in intents.compactMap({ $0["name"]?.stringValue }) { collector.declare(intent: intent) }
        LUISEntities.read(document, into: &collector)
        for (index, utterance) in (document["utterances"]?.arrayValue ?? []).enumerated() {
            guard let text = utterance["text"]?.stringValue, let intent = utterance["intent"]?.stringValue else {
                throw LegacyImportError(path: "\(path): utterances[\(index)]", message: "text or intent is missing")
            }
            let slots = (utterance["entities"]?.arrayValue ?? []).flatMap { self.slots($0, of: text) }
            collector.add(LegacyExample(intent: intent, text: text, slots: slots))
        }
        notePatterns(document["patterns"]?.arrayValue ?? [], &collector)
        for kind in ["phraselists", "model_features"] {
            for list in document[kind]?.arrayValue ?? [] {
                collector.note(
                    "phrase list \(list["name"]?.legacyText ?? "without name"): not taken over: "
                        + (list["words"]?.legacyText ?? "").replacing(",", with: ", "))
            }
        }
        return try collector.draft(name: name, output: .luis)
    }

    /// A role is what the response names the entity by; entities within an entity are slots beside it.
    private static func slots(_ entity: JSONValue, of text: String) -> [LegacyExample.Slot] {
        let role = entity["role"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        let own = (role ?? entity["entity"]?.stringValue).map {
            [LegacyExample.Slot(name: $0, value: said(entity, text))]
        }
        return (own ?? []) + (entity["children"]?.arrayValue ?? []).flatMap { slots($0, of: text) }
    }

    /// The words of an entity: from `startPos` to `endPos`, both of them within it, counted in UTF-16.
    private static func said(_ entity: JSONValue, _ text: String) -> String {
        let units = Array(text.utf16)
        guard let start = entity["startPos"]?.intValue, let end = entity["endPos"]?.intValue, start >= 0, start <= end,
            end < units.count
        else { return "" }
        return String(decoding: units[start...end], as: UTF16.self)
    }

    private static func notePatterns(_ patterns: [JSONValue], _ collector: inout LegacyCollector) {
        for (intent, group) in OrderedDictionary(grouping: patterns, by: { $0["intent"]?.legacyText ?? "no intent" }) {
            let texts = group.compactMap { $0["pattern"]?.legacyText }
            collector.note(
                "\(intent): patterns are not taken over; write some of them out as examples: "
                    + texts.joined(separator: "  "))
        }
    }
}

/// The entities of a LUIS application, of every kind.
enum LUISEntities {
    static func read(_ document: JSONValue, into collector: inout LegacyCollector) {
        for kind in [
            "entities", "hierarchicals", "regex_entities", "patternAnyEntities", "composites", "prebuiltEntities",
            "closedLists",
        ] {
            for entity in document[kind]?.arrayValue ?? [] {
                guard let name = entity["name"]?.stringValue else {
                    collector.note("\(kind): an entity without a name is not taken over: \(entity.text())")
                    continue
                }
                let description = described(entity, kind)
                collector.entities[name] = description
                for role in (entity["roles"]?.arrayValue ?? []).compactMap(\.stringValue) {
                    collector.entities[role] = description
                    collector.note("\(role): stands for \(name) in that role")
                }
                noteParts(of: name, entity, kind, &collector)
            }
        }
    }

    private static func described(_ entity: JSONValue, _ kind: String) -> LegacyEntity {
        var result = LegacyEntity()
        switch kind {
        case "prebuiltEntities": result.type = type(ofPrebuilt: entity["name"]?.stringValue ?? "")
        case "regex_entities":
            result.patterns.append(contentsOf: entity["regexPattern"]?.stringValue.map { [$0] } ?? [])
        case "closedLists":
            for list in entity["subLists"]?.arrayValue ?? [] {
                guard let value = list["canonicalForm"]?.legacyText else { continue }
                result.values.append(value)
                for word in list["list"]?.arrayValue ?? [] { result.add(synonym: word.legacyText, of: value) }
            }
        default: break
        }
        return result
    }

    /// Entities with parts: the parts that utterances mark are slots of their own.
    private static func noteParts(
        of name: String, _ entity: JSONValue, _ kind: String, _ collector: inout LegacyCollector
    ) {
        let parts = (entity["children"]?.arrayValue ?? []).compactMap { $0.stringValue ?? $0["name"]?.stringValue }
        if kind == "composites" {
            collector.note(
                "composite entities became single strings; make them objects if their parts matter: \(name) "
                    + "(\(parts.joined(separator: ", ")))")
        } else if !parts.isEmpty {
            collector.note("\(name): its parts are slots beside it: \(parts.joined(separator: ", "))")
        }
        if kind == "prebuiltEntities", described(entity, kind).type == "string" {
            collector.note(
                "\(name): the prebuilt entity is a text here; give its parameter a format if it should have one")
        }
        if let words = entity["explicitList"]?.arrayValue, !words.isEmpty {
            collector.note("\(name): its explicit list is not taken over: \(entity["explicitList"]?.text() ?? "")")
        }
    }

    private static func type(ofPrebuilt name: String) -> String {
        switch name {
        case "number", "percentage", "age", "ordinal", "ordinalV2": "number"
        default: "string"
        }
    }
}
