import Documents
import Functions
import Judging
import OrderedCollections

/// How an answer was made from what is right.
package enum AnswerKind: String, Sendable, Hashable, CaseIterable {
    /// Right: as expected; in another order; with another accepted value; without what may be left out; with a default given;
    /// a value written otherwise; other capitals; rightly no call.
    case exact, reordered
    case otherAcceptedValue = "other_accepted_value"
    case optionalLeftOut = "optional_left_out"
    case defaultGiven = "default_given"
    case otherNotation = "other_notation"
    case otherCase = "other_case"
    case noCall = "no_call"
    /// Wrong.
    case wrongFunction = "wrong_function"
    case missingParameter = "missing_parameter"
    case extraParameter = "extra_parameter"
    case changedValue = "changed_value"
    case swappedValues = "swapped_values"
    case wrongOutcome = "wrong_outcome"
    case wrongCallCount = "wrong_call_count"

    package var isRight: Bool { Self.right.contains(self) }

    private static let right: Set<AnswerKind> = [
        .exact, .reordered, .otherAcceptedValue, .optionalLeftOut, .defaultGiven, .otherNotation, .otherCase, .noCall,
    ]
}

/// An answer with its label.
package struct MadeAnswer: Sendable, Hashable {
    package var kind: AnswerKind
    package var answer: FunctionAnswer
    /// What was changed, for people.
    package var note: String?

    package init(_ kind: AnswerKind, _ answer: FunctionAnswer, _ note: String? = nil) {
        (self.kind, self.answer, self.note) = (kind, answer, note)
    }

    /// Calls in place of others.
    init(_ kind: AnswerKind, _ calls: [FunctionCall], _ note: String? = nil) {
        self.init(kind, FunctionAnswer(outcome: .call, calls: calls), note)
    }
}

extension FunctionCall {
    /// The same with one parameter set, or taken away.
    func with(_ name: String, _ value: JSONValue?) -> FunctionCall {
        var call = self
        call.parameters[name] = value
        return call
    }

    var json: JSONValue { ["function": .string(function), "parameters": .object(parameters)] }
}

extension Array {
    /// The same with one element exchanged.
    func replacing(_ index: Int, with element: Element) -> [Element] {
        var copy = self
        copy[index] = element
        return copy
    }

    /// The same without one element.
    func without(_ index: Int) -> [Element] {
        var copy = self
        copy.remove(at: index)
        return copy
    }
}
