import Documents
import OrderedCollections

/// A function's parameters with a `pattern` wherever a description states one in words. What fits it fits the schema that
/// it was made of: a pattern is only added, never replaced.
package enum StatedFormats {
    private static let maximumDepth = 6
    /// With any of these a string's form is said already.
    private static let telling = [
        "pattern", "format", "enum", "const", "minLength", "maxLength", "$ref", "anyOf", "oneOf", "allOf",
    ]

    package static func enforced(in schema: JSONValue) -> JSONValue { enforced(in: schema, depth: 0) }

    private static func enforced(in schema: JSONValue, depth: Int) -> JSONValue {
        guard depth < maximumDepth, var members = schema.objectValue else { return schema }
        if let properties = members["properties"]?.objectValue {
            members["properties"] = .object(properties.mapValues { enforced(in: $0, depth: depth + 1) })
        }
        if let items = members["items"] { members["items"] = enforced(in: items, depth: depth + 1) }
        guard members["type"]?.stringValue == "string", !telling.contains(where: { members[$0] != nil }),
            let description = members["description"]?.stringValue,
            let pattern = StatedFormat.pattern(in: description)
        else { return .object(members) }
        members["pattern"] = .string(pattern)
        return .object(members)
    }
}
