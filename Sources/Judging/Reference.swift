import Documents
import FunctionCalling
import Functions
import OrderedCollections

/// An answer to be judged: an outcome, and the calls if it is `call`.
public struct FunctionAnswer: Sendable, Hashable {
    public var outcome: Outcome
    public var calls: [FunctionCall]

    /// An answer; calls only where the outcome is `call`.
    public init(outcome: Outcome, calls: [FunctionCall]) { (self.outcome, self.calls) = (outcome, calls) }
}

/// What is right, as the data sets say it.
public struct Reference: Sendable, Hashable {
    /// How to read `expected`.
    public enum Reading: String, Sendable, Hashable {
        /// A parameter has its one value.
        case exact
        /// A parameter has the list of its accepted values, the canonical one first; "" means that it may be left out.
        case possible
        /// Any valid call is right.
        case any
    }

    public var outcome: Outcome
    /// Empty unless `outcome` is `call`.
    public var expected: [FunctionCall]
    public var answers: Reading

    /// What is right; calls only where the outcome is `call`.
    public init(outcome: Outcome, expected: [FunctionCall], answers: Reading) {
        (self.outcome, self.expected, self.answers) = (outcome, expected, answers)
    }
}

extension Reference {
    /// The calls with one value a parameter: of several that are accepted the first, and none where that means "absent".
    package var canonicalCalls: [FunctionCall] {
        guard answers == .possible else { return expected }
        return expected.map { FunctionCall(function: $0.function, parameters: Self.firsts($0.parameters)) }
    }

    private static func firsts(_ choices: JSONObject) -> JSONObject {
        var values: JSONObject = [:]
        for (name, accepted) in choices {
            guard let first = (accepted.arrayValue ?? [accepted]).first, first != "" else { continue }
            values[name] = plain(first)
        }
        return values
    }

    /// Members of an accepted object are lists of accepted values themselves.
    private static func plain(_ value: JSONValue) -> JSONValue {
        if let members = value.objectValue { return .object(firsts(members)) }
        return value.arrayValue.map { .array($0.map(plain)) } ?? value
    }
}
