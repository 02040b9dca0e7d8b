import Documents
import OrderedCollections

/// A Rasa NLU file: examples of intents, synonyms, regular expressions and lookup tables.
struct RasaExamples {
    private var synonyms: [(value: String, words: [String])] = []
    private var patterns: [(name: String, texts: [String])] = []
    private var lookups: [(name: String, values: [String])] = []

    mutating func read(
        _ entry: JSONValue, path: String, into collector: inout LegacyCollector
    ) throws(LegacyImportError) {
        let texts = Self.texts(entry["examples"], path: path, into: &collector)
        if let intent = entry["intent"]?.stringValue {
            collector.declare(intent: intent)
            for text in texts { try Self.add(text, to: intent, path: path, &collector) }
        } else if let value = entry["synonym"] {
            synonyms.append((value.legacyText, texts))
        } else if let name = entry["regex"]?.stringValue {
            patterns.append((name, texts))
        } else if let name = entry["lookup"]?.stringValue {
            lookups.append((name, texts))
        } else {
            let names = entry.objectValue.map { $0.keys.joined(separator: ", ") } ?? entry.typeName
            collector.note("\(path): \(names): neither intent, synonym, regex nor lookup; not taken over")
        }
    }

    /// What stands apart from examples goes to the entities that it is for; what is for none is said.
    func apply(to collector: inout LegacyCollector) {
        for (name, values) in lookups {
            collector.declare(entity: name)
            collector.entities[name]?.lookup.append(contentsOf: values)
        }
        for (name, texts) in patterns {
            guard collector.entities[name] != nil else {
                collector.note(
                    "regex \(name): no entity has the name; not taken over: \(texts.joined(separator: "  "))")
                continue
            }
            collector.entities[name]?.patterns.append(contentsOf: texts)
        }
        for (value, words) in synonyms {
            let owners = collector.entities.filter { $0.value.knows(value, or: words) }.keys
            if owners.isEmpty {
                collector.note(
                    "synonym \(value): no entity has the value; not taken over: \(words.joined(separator: ", "))")
            }
            for entity in owners { for word in words { collector.entities[entity]?.add(synonym: word, of: value) } }
        }
    }

    /// One text an item: `- ` once before each, so that `- -5 degrees` is `-5 degrees`. A line without a dash goes on
    /// with the item before it.
    private static func texts(
        _ value: JSONValue?, path: String, into collector: inout LegacyCollector
    ) -> [String] {
        if let list = value?.arrayValue {
            if list.contains(where: { $0["metadata"] != nil }) { collector.note("\(path): metadata is not taken over") }
            return list.compactMap { ($0["text"] ?? $0).stringValue.map(trimmed) }.filter { !$0.isEmpty }
        }
        var texts: [String] = []
        for line in (value?.stringValue ?? "").split(whereSeparator: \.isNewline) {
            let line = trimmed(String(line))
            if line.hasPrefix("-") {
                texts.append(trimmed(String(line.dropFirst())))
            } else if let last = texts.popLast() {
                texts.append(last + " " + line)
                collector.note("\(path): a line without a dash was read on with the one before it: \(line)")
            } else if !line.isEmpty {
                texts.append(line)
                collector.note("\(path): the first line has no dash; it was read as an example: \(line)")
            }
        }
        return texts.filter { !$0.isEmpty }
    }

    private static func trimmed(_ text: String) -> String {
        String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    private static func add(
        _ line: String, to intent: String, path: String, _ collector: inout LegacyCollector
    ) throws(LegacyImportError) {
        let example = try RasaMarks.read(line, path: path)
        for mark in example.marks {
            collector.declare(entity: mark.slot)
            if let value = mark.value { collector.entities[mark.slot]?.add(synonym: mark.text, of: value) }
            if let role = mark.role { collector.note("\(mark.slot): stands for \(mark.entity) in the role \(role)") }
            if let group = mark.group { collector.note(RasaDomain.groupsNote(mark.entity, group)) }
        }
        let slots = example.marks.map { LegacyExample.Slot(name: $0.slot, value: $0.value ?? $0.text) }
        collector.add(LegacyExample(intent: intent, text: example.text, slots: slots))
    }
}

extension LegacyEntity {
    /// Whether a value, or a word for it, was met with this entity.
    fileprivate func knows(_ value: String, or words: [String]) -> Bool {
        if values.contains(value) || synonyms[value] != nil || lookup.contains(value) { return true }
        return words.contains { word in values.contains(word) || lookup.contains(word) }
    }
}
