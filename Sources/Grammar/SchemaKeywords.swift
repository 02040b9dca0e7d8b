import Documents
import OrderedCollections

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
        "$anchor", "$comment", "$defs", "$dynamicAnchor", "$id", "$recursiveAnchor", "$schema", "$vocabulary",
        "contentEncoding", "contentMediaType", "contentSchema", "default", "definitions", "deprecated", "description",
        "discriminator", "enumDescriptions", "enumNames", "example", "examples", "externalDocs", "markdownDescription",
        "readOnly", "strict", "title", "writeOnly", "xml",
    ]

    /// Values of `format` that are enforced. Any other is an annotation, as JSON Schema has it.
    public static var formats: [String] { StringFormat.all.map(\.name) }

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
