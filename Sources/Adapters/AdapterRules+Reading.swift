import Documents
import Foundation
import Functions
import OrderedCollections

extension AdapterRules {
    /// Reads a `.yaml`, `.yml` or `.json` file; the adapter is named for the file.
    public static func load(path: String) throws(AdapterError) -> AdapterRules {
        let bytes: [UInt8]
        do throws(DocumentError) {
            bytes = try InputFile.bytes(path, limit: YAMLDocument.maximumBytes)
        } catch {
            throw AdapterError(source: error.path, error.reason)
        }
        let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        return try parse(bytes, name: name, isYAML: InputFile.isYAML(path), source: path)
    }

    public static func parse(
        _ bytes: [UInt8], name: String, isYAML: Bool, source: String = ""
    ) throws(AdapterError) -> AdapterRules {
        do {
            guard isYAML else { return try AdapterRules(name: name, json: JSONValue(parsing: bytes)) }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw YAMLError(message: "not UTF-8; save the file as UTF-8")
            }
            return try AdapterRules(name: name, json: YAMLDocument.parse(text))
        } catch let error as FieldError {
            throw AdapterError(source: source, path: error.path, error.message)
        } catch {
            throw AdapterError(source: source, "\(error)")
        }
    }

    public init(name: String, json: JSONValue) throws(FieldError) {
        var fields = try FieldReader(json)
        let shape = try fields.optionalString("output") ?? OutputShape.dis.rawValue
        guard let output = OutputShape(rawValue: shape) else {
            throw FieldError(
                path: "output", reason: .outOfRange,
                message: "output must be one of \(OutputShape.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        var functions: OrderedDictionary<String, FunctionRule> = [:]
        for (name, value) in try Self.members(fields.required("functions"), "functions") {
            functions[name] = try FunctionRule(json: value, path: "functions.\(name)")
        }
        var outcomes: [Outcome: OutcomeRule] = [:]
        if let value = fields.optional("outcomes") {
            for (name, value) in try Self.members(value, "outcomes") {
                guard let outcome = Outcome(rawValue: name), outcome != .call else {
                    throw FieldError(
                        path: "outcomes.\(name)", reason: .unknown,
                        message: "known outcomes: \(Outcome.reservedNames.sorted().joined(separator: ", "))")
                }
                outcomes[outcome] = try OutcomeRule(json: value, path: "outcomes.\(name)")
            }
        }
        try fields.finish()
        self.init(name: name, output: output, functions: functions, outcomes: outcomes)
    }

    fileprivate static func members(_ value: JSONValue, _ path: String) throws(FieldError) -> JSONObject {
        guard let members = value.objectValue else {
            throw FieldError(
                path: path, reason: .wrongType, message: "\(path) must be an object, not \(value.typeName)")
        }
        return members
    }

    fileprivate static func constants(_ fields: inout FieldReader) throws(FieldError) -> JSONObject {
        guard let value = fields.optional("slots") else { return [:] }
        return try members(value, fields.path(of: "slots"))
    }
}

extension AdapterRules.OutcomeRule {
    package init(json: JSONValue, path: String) throws(FieldError) {
        var fields = try FieldReader(json, path: path)
        domain = try fields.string("domain")
        intent = try fields.string("intent")
        constants = try AdapterRules.constants(&fields)
        try fields.finish()
    }
}

extension AdapterRules.FunctionRule {
    /// `intent: x` for one intent, or `intents:` with conditions.
    package init(json: JSONValue, path: String) throws(FieldError) {
        var fields = try FieldReader(json, path: path)
        domain = try fields.string("domain")
        let single = try fields.optionalString("intent")
        intents = []
        for var reader in try fields.objects("intents") {
            var conditions: [AdapterCondition] = []
            if let value = reader.optional("when") {
                let path = reader.path(of: "when")
                for (name, test) in try AdapterRules.members(value, path) {
                    conditions += try AdapterCondition.read(test, of: name, path: "\(path).\(name)")
                }
            }
            intents.append(
                .init(
                    conditions: conditions, intent: try reader.string("intent"),
                    constants: try AdapterRules.constants(&reader)))
            try reader.finish()
        }
        guard (single == nil) != intents.isEmpty else {
            throw FieldError(
                path: path, reason: .missing, message: "\(path) needs either intent or a non-empty list of intents")
        }
        if let single { intents = [.init(conditions: [], intent: single, constants: [:])] }
        parameters = [:]
        if let value = fields.optional("parameters") {
            let path = fields.path(of: "parameters")
            for (name, rule) in try AdapterRules.members(value, path) {
                parameters[name] = try AdapterRules.ParameterRule(json: rule, path: "\(path).\(name)", depth: 0)
            }
        }
        constants = try AdapterRules.constants(&fields)
        try fields.finish()
    }
}

extension AdapterRules.ParameterRule {
    /// A slot's name; null for no slot; or `{slot, values, omit, fields}`.
    package init(json: JSONValue, path: String, depth: Int) throws(FieldError) {
        (slot, values, omitted, fields) = (nil, [:], [], [:])
        if json.isNull { return }
        if let name = json.stringValue {
            slot = name
            return
        }
        guard depth < 8 else {
            throw FieldError(path: path, reason: .outOfRange, message: "\(path) is nested too deeply")
        }
        var reader = try FieldReader(json, path: path)
        slot = try reader.optionalString("slot")
        if let value = reader.optional("values") { values = try AdapterRules.members(value, reader.path(of: "values")) }
        omitted = try reader.optionalArray("omit") ?? []
        if let value = reader.optional("fields") {
            let path = reader.path(of: "fields")
            for (name, rule) in try AdapterRules.members(value, path) {
                fields[name] = try Self(json: rule, path: "\(path).\(name)", depth: depth + 1)
            }
        }
        try reader.finish()
    }
}

extension AdapterCondition {
    /// A value, a list of values, or an object of tests that must all hold.
    package static func read(_ json: JSONValue, of name: String, path: String) throws(FieldError) -> [AdapterCondition]
    {
        let parts = name.split(separator: ".").map(String.init)
        if let list = json.arrayValue { return [AdapterCondition(path: parts, test: .oneOf(list))] }
        guard let members = json.objectValue else { return [AdapterCondition(path: parts, test: .equals(json))] }
        var conditions: [AdapterCondition] = []
        for (keyword, value) in members {
            let test: Test? =
                switch keyword {
                case "present": value.boolValue.map { .present($0) }
                case "equals": .equals(value)
                case "one_of": value.arrayValue.map { .oneOf($0) }
                case "above": value.doubleValue.map { .above($0) }
                case "at_least": value.doubleValue.map { .atLeast($0) }
                case "below": value.doubleValue.map { .below($0) }
                case "at_most": value.doubleValue.map { .atMost($0) }
                default: nil
                }
            guard let test else {
                throw FieldError(
                    path: "\(path).\(keyword)", reason: .unknown,
                    message: "\(path): tests are equals (any value), one_of (a list), present (true or false), "
                        + "above, at_least, below, at_most (a number)")
            }
            conditions.append(AdapterCondition(path: parts, test: test))
        }
        return conditions
    }
}
