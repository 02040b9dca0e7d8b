import Documents
import Functions
import OrderedCollections

extension AdapterRules {
    /// What does not fit between an adapter and a pool.
    public struct Findings: Sendable, Hashable {
        /// Names in the adapter that the pool lacks: a fault.
        public var unknown: [String] = []
        /// Functions, parameters, enum values and outcomes of the pool without a rule: calls with them have `unmapped`.
        public var unmapped: [String] = []
    }

    /// Compares the adapter with a pool, name by name.
    public func findings(for pool: FunctionPool) -> Findings {
        var findings = Findings()
        for (name, rule) in functions {
            guard let function = pool[name] else {
                findings.unknown.append(name)
                continue
            }
            Self.compare(rule.parameters, function.parameters, path: name, &findings)
            for intent in rule.intents {
                for condition in intent.conditions where !Self.exists(condition.path, in: function.parameters) {
                    findings.unknown.append("\(name).\(condition.path.joined(separator: "."))")
                }
            }
        }
        for function in pool.functions where functions[function.name] == nil { findings.unmapped.append(function.name) }
        for outcome in Outcome.allCases where outcome != .call && outcomes[outcome] == nil {
            findings.unmapped.append(outcome.rawValue)
        }
        return findings
    }

    /// - Throws: `AdapterError` that lists the names that the pool lacks.
    public func validate(against pool: FunctionPool) throws(AdapterError) {
        let unknown = findings(for: pool).unknown
        guard !unknown.isEmpty else { return }
        throw AdapterError(
            path: "functions",
            "the pool \(pool.name) has no \(unknown.joined(separator: ", ")); remove them or mend the spelling")
    }

    /// Compares the rules of one object's members with their schemas.
    private static func compare(
        _ rules: OrderedDictionary<String, ParameterRule>, _ schema: JSONValue, path: String, _ findings: inout Findings
    ) {
        let properties = schema["properties"]?.objectValue ?? [:]
        for name in rules.keys where properties[name] == nil { findings.unknown.append("\(path).\(name)") }
        for (name, property) in properties {
            let path = "\(path).\(name)"
            guard let rule = rules[name] else {
                findings.unmapped.append(path)
                continue
            }
            let value = property["type"] == "array" ? property["items"] ?? .null : property
            if !rule.fields.isEmpty { compare(rule.fields, value, path: path, &findings) }
            guard !rule.values.isEmpty, let values = value["enum"]?.arrayValue else { continue }
            let keys = values.map { $0.stringValue ?? $0.text() }
            findings.unknown += rule.values.keys.filter { !keys.contains($0) }.map { "\(path)=\($0)" }
            findings.unmapped += keys.filter { rule.values[$0] == nil }.map { "\(path)=\($0)" }
        }
    }

    /// Whether a schema has a member of that path.
    private static func exists(_ path: [String], in schema: JSONValue) -> Bool {
        path.reduce(Optional(schema)) { $0?["properties"]?[$1] } != nil
    }
}
