import Documents
import Functions

/// A value that a rule changed.
public struct ChangedValue: Sendable, Hashable {
    /// The rule's name in `calling.rules`.
    public var rule: String
    public var function: String
    public var parameter: String
    /// nil: the parameter was not there.
    public var from: JSONValue?
    /// nil: the parameter is left out.
    public var to: JSONValue?

    public var json: JSONValue {
        [
            "rule": .string(rule), "function": .string(function), "parameter": .string(parameter),
            "from": from ?? .null, "to": to ?? .null,
        ]
    }
}

/// A choice after the rules.
package struct Correction: Sendable {
    package var choice: Choice
    package var changed: [ChangedValue] = []
}

/// The sixth stage: the rules correct the calls. What a function's schema refuses is not done, whatever rule asks for it.
package struct Correct: Sendable {
    let rules: RuleBook

    package init(rules: RuleBook) { self.rules = rules }

    package func callAsFunction(_ choice: Choice, _ question: Question) -> Correction {
        var correction = Correction(choice: choice)
        for index in choice.calls.indices {
            guard let function = question.offer.function(named: choice.calls[index].function) else { continue }
            let context = RuleContext(question, function: function, calls: choice.calls.count)
            let (call, changed) = rules.corrected(choice.calls[index], context)
            correction.choice.calls[index] = call
            correction.changed += changed
        }
        return correction
    }
}
