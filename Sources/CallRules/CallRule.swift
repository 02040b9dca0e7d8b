import Functions
import SpokenTime

/// Corrects a call that a model has written, or says why it must not be made.
///
/// A rule need not look at schemas: what they refuse is not done (`RuleBook`).
public protocol CallRule: Sendable {
    /// As in the setting `calling.rules`.
    static var name: String { get }
    /// The languages that the rule reads: it does not act on requests in others. nil: it reads no words.
    static var languages: Set<SpokenLanguage>? { get }

    /// Whether it corrects models that were taught the function, too.
    static var correctsTaught: Bool { get }

    init()
    /// The call with what the rule changes, the call itself where there is nothing to correct, or a refusal.
    func apply(_ call: FunctionCall, to context: RuleContext) -> Ruling
}

extension CallRule {
    public static var correctsTaught: Bool { true }
}

/// What a rule makes of a call.
public enum Ruling: Sendable, Hashable {
    case call(FunctionCall)
    /// The call is not made: the outcome instead, and what the user is told (nil: the outcome's own message).
    case refused(Outcome, message: String?)
}
