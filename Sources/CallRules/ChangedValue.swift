import Documents
import Functions
import OrderedCollections

/// A value that a rule changed, or a call that it took back.
public struct ChangedValue: Sendable, Hashable {
    /// The rule's name in `calling.rules`.
    public var rule: String
    public var function: String
    /// Empty: the whole call.
    public var parameter: String
    /// nil: the parameter was not there.
    public var from: JSONValue?
    /// nil: the parameter is left out.
    public var to: JSONValue?

    public var json: JSONValue {
        [
            "rule": .string(rule), "function": .string(function),
            "parameter": parameter.isEmpty ? .null : .string(parameter), "from": from ?? .null, "to": to ?? .null,
        ]
    }

    /// The parameters that differ.
    static func between(_ call: FunctionCall, _ other: FunctionCall, by rule: String) -> [ChangedValue] {
        let names = call.parameters.keys + other.parameters.keys.filter { call.parameters[$0] == nil }
        return names.compactMap { name in
            let (from, to) = (call.parameters[name], other.parameters[name])
            guard from != to else { return nil }
            return ChangedValue(rule: rule, function: call.function, parameter: name, from: from, to: to)
        }
    }

    static func refusal(of call: FunctionCall, by rule: String) -> ChangedValue {
        ChangedValue(rule: rule, function: call.function, parameter: "", from: .object(call.parameters), to: nil)
    }
}
