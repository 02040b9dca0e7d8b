import Documents
import FunctionCalling
import Functions

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
