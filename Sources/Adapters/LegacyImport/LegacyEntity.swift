import Documents
import OrderedCollections

/// What a legacy stack knows of the values of one entity, as the schema of a parameter.
///
/// Other words of a value, patterns and lists of examples constrain nothing; they stand in `x-synonyms`, `x-patterns` and
/// `x-lookup`, which every schema here may have, and the first of them in the description, which the model reads.
struct LegacyEntity {
    /// JSON Schema type.
    var type = "string"
    /// A list whose values are all there are.
    var values: OrderedSet<String> = []
    /// Other words by the value that they stand for.
    var synonyms: OrderedDictionary<String, OrderedSet<String>> = [:]
    var patterns: OrderedSet<String> = []
    /// Values that are examples.
    var lookup: OrderedSet<String> = []
    /// A slot that holds several values at once.
    var isList = false

    mutating func add(synonym text: String, of value: String) {
        if text != value { synonyms[value, default: []].append(text) }
    }

    /// - Parameter isRepeated: an example names it more than once.
    func schema(of name: String, isRepeated: Bool) -> JSONValue {
        var value: JSONObject = ["type": .string(type)]
        if !values.isEmpty { value["enum"] = .array(values.map { .string($0) }) }
        var notes: JSONObject = ["description": .string(description(of: name))]
        if !synonyms.isEmpty { notes["x-synonyms"] = .object(synonyms.mapValues { .array($0.map { .string($0) }) }) }
        if !patterns.isEmpty { notes["x-patterns"] = .array(patterns.map { .string($0) }) }
        if !lookup.isEmpty { notes["x-lookup"] = .array(lookup.map { .string($0) }) }
        let members: JSONObject = isRepeated || isList ? ["type": "array", "items": .object(value)] : value
        return .object(members.merging(notes) { own, _ in own })
    }

    private func description(of name: String) -> String {
        var text = LegacyNames.words(name)
        if !lookup.isEmpty { text += ", e.g. " + lookup.prefix(5).joined(separator: ", ") }
        let said = synonyms.prefix(8).map { "\($0.key) (\($0.value.prefix(3).joined(separator: ", ")))" }
        if !said.isEmpty { text += "; also said: " + said.joined(separator: ", ") }
        return text
    }
}
