import Functions
import Judging

/// An answer's text with what it is measured by.
public struct RewardedAnswer: Sendable, Hashable {
    /// What the model wrote, without the prompt.
    public var response: String
    public var label: RewardLabel
    /// The functions that were offered; nil: not known, and then every name is one.
    public var functions: [FunctionDefinition]?

    /// Calls that an answer may have; more make it one that cannot be read.
    static let mostCalls = 256

    /// - Parameter functions: nil: those of the label, if it has any.
    public init(response: String, label: RewardLabel, functions: [FunctionDefinition]? = nil) {
        (self.response, self.label) = (response, label)
        self.functions = functions ?? label.functions
    }

    /// Whether a call of this name can be made; the outcomes that are no call count as functions.
    func isDefined(_ name: String) -> Bool {
        guard let functions, !Outcome.reservedNames.contains(name) else { return true }
        return functions.contains { $0.name == name }
    }
}
