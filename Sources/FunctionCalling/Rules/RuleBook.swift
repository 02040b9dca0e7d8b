import Documents
import Functions
import OrderedCollections

/// The rules that correct calls, in the order in which they act.
public struct RuleBook: Sendable {
    /// Every rule there is.
    private static let all: [any CallRule.Type] = [SaidTimesRule.self, UnsaidValues.self]

    /// Names of all rules, in the order in which they act.
    public static let names = all.map { $0.name }

    private let rules: [any CallRule]

    /// - Parameter names: those that are not known are left out; the settings refuse them.
    public init(_ names: [String]) {
        rules = names.compactMap { name in Self.all.first { $0.name == name }?.init() }
    }

    package init(rules: [any CallRule]) { self.rules = rules }

    /// The call after all rules, and what each changed.
    ///
    /// A rule is passed over where it does not read the request's language. Where the schema refuses all that a rule
    /// changes together, each value is tried alone.
    package func corrected(_ call: FunctionCall, _ context: RuleContext) -> (call: FunctionCall, [ChangedValue]) {
        var call = call, changed: [ChangedValue] = []
        for rule in rules where type(of: rule).reads(context.language) {
            let wanted = rule.apply(call, to: context).parameters
            let changes = Self.changes(call, wanted, by: type(of: rule).name)
            guard !changes.isEmpty else { continue }
            if context.accepts(wanted) {
                call.parameters = wanted
                changed += changes
                continue
            }
            for change in changes {
                var parameters = call.parameters
                parameters[change.parameter] = change.to
                guard context.accepts(parameters) else { continue }
                call.parameters = parameters
                changed.append(change)
            }
        }
        return (call, changed)
    }

    private static func changes(_ call: FunctionCall, _ wanted: JSONObject, by rule: String) -> [ChangedValue] {
        let names = call.parameters.keys + wanted.keys.filter { call.parameters[$0] == nil }
        return names.compactMap { name in
            let (from, to) = (call.parameters[name], wanted[name])
            guard from != to else { return nil }
            return ChangedValue(rule: rule, function: call.function, parameter: name, from: from, to: to)
        }
    }
}

extension CallRule {
    fileprivate static func reads(_ language: SpokenLanguage?) -> Bool {
        guard let languages else { return true }
        return language.map(languages.contains) ?? false
    }
}
