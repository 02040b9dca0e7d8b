import Documents
import OrderedCollections

/// Writes a function's parameters in the fewest tokens that a code model reads well: as TypeScript would.
///
/// `temperature: 5..90, room?: string, unit?: celsius|fahrenheit`
package enum ParameterSignature {
    /// Enums longer than this are cut in the prompt; the grammar knows all their values.
    private static let shownValues = 40
    private static let maximumDepth = 4

    package static func text(of function: FunctionDefinition) -> String {
        members(of: function.parameters, root: function.parameters, depth: 0)
    }

    private static func members(of schema: JSONValue, root: JSONValue, depth: Int) -> String {
        let required = Set(schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? [])
        return (schema["properties"]?.objectValue ?? [:]).map { name, property in
            let note = (property["description"]?.stringValue).map { " /* \($0) */" } ?? ""
            return
                "\(name)\(required.contains(name) ? "" : "?"): \(type(of: property, root: root, depth: depth))\(note)"
        }.joined(separator: ", ")
    }

    private static func type(of schema: JSONValue, root: JSONValue, depth: Int) -> String {
        guard depth < maximumDepth, let members = schema.objectValue else { return "any" }
        if let constant = members["const"] { return literal(constant) }
        if let values = members["enum"]?.arrayValue { return union(values.map { literal($0) }) }
        if let reference = members["$ref"]?.stringValue {
            return resolve(reference, root).map { type(of: $0, root: root, depth: depth + 1) } ?? "any"
        }
        for keyword in ["anyOf", "oneOf"] {
            if let parts = members[keyword]?.arrayValue {
                return union(parts.map { type(of: $0, root: root, depth: depth + 1) })
            }
        }
        if let names = members["type"]?.arrayValue?.compactMap(\.stringValue) {
            return union(names.map { single($0, members, root, depth) })
        }
        return single(members["type"]?.stringValue ?? "any", members, root, depth)
    }

    private static func single(_ type: String, _ members: JSONObject, _ root: JSONValue, _ depth: Int) -> String {
        switch type {
        case "array":
            let items = members["items"].map { self.type(of: $0, root: root, depth: depth + 1) } ?? "any"
            return items.contains("|") ? "(\(items))[]" : "\(items)[]"
        case "object":
            guard members["properties"] != nil else { return "object" }
            return "{\(self.members(of: .object(members), root: root, depth: depth + 1))}"
        case "integer", "number": return number(type, members)
        case "string": return string(members)
        default: return type
        }
    }

    private static func number(_ type: String, _ members: JSONObject) -> String {
        let low = members["minimum"]?.text(), high = members["maximum"]?.text()
        switch (low, high) {
        case (let low?, let high?): return "\(low)..\(high)"
        case (let low?, nil): return "\(type) >= \(low)"
        case (nil, let high?): return "\(type) <= \(high)"
        case (nil, nil): return type
        }
    }

    private static func string(_ members: JSONObject) -> String {
        switch members["format"]?.stringValue {
        case "date": return "YYYY-MM-DD"
        case "time": return "hh:mm:ss+hh:mm"
        case "date-time": return "YYYY-MM-DDThh:mm:ss+hh:mm"
        case "duration": return "duration, e.g. PT1H30M"
        case let format?: return format
        case nil: break
        }
        let pattern = members["pattern"]?.stringValue
        return pattern == "^([01][0-9]|2[0-3]):[0-5][0-9]$" ? "HH:MM" : "string"
    }

    private static func union(_ parts: [String]) -> String {
        parts.count <= shownValues
            ? parts.joined(separator: "|") : parts.prefix(shownValues).joined(separator: "|") + "|…"
    }

    /// Words stand bare: quotes within the JSON of the prompt would cost two tokens more each.
    private static func literal(_ value: JSONValue) -> String {
        guard let text = value.stringValue, let first = text.utf8.first, !(0x30...0x39).contains(first),
            FunctionPool.isName(text), !["true", "false", "null"].contains(text)
        else { return value.text() }
        return text
    }

    private static func resolve(_ reference: String, _ root: JSONValue) -> JSONValue? {
        guard reference.hasPrefix("#/") else { return nil }
        return reference.dropFirst(2).split(separator: "/").reduce(Optional(root)) { value, part in
            value?[String(part).replacing("~1", with: "/").replacing("~0", with: "~")]
        }
    }
}
