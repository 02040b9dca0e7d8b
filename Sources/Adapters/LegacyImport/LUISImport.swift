import Documents
import OrderedCollections

/// Reads the export of a LUIS application (JSON, schema versions 3 to 7).
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
        readEntities(document, into: &collector)
        for (index, utterance) in (document["utterances"]?.arrayValue ?? []).enumerated() {
            guard let text = utterance["text"]?.stringValue, let intent = utterance["intent"]?.stringValue else {
                throw LegacyImportError(path: "\(path): utterances[\(index)]", message: "text or intent is missing")
            }
            let slots = (utterance["entities"]?.arrayValue ?? []).compactMap(slot)
            for slot in slots { collector.declare(entity: slot) }
            collector.add(example: text, slots: slots, to: intent)
        }
        if document["patterns"]?.arrayValue?.isEmpty == false {
            collector.notes.append("patterns are not taken over; write some of them out as examples")
        }
        return try collector.draft(name: name, output: .luis)
    }

    /// A role is what the response names the entity by.
    private static func slot(_ entity: JSONValue) -> String? {
        if let role = entity["role"]?.stringValue, !role.isEmpty { return role }
        return entity["entity"]?.stringValue
    }

    private static func readEntities(_ document: JSONValue, into collector: inout LegacyCollector) {
        for kind in [
            "entities", "regex_entities", "patternAnyEntities", "composites", "prebuiltEntities", "closedLists",
        ] {
            for entity in document[kind]?.arrayValue ?? [] {
                guard let name = entity["name"]?.stringValue else { continue }
                var description = LegacyCollector.Entity(
                    type: kind == "prebuiltEntities" ? type(ofPrebuilt: name) : "string")
                if kind == "closedLists" {
                    description.values = (entity["subLists"]?.arrayValue ?? []).compactMap {
                        $0["canonicalForm"]?.stringValue
                    }
                }
                collector.entities[name] = description
                for role in (entity["roles"]?.arrayValue ?? []).compactMap(\.stringValue) {
                    collector.entities[role] = description
                }
            }
        }
        if document["composites"]?.arrayValue?.isEmpty == false {
            collector.notes.append("composite entities became single strings; make them objects if their parts matter")
        }
    }

    private static func type(ofPrebuilt name: String) -> String {
        switch name {
        case "number", "percentage", "age", "ordinal", "ordinalV2": "number"
        default: "string"
        }
    }
}
