import Documents
import Functions
import OrderedCollections

/// An adapter: rules that turn calls of one pool into frames of a legacy stack, as in `Config/adapters/*.yaml`.
public struct AdapterRules: Sendable, Hashable {
    /// What becomes of the calls of one function.
    public struct FunctionRule: Sendable, Hashable {
        public var domain: String
        /// The first whose conditions hold gives the intent.
        public var intents: [IntentRule]
        public var parameters: OrderedDictionary<String, ParameterRule>
        /// Slots that every call has.
        public var constants: JSONObject
    }

    /// An intent, and when it is meant.
    public struct IntentRule: Sendable, Hashable {
        public var conditions: [AdapterCondition]
        public var intent: String
        /// Slots that a call with this intent has.
        public var constants: JSONObject
    }

    /// What becomes of a parameter.
    public struct ParameterRule: Sendable, Hashable {
        /// nil: no slot, because conditions use the value up or because `fields` give the slots.
        public var slot: String?
        /// Legacy values by the JSON text (strings: the string) of ours; empty: values stay as they are.
        public var values: JSONObject
        /// Values that need no slot, because the intent says as much.
        public var omitted: [JSONValue]
        /// Rules for the members of an object, or of the objects in an array.
        public var fields: OrderedDictionary<String, ParameterRule>
    }

    /// The frame of an outcome without a call.
    public struct OutcomeRule: Sendable, Hashable {
        public var domain: String
        public var intent: String
        public var constants: JSONObject
    }

    public let name: String
    public let output: OutputShape
    public let functions: OrderedDictionary<String, FunctionRule>
    public let outcomes: [Outcome: OutcomeRule]

    /// An adapter, checked by whoever read it.
    public init(
        name: String, output: OutputShape, functions: OrderedDictionary<String, FunctionRule>,
        outcomes: [Outcome: OutcomeRule]
    ) {
        (self.name, self.output, self.functions, self.outcomes) = (name, output, functions, outcomes)
    }

    /// The frame of a call. What has no rule is listed in `unmapped`, never dropped.
    public func frame(for call: FunctionCall) -> LegacyFrame {
        guard let rule = functions[call.function] else {
            return LegacyFrame(
                domain: nil, intent: nil, confidence: call.confidence,
                unmapped: [call.function] + call.parameters.keys.map { "\(call.function).\($0)" })
        }
        let intent = rule.intents.first { $0.conditions.allSatisfy { $0.holds(for: call.parameters) } }
        var frame = LegacyFrame(domain: rule.domain, intent: intent?.intent, confidence: call.confidence)
        if intent == nil { frame.unmapped.append(call.function) }
        Self.addSlots(call.parameters, rule.parameters, path: call.function, to: &frame)
        for (name, value) in rule.constants.merging(intent?.constants ?? [:], uniquingKeysWith: { $1 }) {
            frame.slots.append(.init(name: name, value: value, raw: .null))
        }
        return frame
    }

    /// The frame of an outcome without a call.
    public func frame(for outcome: Outcome, confidence: Double) -> LegacyFrame {
        guard let rule = outcomes[outcome] else {
            return LegacyFrame(domain: nil, intent: nil, confidence: confidence, unmapped: [outcome.rawValue])
        }
        let slots = rule.constants.map { LegacyFrame.Slot(name: $0.key, value: $0.value, raw: .null) }
        return LegacyFrame(domain: rule.domain, intent: rule.intent, slots: slots, confidence: confidence)
    }

    /// Adds the slots of some parameters; those without a rule are noted.
    private static func addSlots(
        _ parameters: JSONObject, _ rules: OrderedDictionary<String, ParameterRule>, path: String,
        to frame: inout LegacyFrame
    ) {
        for (name, value) in parameters {
            let path = "\(path).\(name)"
            guard let rule = rules[name] else {
                frame.unmapped.append(path)
                continue
            }
            // Legacy stacks know no lists: each element is a slot of the same name.
            for element in value.arrayValue ?? [value] {
                if !rule.fields.isEmpty, let members = element.objectValue {
                    addSlots(members, rule.fields, path: path, to: &frame)
                } else if let slot = rule.slot, !rule.omitted.contains(where: { AdapterCondition.equal($0, element) }) {
                    frame.slots.append(.init(name: slot, value: rule.map(element, path, &frame), raw: element))
                }
            }
        }
    }
}

extension AdapterRules.ParameterRule {
    /// The legacy value of ours; one without a translation is noted, and stays.
    fileprivate func map(_ value: JSONValue, _ path: String, _ frame: inout LegacyFrame) -> JSONValue {
        guard !values.isEmpty else { return value }
        let key = value.stringValue ?? value.text()
        if let mapped = values[key] { return mapped }
        frame.unmapped.append("\(path)=\(key)")
        return value
    }
}

/// A condition of an intent: a test of one parameter's value.
public struct AdapterCondition: Sendable, Hashable {
    /// A test of a value.
    public enum Test: Sendable, Hashable {
        case equals(JSONValue), oneOf([JSONValue]), present(Bool)
        case above(Double), atLeast(Double), below(Double), atMost(Double)
    }

    /// Names from the parameters down; more than one for a member of an object.
    public let path: [String]
    public let test: Test

    /// A test of the value at a path.
    public init(path: [String], test: Test) { (self.path, self.test) = (path, test) }

    /// Whether the value passes the test; an absent one passes `present: false` alone.
    public func holds(for parameters: JSONObject) -> Bool {
        let value = path.reduce(Optional(JSONValue.object(parameters))) { $0?[$1] }
        switch test {
        case .present(let expected): return (value.map { !$0.isNull } ?? false) == expected
        case .equals(let expected): return value.map { Self.equal($0, expected) } ?? false
        case .oneOf(let list): return value.map { value in list.contains { Self.equal(value, $0) } } ?? false
        case .above(let limit): return (value?.doubleValue).map { $0 > limit } ?? false
        case .atLeast(let limit): return (value?.doubleValue).map { $0 >= limit } ?? false
        case .below(let limit): return (value?.doubleValue).map { $0 < limit } ?? false
        case .atMost(let limit): return (value?.doubleValue).map { $0 <= limit } ?? false
        }
    }

    /// 5 and 5.0 are one number.
    static func equal(_ first: JSONValue, _ second: JSONValue) -> Bool {
        if let first = first.doubleValue, let second = second.doubleValue { return first == second }
        return first == second
    }
}
