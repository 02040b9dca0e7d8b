import Documents
import OrderedCollections

/// JSON Schemas (draft 2020-12) as the document writes them.
package enum Schema {
    /// A member of an object. Optional members may also be null, which counts as absent.
    package struct Member {
        let name: String
        let schema: JSONValue
        let isRequired: Bool

        /// A member that must be there.
        package static func required(_ name: String, _ schema: JSONValue, _ description: String? = nil) -> Member {
            Member(name: name, schema: Schema.described(schema, description), isRequired: true)
        }

        /// A member that may be absent or null.
        package static func optional(_ name: String, _ schema: JSONValue, _ description: String? = nil) -> Member {
            Member(name: name, schema: Schema.described(Schema.nullable(schema), description), isRequired: false)
        }

        /// May be absent, but not null: members of answers.
        package static func absent(_ name: String, _ schema: JSONValue, _ description: String? = nil) -> Member {
            Member(name: name, schema: Schema.described(schema, description), isRequired: false)
        }
    }

    /// - Parameter isOpen: takes members that are not declared.
    package static func object(_ members: [Member], isOpen: Bool = false, description: String? = nil) -> JSONValue {
        var schema: JSONObject = ["type": "object"]
        if let description { schema["description"] = .string(description) }
        schema["properties"] = .object(
            JSONObject(members.map { ($0.name, $0.schema) }, uniquingKeysWith: { _, last in last }))
        let required = members.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { schema["required"] = .array(required) }
        if !isOpen { schema["additionalProperties"] = false }
        return .object(schema)
    }

    /// Any members of one kind.
    package static func map(of value: JSONValue) -> JSONValue { ["type": "object", "additionalProperties": value] }

    package static let anyObject: JSONValue = ["type": "object"]
    package static let boolean: JSONValue = ["type": "boolean"]
    package static let string: JSONValue = ["type": "string"]
    package static let number: JSONValue = ["type": "number"]
    /// Bytes, in a form.
    package static let file: JSONValue = ["type": "string", "contentMediaType": "application/octet-stream"]
    package static let null: JSONValue = ["type": "null"]
    /// A number that counts something.
    package static let count = integer(in: 0...(.max))

    /// A text of a length, and of a pattern.
    package static func string(length: ClosedRange<Int>, pattern: String? = nil) -> JSONValue {
        var schema: JSONObject = ["type": "string"]
        if length.lowerBound > 0 { schema["minLength"] = .integer(length.lowerBound) }
        schema["maxLength"] = .integer(length.upperBound)
        if let pattern { schema["pattern"] = .string(pattern) }
        return .object(schema)
    }

    /// One of these words.
    package static func choice(_ words: [String]) -> JSONValue {
        ["type": "string", "enum": .array(words.map { .string($0) })]
    }

    /// This value alone.
    package static func constant(_ value: JSONValue) -> JSONValue { ["const": value] }

    /// An integer in a range.
    package static func integer(in range: ClosedRange<Int>) -> JSONValue {
        var schema: JSONObject = ["type": "integer"]
        schema["minimum"] = .integer(range.lowerBound)
        if range.upperBound < .max { schema["maximum"] = .integer(range.upperBound) }
        return .object(schema)
    }

    /// A number in a range.
    package static func number(in range: ClosedRange<Double>) -> JSONValue {
        ["type": "number", "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound)]
    }

    /// A list, of a length.
    package static func array(_ items: JSONValue, count: ClosedRange<Int>? = nil) -> JSONValue {
        var schema: JSONObject = ["type": "array", "items": items]
        if let count, count.lowerBound > 0 { schema["minItems"] = .integer(count.lowerBound) }
        if let count { schema["maxItems"] = .integer(count.upperBound) }
        return .object(schema)
    }

    /// One of several schemas.
    package static func any(_ schemas: JSONValue...) -> JSONValue { ["anyOf": .array(schemas)] }

    /// A schema of the document's components.
    package static func named(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }

    /// A schema, or null.
    package static func nullable(_ schema: JSONValue) -> JSONValue {
        guard var members = schema.objectValue, let type = members["type"] else { return any(schema, null) }
        if type == "null" { return schema }
        members["type"] = [type, "null"]
        if let words = members["enum"]?.arrayValue { members["enum"] = .array(words + [.null]) }
        return .object(members)
    }

    /// A schema with a remark.
    package static func described(_ schema: JSONValue, _ description: String?) -> JSONValue {
        guard let description, var members = schema.objectValue else { return schema }
        members["description"] = .string(description)
        return .object(members)
    }
}
