import Documents
import Functions
import OrderedCollections

extension AdapterRules {
    /// The rules as a file has them: what `init(name:json:)` reads again.
    public var json: JSONValue {
        var members: JSONObject = ["output": .string(output.rawValue)]
        if !outcomes.isEmpty {
            var written: JSONObject = [:]
            for outcome in Outcome.allCases { written[outcome.rawValue] = outcomes[outcome]?.json }
            members["outcomes"] = .object(written)
        }
        members["functions"] = .object(functions.mapValues(\.json))
        return .object(members)
    }
}

extension AdapterRules.OutcomeRule {
    fileprivate var json: JSONValue {
        var members: JSONObject = ["domain": .string(domain), "intent": .string(intent)]
        if !constants.isEmpty { members["slots"] = .object(constants) }
        return .object(members)
    }
}

extension AdapterRules.FunctionRule {
    /// `intent` where there is one without conditions, else `intents`.
    fileprivate var json: JSONValue {
        var members: JSONObject = ["domain": .string(domain)]
        if intents.count == 1, let only = intents.first, only.conditions.isEmpty, only.constants.isEmpty {
            members["intent"] = .string(only.intent)
        } else {
            members["intents"] = .array(intents.map(\.json))
        }
        if !parameters.isEmpty { members["parameters"] = .object(parameters.mapValues(\.json)) }
        if !constants.isEmpty { members["slots"] = .object(constants) }
        return .object(members)
    }
}

extension AdapterRules.IntentRule {
    fileprivate var json: JSONValue {
        var members: JSONObject = [:]
        if !conditions.isEmpty {
            var tests: OrderedDictionary<String, [AdapterCondition.Test]> = [:]
            for condition in conditions {
                tests[condition.path.joined(separator: "."), default: []].append(condition.test)
            }
            members["when"] = .object(tests.mapValues(Self.json))
        }
        members["intent"] = .string(intent)
        if !constants.isEmpty { members["slots"] = .object(constants) }
        return .object(members)
    }

    /// The tests of one value: the value itself where it must equal a plain one.
    private static func json(_ tests: [AdapterCondition.Test]) -> JSONValue {
        if tests.count == 1, case .equals(let value)? = tests.first, value.objectValue == nil, value.arrayValue == nil {
            return value
        }
        return .object(JSONObject(tests.map(\.member)) { $1 })
    }
}

extension AdapterCondition.Test {
    fileprivate var member: (String, JSONValue) {
        switch self {
        case .equals(let value): ("equals", value)
        case .oneOf(let values): ("one_of", .array(values))
        case .present(let isPresent): ("present", .bool(isPresent))
        case .above(let limit): ("above", Self.number(limit))
        case .atLeast(let limit): ("at_least", Self.number(limit))
        case .below(let limit): ("below", Self.number(limit))
        case .atMost(let limit): ("at_most", Self.number(limit))
        }
    }

    /// Without a fraction where it has none.
    private static func number(_ limit: Double) -> JSONValue {
        Int(exactly: limit).map { .integer($0) } ?? .number(limit)
    }
}

extension AdapterRules.ParameterRule {
    /// A slot's name, null for no slot, or what more there is.
    fileprivate var json: JSONValue {
        if values.isEmpty, omitted.isEmpty, fields.isEmpty { return slot.map { .string($0) } ?? .null }
        var members: JSONObject = [:]
        members["slot"] = slot.map { .string($0) }
        if !values.isEmpty { members["values"] = .object(values) }
        if !omitted.isEmpty { members["omit"] = .array(omitted) }
        if !fields.isEmpty { members["fields"] = .object(fields.mapValues(\.json)) }
        return .object(members)
    }
}
