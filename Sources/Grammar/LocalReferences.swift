import Documents
import OrderedCollections

/// References within a schema (`#/$defs/…`) that are to hold when the schema becomes part of another.
package enum LocalReferences {
    package static func moved(_ schema: JSONValue, to pointer: String) -> JSONValue {
        guard let members = schema.objectValue else { return schema }
        var result = JSONObject(minimumCapacity: members.count)
        for (keyword, value) in members {
            switch (keyword, value) {
            case ("$ref", .string(let reference)) where reference.hasPrefix("#"):
                result[keyword] = .string("#" + pointer + reference.dropFirst())
            case ("enum", _), ("const", _), ("default", _), ("examples", _):
                result[keyword] = value
            case ("properties", .object(let named)), ("patternProperties", .object(let named)),
                ("$defs", .object(let named)), ("definitions", .object(let named)),
                ("dependentSchemas", .object(let named)):
                result[keyword] = .object(named.mapValues { moved($0, to: pointer) })
            case (_, .array(let elements)):
                result[keyword] = .array(elements.map { moved($0, to: pointer) })
            default:
                result[keyword] = moved(value, to: pointer)
            }
        }
        return .object(result)
    }
}
