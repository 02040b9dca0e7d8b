import Documents
import Functions
import OrderedCollections
import Retrieval
import SpokenTime

/// Takes optional parameters out of a call that nobody mentioned.
///
/// A small model fills in every parameter that a schema names: of 33 wrong calls of Qwen2.5-Coder-0.5B on samples of a
/// public benchmark, 17 were wrong only by an optional value of its own invention. An optional value stays if the
/// dialogue speaks of it; what is dropped is then the callee's default.
struct UnsaidValues: CallRule {
    static let name = "unsaid_values"
    static let languages: Set<SpokenLanguage>? = [.english]
    /// Of what a taught model writes it takes out what was said in other words ("quieter", "who sings this"): of 502
    /// requests to the shipped pool 7 were wrong by it, and 3 right.
    static let correctsTaught = false

    init() {}

    func apply(_ call: FunctionCall, to context: RuleContext) -> Ruling {
        var call = call
        call.parameters = Sayings(dialogue: context.dialogue)
            .dropped(from: call.parameters, context.function.parameters)
        return .call(call)
    }
}

/// What a dialogue says of the values of a call.
private struct Sayings {
    private let ground: ValueGround
    private let said: Set<String>

    init(dialogue: String) {
        ground = ValueGround(dialogue: dialogue)
        said = Set(Terms(dialogue, splitsNames: true))
    }

    /// The parameters without what is optional and unsaid. Still valid: where a keyword ties parameters to each other,
    /// nothing is dropped.
    func dropped(from parameters: JSONObject, _ schema: JSONValue) -> JSONObject {
        guard let keywords = schema.objectValue, let properties = keywords["properties"]?.objectValue,
            keywords.keys.allSatisfy(Self.independent.contains)
        else { return parameters }
        let required = Set(keywords["required"]?.arrayValue?.compactMap(\.stringValue) ?? [])
        var kept: JSONObject = [:]
        for (name, value) in parameters {
            let property = properties[name] ?? .null
            // What is said once is one value: the heater is no room.
            let isRepeated =
                property["enum"] == nil && value.stringValue.map { !ground.isSaidTwice($0) } == true
                && required.contains { $0 != name && parameters[$0] == value }
            if required.contains(name) || (!isRepeated && isSaid(value, name, property)) {
                let inner = value.objectValue.map { dropped(from: $0, property) }
                let value = said(of: value, name, property)
                // What must be there and would be empty says more as it is.
                kept[name] = inner.map { $0.isEmpty && required.contains(name) ? value : .object($0) } ?? value
            }
        }
        return kept
    }

    /// A list without the words that nobody said, where some of it was: a model goes on listing what else there is.
    private func said(of value: JSONValue, _ name: String, _ schema: JSONValue) -> JSONValue {
        guard let elements = value.arrayValue, elements.count > 1, elements.allSatisfy({ $0.stringValue != nil }),
            schema.objectValue?.keys.allSatisfy(Self.free.contains) == true
        else { return value }
        let kept = elements.filter { isSaid($0, name, schema["items"] ?? .null) }
        return kept.isEmpty ? value : .array(kept)
    }

    /// Keywords of a list that its length and the company of its elements do not matter to.
    private static let free: Set<String> = [
        "type", "items", "description", "title", "default", "examples", "uniqueItems",
    ]

    /// Keywords of an object that say nothing of several parameters at once.
    private static let independent: Set<String> = [
        "type", "properties", "required", "additionalProperties", "description", "title", "default", "examples",
        "$schema", "$id", "$comment", "$defs", "definitions",
    ]

    private func isSaid(_ value: JSONValue, _ name: String, _ schema: JSONValue) -> Bool {
        switch value {
        case .null: return false
        case .bool:
            return isNamed(name)
        case .object(let members):
            let properties = schema["properties"]
            return members.isEmpty
                ? false : members.contains { isSaid($0.value, $0.key, properties?[$0.key] ?? .null) }
        case .array(let elements):
            return elements.contains { isSaid($0, name, schema["items"] ?? .null) }
        case .string(let text):
            if Self.yesAndNo.contains(text.lowercased()) { return isNamed(name) }
            if schema["enum"] == nil, schema["const"] == nil {
                return (ground.share(of: value, schema) ?? 0) >= 0.5 || (Self.isMoment(text) && ground.speaksOfTime)
            }
            let words = Set(Terms(text, splitsNames: true))
            return (ground.share(of: value, .null) ?? 0) >= 0.5 || !words.isDisjoint(with: said)
        case .integer, .number:
            // "at full volume": the number is worked out from what is said of it.
            return ground.speltNumbers || (ground.share(of: value, .null) ?? 0) >= 0.5
                || said.isSuperset(of: Terms(name, splitsNames: true))
        }
    }

    private static let yesAndNo: Set<String> = ["true", "false", "yes", "no"]

    /// Yes and no are said by naming what they are about, in whatever form of the word: "apply standardization".
    private func isNamed(_ name: String) -> Bool {
        Terms(name, splitsNames: true).contains { word in
            said.contains(word) || (word.count > 5 && said.contains { $0.hasPrefix(word.prefix(5)) })
        }
    }

    /// A date, a time of day or a length of time, which may have been worked out from what was said.
    private static func isMoment(_ text: String) -> Bool {
        if text.wholeMatch(of: /P(?=.)(\d+[YMWD])*(T(\d+[HMS])+)?/) != nil { return true }
        return text.utf8.count >= 4 && text.contains { $0 == "-" || $0 == ":" }
            && text.allSatisfy { $0.isNumber || "-:/.TZ+ ".contains($0) }
    }
}
