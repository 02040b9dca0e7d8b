import Documents
import Functions
import OrderedCollections

/// Functions whose parameters have Python's types, as JSON Schema.
enum PythonSchema {
    /// `{"name", "description", "parameters"}`; parameters are a schema with Python's type names, or a member a parameter.
    ///
    /// - Parameter names: gives each function a name that pools take.
    static func function(
        _ json: JSONValue, place: String, names: inout ToolNames
    ) throws(ConversionError) -> (said: String, function: FunctionDefinition) {
        let json = json["function"]?.objectValue == nil ? json : json["function"] ?? json
        guard let name = json["name"]?.stringValue else { throw ConversionError(place, "a function has no name") }
        let given = json["parameters"] ?? json["arguments"] ?? [:]
        let isSchema = given["properties"] != nil || ["object", "dict"].contains(given["type"]?.stringValue ?? "")
        let function = FunctionDefinition(
            name: names.name(for: name), description: String((json["description"]?.stringValue ?? "").prefix(4_000)),
            parameters: isSchema ? object(given) : flat(given))
        return (name, function)
    }

    /// A member a parameter; those that say "optional", or have a default, are.
    private static func flat(_ value: JSONValue) -> JSONValue {
        var properties: JSONObject = [:], required: [JSONValue] = []
        for (name, parameter) in value.objectValue ?? [:] {
            let said = parameter["type"]?.stringValue ?? ""
            properties[name] = schema(parameter)
            let isOptional = said.lowercased().contains("optional") || parameter["default"] != nil
            if !isOptional { required.append(.string(name)) }
        }
        var schema: JSONObject = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { schema["required"] = .array(required) }
        return .object(schema)
    }

    private static func object(_ value: JSONValue) -> JSONValue {
        var members: JSONObject = ["type": "object"]
        members["properties"] = .object((value["properties"]?.objectValue ?? [:]).mapValues(schema))
        if let required = value["required"]?.arrayValue, !required.isEmpty {
            members["required"] = .array(required.filter { $0.stringValue != nil })
        }
        return .object(members)
    }

    private static func schema(_ value: JSONValue) -> JSONValue {
        var members: JSONObject = [:]
        let said = value["type"]?.stringValue ?? ""
        for (keyword, type) in typed(said) { members[keyword] = type }
        if members["type"] == "object", value["properties"] != nil {
            for (keyword, inner) in object(value).objectValue ?? [:] { members[keyword] = inner }
        }
        if members["type"] == "array", let items = value["items"], items.objectValue != nil {
            members["items"] = schema(items)
        }
        for keyword in ["description", "enum", "default"] {
            if let kept = value[keyword], !kept.isNull { members[keyword] = kept }
        }
        return .object(members)
    }

    /// `str, optional`, `List[int]`, `dict`, `tuple`, `any` and so on; what is not known may be anything.
    private static func typed(_ said: String) -> JSONObject {
        let name = said.lowercased().replacing("optional[", with: "").split(separator: ",").first.map(String.init) ?? ""
        let (outer, inner) = split(name.replacing(" ", with: ""))
        switch outer {
        case "str", "string", "char": return ["type": "string"]
        case "int", "integer", "long": return ["type": "integer"]
        case "float", "number", "double": return ["type": "number"]
        case "bool", "boolean": return ["type": "boolean"]
        case "dict", "object", "hashmap": return ["type": "object"]
        case "list", "array", "tuple", "set":
            let items = inner.isEmpty ? [:] : typed(inner)
            return items.isEmpty ? ["type": "array"] : ["type": "array", "items": .object(items)]
        default: return [:]
        }
    }

    /// `list` and `int` of `list[int]`.
    private static func split(_ name: String) -> (String, String) {
        guard let open = name.firstIndex(of: "[") else { return (name.filter { $0 != "]" }, "") }
        return (String(name[..<open]), String(name[name.index(after: open)...].filter { $0 != "]" }))
    }
}

/// The functions of one sample, by what its source calls them.
struct OfferedFunctions {
    private(set) var functions: [FunctionDefinition] = []
    private var bySaid: [String: FunctionDefinition] = [:]

    init(_ list: [JSONValue], place: String) throws(ConversionError) {
        var names = ToolNames()
        for json in list {
            let (said, function) = try PythonSchema.function(json, place: place, names: &names)
            guard bySaid[said] == nil else { continue }
            bySaid[said] = function
            functions.append(function)
        }
    }

    /// The call by our name; nil: there is no such function.
    func call(_ said: String, _ arguments: JSONObject) -> FunctionCall? {
        bySaid[said].map { FunctionCall(function: $0.name, parameters: arguments) }
    }

    /// Calls as `{"name", "arguments"}`; nil where one of them is none, or of no function offered.
    func calls(_ list: [JSONValue]) -> [FunctionCall]? {
        let calls = list.compactMap { json -> FunctionCall? in
            let json = json["function"]?.objectValue == nil ? json : json["function"] ?? json
            let given = json["arguments"] ?? json["parameters"] ?? [:]
            let arguments = given.stringValue.flatMap { try? JSONValue(parsing: $0) } ?? given
            guard let name = json["name"]?.stringValue, let members = arguments.objectValue else { return nil }
            return call(name, members)
        }
        return calls.count == list.count ? calls : nil
    }
}

/// Names that pools take, one a tool: made as `kinglet import` makes them.
struct ToolNames {
    private var taken: Set<String> = []

    mutating func name(for said: String) -> String {
        let document: JSONValue = [["name": .string(said)]]
        let base = (try? PoolImport(document: document))?.functions.first?.name ?? "function"
        var name = base, number = 2
        while !taken.insert(name).inserted {
            name = "\(base)_\(number)"
            number += 1
        }
        return name
    }
}
