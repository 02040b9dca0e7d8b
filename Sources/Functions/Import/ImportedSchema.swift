import Documents
import OrderedCollections

/// Schemas of other dialects as the JSON Schema that is enforced here, where they say the same.
enum ImportedSchema {
    private static let branches = ["anyOf", "oneOf", "allOf", "$ref"]

    /// Of a function: an object, with the members that some tools leave out or leave empty. `{}`, and an object of which
    /// nothing is said, have no parameters.
    static func parameters(_ schema: JSONValue) -> JSONValue {
        guard var members = normalized(schema).objectValue else { return schema }
        let hasBranches = branches.contains { members[$0] != nil }
        if members["type"] == nil, !hasBranches { members.updateValue("object", forKey: "type", insertingAt: 0) }
        if members["type"] == ["object"] { members["type"] = "object" }
        if members["properties"]?.isNull == true { members["properties"] = nil }
        if members["properties"] == nil, members["additionalProperties"] == nil, !hasBranches {
            members["properties"] = [:]
        }
        return .object(members)
    }

    /// What OpenAPI 3.0 and old drafts write otherwise: `exclusiveMinimum: true` beside `minimum`, `required: true`.
    static func normalized(_ schema: JSONValue) -> JSONValue {
        guard let members = schema.objectValue else { return schema }
        var result = JSONObject()
        for (keyword, value) in members {
            switch (keyword, value) {
            case ("exclusiveMinimum", .bool(let isExclusive)), ("exclusiveMaximum", .bool(let isExclusive)):
                let bound = keyword == "exclusiveMinimum" ? "minimum" : "maximum"
                if isExclusive, let limit = members[bound] { result[keyword] = limit }
            case ("minimum", _) where members["exclusiveMinimum"] == true,
                ("maximum", _) where members["exclusiveMaximum"] == true:
                break
            case ("required", .bool): break  // draft 3, still seen in parameters
            case ("enum", _), ("const", _), ("default", _), ("example", _), ("examples", _): result[keyword] = value
            case ("properties", .object(let named)), ("$defs", .object(let named)), ("definitions", .object(let named)):
                result[keyword] = .object(named.mapValues { normalized($0) })
            case (_, .array(let elements)): result[keyword] = .array(elements.map { normalized($0) })
            default: result[keyword] = normalized(value)
            }
        }
        return .object(result)
    }
}
