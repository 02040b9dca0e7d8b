import Documents
import OrderedCollections
import SpokenTime

/// Compares a given value with an accepted one.
struct ValueMatcher {
    /// How texts are compared.
    enum Strictness {
        /// As the data sets define it: texts without case, blanks and `, . / - _ * ^`.
        case canonical
        /// Other notations of a text's value as well, and a number given as text.
        case notations
    }

    let strictness: Strictness
    let reading: Reference.Reading
    /// Pairs of texts that are equal only as notations, for the explanation.
    private(set) var notations: [(given: String, accepted: String)] = []

    /// A matcher for one parameter.
    init(_ strictness: Strictness, _ reading: Reference.Reading) {
        (self.strictness, self.reading) = (strictness, reading)
    }

    /// A set of more elements than this is compared in order only.
    static let largestSet = 128

    /// - Parameter schema: the parameter's schema, for `uniqueItems`, `items` and `properties`.
    mutating func equal(_ given: JSONValue, _ accepted: JSONValue, schema: JSONValue?) -> Bool {
        switch (given, accepted) {
        case (.string(let given), .string(let accepted)): return equal(given, accepted)
        case (.integer, .integer), (.integer, .number), (.number, .integer), (.number, .number):
            return given.doubleValue == accepted.doubleValue
        case (.string(let text), .integer), (.string(let text), .number):
            return strictness == .notations && NumberedText(text)?.number == accepted.doubleValue
        case (.integer, .string(let text)), (.number, .string(let text)):
            return strictness == .notations && NumberedText(text)?.number == given.doubleValue
        case (.array(let given), .array(let accepted)): return equal(given, accepted, schema)
        case (.object(let given), .object(let accepted)): return equal(given, accepted, schema)
        default: return given == accepted
        }
    }

    /// Whether two texts are equal, or two notations of one value.
    private mutating func equal(_ given: String, _ accepted: String) -> Bool {
        if TextFolding.fold(given) == TextFolding.fold(accepted) { return true }
        guard strictness == .notations, Notation.equal(given, accepted) else { return false }
        notations.append((given, accepted))
        return true
    }

    /// Whether two lists are equal: in order, or in any order where the schema says so.
    private mutating func equal(_ given: [JSONValue], _ accepted: [JSONValue], _ schema: JSONValue?) -> Bool {
        guard given.count == accepted.count else { return false }
        let items = schema?["items"]
        var inOrder = self
        if zip(given, accepted).allSatisfy({ inOrder.equal($0, $1, schema: items) }) {
            self = inOrder
            return true
        }
        guard schema?["uniqueItems"]?.boolValue == true, given.count <= Self.largestSet else { return false }
        var anyOrder = self
        let pairs = Assignment.complete(given.count) { anyOrder.equal(given[$0], accepted[$1], schema: items) }
        if pairs != nil { self = anyOrder }
        return pairs != nil
    }

    /// `possible`: each member of the accepted object is the list of its accepted values.
    private mutating func equal(_ given: JSONObject, _ accepted: JSONObject, _ schema: JSONValue?) -> Bool {
        guard given.keys.allSatisfy({ accepted[$0] != nil }) else { return false }
        for (name, wanted) in accepted {
            let choices = choices(wanted)
            guard let value = given[name] else {
                guard reading == .possible, choices.contains("") else { return false }
                continue
            }
            guard equalsAny(value, choices, schema: schema?["properties"]?[name]) else { return false }
        }
        return true
    }

    /// The accepted values of a parameter or member.
    func choices(_ wanted: JSONValue) -> [JSONValue] {
        if reading == .possible, let choices = wanted.arrayValue { choices } else { [wanted] }
    }

    /// Whether a value equals one of several accepted ones.
    mutating func equalsAny(_ given: JSONValue, _ choices: [JSONValue], schema: JSONValue?) -> Bool {
        // A canonical match first, so that the explanation names another notation only if one was needed.
        var canonical = ValueMatcher(.canonical, reading)
        if choices.contains(where: { canonical.equal(given, $0, schema: schema) }) { return true }
        guard strictness != .canonical else { return false }
        return choices.contains { choice in
            var attempt = self
            guard attempt.equal(given, choice, schema: schema) else { return false }
            self = attempt
            return true
        }
    }
}
