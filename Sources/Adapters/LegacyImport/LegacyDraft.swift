import Documents
import Functions
import OrderedCollections

/// A pool and an adapter drafted from a legacy stack's own files, for a person to mend: descriptions above all.
public struct LegacyDraft: Sendable {
    public let pool: FunctionPool
    /// An adapter's document; what it maps is in `pool`.
    public let adapter: JSONValue
    /// What a person should look at.
    public let notes: [String]
}

public struct LegacyImportError: Error, Hashable, CustomStringConvertible {
    /// The file and the field, as far as known.
    public let path: String
    public let message: String

    public init(path: String, message: String) { (self.path, self.message) = (path, message) }

    public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

/// Gathers intents and entities, whatever file they stand in, and drafts from them.
struct LegacyCollector {
    struct Entity {
        /// JSON Schema type.
        var type = "string"
        var values: [String] = []
        var description: String?
    }

    struct Intent {
        var examples: [String] = []
        /// Slots in the order of their first use, with how many examples use each.
        var uses: OrderedDictionary<String, Int> = [:]
        /// Slots that stand more than once in one example.
        var repeated: Set<String> = []
    }

    var intents: OrderedDictionary<String, Intent> = [:]
    /// By the name of the slot in the legacy stack.
    var entities: OrderedDictionary<String, Entity> = [:]
    /// Intents that stand for "nothing fits".
    var fallbacks: Set<String> = []
    var notes: [String] = []
    let examplesKept = 20

    mutating func add(example text: String, slots: [String], to intent: String) {
        var known = intents[intent] ?? Intent()
        let text = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if known.examples.count < examplesKept, !text.isEmpty, !known.examples.contains(text) {
            known.examples.append(text)
        }
        for slot in OrderedSet(slots) { known.uses[slot, default: 0] += 1 }
        known.repeated.formUnion(OrderedDictionary(grouping: slots, by: \.self).filter { $0.value.count > 1 }.keys)
        intents[intent] = known
    }

    mutating func declare(intent: String) { if intents[intent] == nil { intents[intent] = Intent() } }
    mutating func declare(entity: String) { if entities[entity] == nil { entities[entity] = Entity() } }

    /// - Parameter name: of the pool and the adapter.
    func draft(name: String, output: OutputShape) throws(LegacyImportError) -> LegacyDraft {
        var notes = notes, functions: [FunctionDefinition] = []
        var rules = JSONObject(), taken: Set<String> = []
        let fallback = intents.keys.first { fallbacks.contains($0) }
        for (intent, content) in intents where !fallbacks.contains(intent) {
            let function = Self.identifier(intent, not: &taken)
            functions.append(
                FunctionDefinition(
                    name: function, description: Self.sentence(intent), parameters: schema(content),
                    examples: content.examples))
            if content.examples.isEmpty {
                notes.append("\(function): no example query; write a description that says when it is called")
            }
            var parameters = JSONObject()
            for slot in content.uses.keys { parameters[Self.parameterName(slot)] = .string(slot) }
            rules[function] = ["domain": .string(name), "intent": .string(intent), "parameters": .object(parameters)]
        }
        notes.append("descriptions are the intents' names in words; say there what each function does and when")
        let none: JSONValue = .string(fallback ?? "none")
        if fallback == nil {
            notes.append("no fallback intent was found; outcomes map to \"none\": mend the adapter's outcomes")
        }
        let outcome: JSONValue = ["domain": .string(name), "intent": none]
        let adapter: JSONValue = [
            "output": .string(output.rawValue),
            "outcomes": ["no_appropriate_function": outcome, "request_unclear": outcome],
            "functions": .object(rules),
        ]
        do {
            return LegacyDraft(
                pool: try FunctionPool(name: name, functions: functions), adapter: adapter, notes: notes)
        } catch {
            throw LegacyImportError(path: "", message: "\(error)")
        }
    }

    /// No parameter is required: a legacy intent is right with any of its slots missing.
    private func schema(_ intent: Intent) -> JSONValue {
        var properties = JSONObject()
        for slot in intent.uses.keys {
            let entity = entities[slot] ?? Entity()
            var value: JSONObject = ["type": .string(entity.type)]
            if !entity.values.isEmpty { value["enum"] = .array(entity.values.map { .string($0) }) }
            let description = entity.description ?? Self.words(slot)
            let name = Self.parameterName(slot)
            properties[name] =
                intent.repeated.contains(slot)
                ? ["type": "array", "items": .object(value), "description": .string(description)]
                : .object(value.merging(["description": .string(description)]) { own, _ in own })
        }
        return ["type": "object", "properties": .object(properties)]
    }
}

extension LegacyCollector {
    /// Letters, digits, `_`, `-`, `.`, as a pool wants it; a number is added where two would be one.
    static func identifier(_ text: String, not taken: inout Set<String>) -> String {
        let base = parameterName(text)
        var name = base, number = 2
        while taken.contains(name) || Outcome.reservedNames.contains(name) {
            name = "\(base)_\(number)"
            number += 1
        }
        taken.insert(name)
        return name
    }

    static func parameterName(_ text: String) -> String {
        let mapped = text.unicodeScalars.map { scalar -> Character in
            let isKept =
                scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                || scalar == "_" || scalar == "-" || scalar == "."
            return isKept ? Character(scalar) : "_"
        }
        return mapped.isEmpty ? "unnamed" : String(String(mapped).prefix(100))
    }

    /// `bookFlight`, `book_flight` and `faq/book-flight` in words.
    static func words(_ name: String) -> String {
        var result = ""
        for scalar in name.unicodeScalars {
            if "_-./+".unicodeScalars.contains(scalar) {
                result.append(" ")
            } else {
                if scalar.properties.isUppercase, let last = result.unicodeScalars.last, last.properties.isLowercase {
                    result.append(" ")
                }
                result.unicodeScalars.append(scalar)
            }
        }
        return result.lowercased().split(separator: " ").joined(separator: " ")
    }

    static func sentence(_ name: String) -> String {
        let text = words(name)
        return text.prefix(1).uppercased() + text.dropFirst() + "."
    }
}
