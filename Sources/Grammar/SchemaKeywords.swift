import OrderedCollections
import Documents

/// What the compiler does with each keyword of JSON Schema: enforce it, ignore it because it constrains nothing, or refuse it.
public enum SchemaKeywords {
    /// Enforced while decoding; published by `GET /v1/schema-keywords`.
    public static let enforced: [String] = [
        "$ref", "additionalProperties", "allOf", "anyOf", "const", "enum", "exclusiveMaximum", "exclusiveMinimum",
        "format", "items", "maxItems", "maxLength", "maximum", "minItems", "minLength", "minimum", "multipleOf",
        "nullable", "oneOf", "pattern", "prefixItems", "properties", "required", "type", "uniqueItems",
    ]

    /// Say something about a value without constraining it.
    public static let annotations: [String] = [
        "$comment", "$defs", "$id", "$schema", "contentEncoding", "contentMediaType", "default", "definitions",
        "deprecated", "description", "example", "examples", "readOnly", "strict", "title", "writeOnly",
    ]

    /// Values of `format` that are enforced. Any other is an annotation, as JSON Schema has it.
    public static let formats: [String] = [
        "date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "uri", "uuid",
    ]

    /// Marks a schema that some value must satisfy, even where it is one of several branches: a function that nobody
    /// could call is refused instead of never being called.
    public static let mustBePossible = "x-must-be-possible"

    private static let enforcedSet = Set(enforced), annotationSet = Set(annotations)

    static func isAnnotation(_ keyword: String) -> Bool {
        annotationSet.contains(keyword) || keyword.hasPrefix("x-")
    }

    /// Members of a schema that say what a value may be.
    static func constraints(of schema: JSONObject) -> JSONObject {
        schema.filter { !isAnnotation($0.key) }
    }

    /// - Throws: for the first keyword that is neither enforced nor an annotation.
    package static func check(_ schema: JSONObject, at pointer: String) throws(GrammarError) {
        for keyword in schema.keys where !enforcedSet.contains(keyword) && !isAnnotation(keyword) {
            throw GrammarError(
                pointer: pointer.appending(member: keyword),
                message: "the keyword \"\(keyword)\" cannot be enforced; remove it, or express it with one of: "
                    + enforced.joined(separator: ", "))
        }
    }
}

extension String {
    /// This JSON Pointer with one reference token more (RFC 6901, 3).
    func appending(member name: String) -> String {
        var token = ""
        for character in name {
            switch character {
            case "~": token += "~0"
            case "/": token += "~1"
            default: token.append(character)
            }
        }
        return self + "/" + token
    }
}
