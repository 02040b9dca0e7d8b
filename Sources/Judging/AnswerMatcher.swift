import Documents
import FunctionCalling
import Functions
import OrderedCollections

/// Compares an answer with a reference: outcome, number of calls, and the calls one to one in any order.
public struct AnswerMatcher: Sendable {
    /// How much an answer may differ from its reference.
    public enum Strictness: Sendable {
        /// The data sets' exact match.
        case exact
        /// Other notations of a value, and a parameter given or left out that has its default, are right as well.
        case notations
    }

    /// The result of a comparison.
    public struct Match: Sendable, Hashable {
        public var isRight: Bool
        /// What differs first, or which notations were taken as equal; nil for a match without remarks.
        public var detail: String?
    }

    private let functions: [String: JSONValue]

    /// - Parameter functions: those offered; their schemas say what is required, a set, or a default.
    public init(functions: [FunctionDefinition]) {
        self.functions = Dictionary(functions.map { ($0.name, $0.parameters) }, uniquingKeysWith: { first, _ in first })
    }

    /// Whether an answer agrees with a reference, and if not, where it differs.
    public func match(_ answer: FunctionAnswer, _ reference: Reference, _ strictness: Strictness) -> Match {
        guard answer.outcome == reference.outcome else {
            return wrong("the outcome is \(answer.outcome.rawValue), not \(reference.outcome.rawValue)")
        }
        guard reference.outcome == .call, reference.answers != .any else { return Match(isRight: true, detail: nil) }
        let (calls, expected) = (answer.calls, reference.expected)
        guard calls.count == expected.count else {
            return wrong("\(calls.count) calls are made, \(expected.count) are expected")
        }
        var comparisons: [[Comparison]] = []
        for call in calls { comparisons.append(expected.map { compare(call, $0, reference.answers, strictness) }) }
        if let partners = Assignment.complete(calls.count, fits: { comparisons[$0][$1].difference == nil }) {
            let notes = partners.enumerated().flatMap { comparisons[$0.offset][$0.element].notes }
            return Match(isRight: true, detail: notes.isEmpty ? nil : notes.joined(separator: "; "))
        }
        // The call that fits nothing, against what it is nearest to.
        let worst = comparisons.first { row in row.allSatisfy { $0.difference != nil } }
        let nearest = worst?.min { $0.distance < $1.distance }
        return wrong(nearest?.difference ?? "an expected call is made twice, another is missing")
    }

    /// Whether a value is what the expected call has for one of its parameters, by the exact match.
    package func isRight(
        _ value: JSONValue, for name: String, of expected: FunctionCall, _ reading: Reference.Reading
    ) -> Bool {
        guard let wanted = expected.parameters[name] else { return false }
        var matcher = ValueMatcher(.canonical, reading)
        let schema = functions[expected.function]?["properties"]?[name]
        return matcher.equalsAny(value, matcher.choices(wanted), schema: schema)
    }

    /// A match that failed, and why.
    private func wrong(_ detail: String) -> Match { Match(isRight: false, detail: detail) }

    /// The differences found so far; of several pairings the one with the fewest counts.
    private struct Comparison {
        /// nil: the call is right.
        var difference: String?
        /// How many parameters differ.
        var distance = 0
        var notes: [String] = []

        /// Notes a difference; the first one is told.
        mutating func differ(_ text: String, by amount: Int = 1) {
            difference = difference ?? text
            distance += amount
        }
    }

    /// Compares one call with one that is expected.
    private func compare(
        _ call: FunctionCall, _ expected: FunctionCall, _ reading: Reference.Reading, _ strictness: Strictness
    ) -> Comparison {
        var result = Comparison()
        guard call.function == expected.function else {
            result.differ("\(call.function) is called, not \(expected.function)", by: 1_000_000)
            return result
        }
        let schema = functions[call.function]
        var matcher = ValueMatcher(strictness == .exact ? .canonical : .notations, reading)
        for (name, wanted) in expected.parameters {
            let (choices, property) = (matcher.choices(wanted), schema?["properties"]?[name])
            if let value = call.parameters[name] {
                if !matcher.equalsAny(value, choices, schema: property) {
                    result.differ(
                        "\(name) is \(short(value)), expected is \(choices.prefix(3).map(short).joined(separator: " or "))"
                    )
                }
            } else if !(reading == .possible && choices.contains("")) {
                let isDefault = property?["default"].map { matcher.equalsAny($0, choices, schema: property) } ?? false
                if strictness == .exact || !isDefault { result.differ("\(name) is missing") }
            }
        }
        for (name, value) in call.parameters where expected.parameters[name] == nil {
            let property = schema?["properties"]?[name]
            let isDefault = property?["default"].map { matcher.equalsAny(value, [$0], schema: property) } ?? false
            if strictness == .exact || !isDefault { result.differ("\(name) is given, nobody asked for it") }
        }
        for name in schema?["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
        where call.parameters[name] == nil {
            result.differ("\(name) is missing, the function requires it")
        }
        result.notes = matcher.notations.map { "\($0.given) equals \($0.accepted)" }
        return result
    }

    /// A value, cut to what fits into a sentence.
    private func short(_ value: JSONValue) -> String {
        let text = value.text(.spaced)
        return text.count <= 80 ? text : text.prefix(77) + "..."
    }
}
