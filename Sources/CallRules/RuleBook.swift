import Documents
import Functions
import OrderedCollections
import SpokenTime

/// The rules that correct calls, in the order in which they act.
public struct RuleBook: Sendable {
    /// Every rule there is. Those that refuse come first: what is not done need not be corrected.
    private static let all: [any CallRule.Type] = [
        SmallTalk.self, NegatedRequest.self, SaidTimesRule.self, UnsaidValues.self, SaidNumbers.self,
    ]

    /// Names of all rules, in the order in which they act.
    public static let names = all.map { $0.name }

    private let rules: [any CallRule]

    /// - Parameter names: those that are not known are left out; the settings refuse them.
    public init(_ names: [String]) {
        rules = names.compactMap { name in Self.all.first { $0.name == name }?.init() }
    }

    package var isEmpty: Bool { rules.isEmpty }

    package init(rules: [any CallRule]) { self.rules = rules }

    /// The call after all rules, or why it is not made; and what each rule changed.
    ///
    /// A rule is passed over where it does not read the request's language, or where a model was taught what it corrects. Where the schema refuses all that a rule
    /// changes together, each value is tried alone.
    package func apply(to call: FunctionCall, _ context: RuleContext) -> (ruling: Ruling, changed: [ChangedValue]) {
        var call = call, changed: [ChangedValue] = []
        for rule in rules where type(of: rule).corrects(context) {
            switch rule.apply(call, to: context) {
            case .refused(let outcome, let message):
                changed.append(.refusal(of: call, by: type(of: rule).name))
                return (.refused(outcome, message: message), changed)
            case .call(let wanted):
                let made = Self.made(ChangedValue.between(call, wanted, by: type(of: rule).name), in: call, context)
                for change in made { call.parameters[change.parameter] = change.to }
                changed += made
            }
        }
        return (.call(call), changed)
    }

    /// Of the changes those that the schema takes.
    private static func made(
        _ changes: [ChangedValue], in call: FunctionCall, _ context: RuleContext
    ) -> [ChangedValue] {
        var parameters = call.parameters
        for change in changes { parameters[change.parameter] = change.to }
        if changes.isEmpty || context.accepts(parameters) { return changes }
        parameters = call.parameters
        return changes.filter { change in
            var tried = parameters
            tried[change.parameter] = change.to
            guard context.accepts(tried) else { return false }
            parameters = tried
            return true
        }
    }
}

extension CallRule {
    fileprivate static func corrects(_ context: RuleContext) -> Bool {
        reads(context.language) && (correctsTaught || !context.isTaught)
    }

    private static func reads(_ language: SpokenLanguage?) -> Bool {
        guard let languages else { return true }
        return language.map(languages.contains) ?? false
    }
}
