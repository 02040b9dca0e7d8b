import Documents
import OrderedCollections

/// References within a schema (`#/$defs/…`) that are to hold when the schema becomes part of another.
package enum LocalReferences {
    private static let values: Set<String> = ["enum", "const", "default", "example", "examples"]
    private static let named: Set<String> = [
        "properties", "patternProperties", "$defs", "definitions", "dependentSchemas",
    ]

    package static func moved(_ schema: JSONValue, to pointer: String) -> JSONValue {
        guard let members = schema.objectValue else { return schema }
        var result = JSONObject(minimumCapacity: members.count)
        for (keyword, value) in members {
            switch value {
            case .string(let reference) where keyword == "$ref" && reference.hasPrefix("#"):
                result[keyword] = .string("#" + pointer + reference.dropFirst())
            case _ where values.contains(keyword): result[keyword] = value
            case .object(let schemas) where named.contains(keyword):
                result[keyword] = .object(schemas.mapValues { moved($0, to: pointer) })
            case .array(let elements): result[keyword] = .array(elements.map { moved($0, to: pointer) })
            default: result[keyword] = moved(value, to: pointer)
            }
        }
        return .object(result)
    }

    /// - Throws: for the first reference that leads nowhere in the schema, with its pointer and as it is written.
    package static func check(_ schema: JSONValue) throws(GrammarError) {
        try check(schema, at: "", in: schema)
    }

    private static func check(_ value: JSONValue, at pointer: String, in root: JSONValue) throws(GrammarError) {
        for (keyword, member) in value.objectValue ?? [:] where !values.contains(keyword) {
            let place = pointer.appending(member: keyword)
            switch member {
            case .string(let reference) where keyword == "$ref": try resolve(reference, at: place, in: root)
            case .object(let schemas) where named.contains(keyword):
                for (name, schema) in schemas { try check(schema, at: place.appending(member: name), in: root) }
            case .array(let elements):
                for (index, element) in elements.enumerated() {
                    try check(element, at: place.appending(member: String(index)), in: root)
                }
            default: try check(member, at: place, in: root)
            }
        }
    }

    @discardableResult
    static func resolve(
        _ reference: String, at keyword: String, in root: JSONValue
    ) throws(GrammarError) -> (target: JSONValue, place: String) {
        guard reference.first == "#" else {
            throw GrammarError(
                pointer: keyword, message: "only references inside the schema can be followed, such as \"#/$defs/name\""
            )
        }
        let place = String(reference.dropFirst())
        guard place.isEmpty || place.first == "/" else {
            throw GrammarError(pointer: keyword, message: "anchors are not supported; use \"#/$defs/name\"")
        }
        guard let target = root.value(at: place) else {
            throw GrammarError(pointer: keyword, message: "nothing lies at \"\(reference)\"; check the name")
        }
        return (target, place)
    }
}
