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

    /// With dates and times only: what every answer is held to.
    package static func enforced(in schema: JSONValue) -> JSONValue {
        adding(to: schema, depth: 0, StatedFormat.momentPattern)
    }

    /// With all forms: what `kinglet import --patterns` proposes.
    package static func proposed(in schema: JSONValue) -> JSONValue {
        adding(to: schema, depth: 0, StatedFormat.pattern)
    }

    private static func adding(to schema: JSONValue, depth: Int, _ pattern: (String) -> String?) -> JSONValue {
        guard depth < maximumDepth, var members = schema.objectValue else { return schema }
        if let properties = members["properties"]?.objectValue {
            members["properties"] = .object(properties.mapValues { adding(to: $0, depth: depth + 1, pattern) })
        }
        if let items = members["items"] { members["items"] = adding(to: items, depth: depth + 1, pattern) }
        guard members["type"]?.stringValue == "string", !telling.contains(where: { members[$0] != nil }),
            let description = members["description"]?.stringValue,
            let stated = pattern(description)
        else { return .object(members) }
        members["pattern"] = .string(stated)
        return .object(members)
    }
}

extension FunctionDefinition {
    /// With a `pattern` wherever the description of a parameter states a form in words.
    package func withStatedPatterns() -> FunctionDefinition {
        FunctionDefinition(
            name: name, description: description, domain: domain, parameters: StatedFormats.proposed(in: parameters),
            examples: examples)
    }
}
