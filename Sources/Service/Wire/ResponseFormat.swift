import Documents

/// `response_format`: what a text answer looks like. Calls follow their tools' schemas whatever it says.
enum ResponseFormat: Hashable {
    case text
    /// Any JSON object.
    case object
    case schema(JSONValue)

    /// What the answer is constrained to; nil: nothing.
    var schema: JSONValue? {
        switch self {
        case .text: nil
        case .object: ["type": "object"]
        case .schema(let schema): schema
        }
    }

    init(_ fields: inout FieldReader) throws(FieldError) {
        guard var format = try fields.optionalObject("response_format") else {
            self = .text
            return
        }
        switch try format.string("type") {
        case "text": self = .text
        case "json_object": self = .object
        case "json_schema":
            var wrapped = try format.object("json_schema")
            _ = try wrapped.optionalString("name")
            let schema = try wrapped.required("schema")
            guard schema.objectValue != nil else {
                throw FieldError(
                    path: wrapped.path(of: "schema"), reason: .wrongType,
                    message: "\(wrapped.path(of: "schema")) must be a JSON Schema, not \(schema.typeName)")
            }
            self = .schema(schema)
        default:
            throw FieldError(
                path: "response_format.type", reason: .outOfRange,
                message: "response_format.type must be text, json_object or json_schema")
        }
    }
}
