import Documents
import Grammar
import Inference

/// What the text of an answer is constrained to, under whichever of its names the client says it. Calls follow their tools'
/// schemas whatever it says.
package struct ResponseFormat: Hashable, Sendable {
    /// A JSON Schema, or the document of a `TextGrammar`; nil: nothing is asked.
    package let schema: JSONValue?
    /// Where the client wrote it, for errors.
    let field: String

    package static let text = ResponseFormat(schema: nil, field: "response_format")
    package static let anyObject: JSONValue = ["type": "object"]

    /// - Parameter field: where the client wrote it.
    package init(schema: JSONValue?, field: String) { (self.schema, self.field) = (schema, field) }

    /// Reads `response_format` and its kin of other servers. One of them at most.
    ///
    /// - Throws: for a constraint that cannot be read or kept, and for two.
    init(_ fields: inout FieldReader) throws(FieldError) {
        var all: [ResponseFormat] = []
        if let format = try Self.openAI(&fields) { all.append(format) }
        for name in ["guided_json", "json_schema", "format"] {
            if let value = fields.optional(name) {
                all.append(try Self.json(value, fields.path(of: name), takesWord: name == "format"))
            }
        }
        for name in ["guided_regex", "regex"] {
            if let pattern = try fields.optionalString(name) { all.append(Self.regex(pattern, name)) }
        }
        if let format = try Self.choice("guided_choice", &fields) { all.append(format) }
        if var nested = try fields.optionalObject("structured_outputs") {
            all += try Self.structuredOutputs(&nested)
        }
        let asking = all.filter { $0.schema != nil }
        guard asking.count < 2 else {
            throw FieldError(
                path: asking[1].field, reason: .outOfRange,
                message: "\(asking[1].field) and \(asking[0].field) exclude each other; give one of them")
        }
        self = asking.first ?? .text
    }

    /// - Throws: `FieldError` that names the client's field; what compiling throws.
    func grammar(_ generator: any Generator) async throws -> CompiledGrammar? {
        guard let schema else { return nil }
        do {
            return try await generator.compile(schema)
        } catch let error as GrammarError {
            throw FieldError(path: field, reason: .outOfRange, message: "\(field) cannot be enforced: \(error)")
        }
    }

    /// OpenAI's, with llama.cpp's `schema` beside `json_object` and `json_schema`.
    private static func openAI(_ fields: inout FieldReader) throws(FieldError) -> ResponseFormat? {
        guard var format = try fields.optionalObject("response_format") else { return nil }
        let result: ResponseFormat
        switch try format.string("type") {
        case "text": result = .text
        case "json_object":
            let schema = format.optional("schema")
            result =
                try schema.map { (value) throws(FieldError) in try json(value, format.path(of: "schema")) }
                ?? ResponseFormat(schema: anyObject, field: "response_format")
        case "json_schema":
            if let schema = format.optional("schema"), format.optional("json_schema") == nil {
                result = try json(schema, format.path(of: "schema"))
            } else {
                var wrapped = try format.object("json_schema")
                for name in ["name", "description"] { _ = try wrapped.optionalString(name) }
                _ = try wrapped.optionalBool("strict")
                result = try json(try wrapped.required("schema"), wrapped.path(of: "schema"))
                try wrapped.finish()
            }
        case "regex":
            let name = format.optional("value") == nil ? "pattern" : "value"
            result = regex(try format.string(name), format.path(of: name))
        default:
            throw FieldError(
                path: "response_format.type", reason: .outOfRange,
                message: "response_format.type must be text, json_object, json_schema or regex")
        }
        try format.finish()
        return result
    }

    /// vLLM's; its members that only choose a library are read over.
    private static func structuredOutputs(_ fields: inout FieldReader) throws(FieldError) -> [ResponseFormat] {
        var all: [ResponseFormat] = []
        if let value = fields.optional("json") { all.append(try json(value, fields.path(of: "json"))) }
        if let pattern = try fields.optionalString("regex") { all.append(regex(pattern, fields.path(of: "regex"))) }
        if let format = try choice("choice", &fields) { all.append(format) }
        if try fields.optionalBool("json_object") == true {
            all.append(ResponseFormat(schema: anyObject, field: fields.path(of: "json_object")))
        }
        for name in ["backend", "disable_fallback", "disable_any_whitespace"] { _ = fields.optional(name) }
        try fields.finish()
        return all
    }

    /// A JSON Schema, or its text.
    ///
    /// - Parameter takesWord: `"json"` means any object, as Ollama has it.
    package static func json(
        _ value: JSONValue, _ path: String, takesWord: Bool = false
    ) throws(FieldError) -> ResponseFormat {
        if takesWord, value == "json" { return ResponseFormat(schema: anyObject, field: path) }
        if takesWord, value == "" { return .text }
        let schema = value.stringValue.flatMap { try? JSONValue(parsing: $0) } ?? value
        guard schema.objectValue != nil else {
            throw FieldError(
                path: path, reason: .wrongType, message: "\(path) must be a JSON Schema, not \(schema.typeName)")
        }
        return ResponseFormat(schema: schema, field: path)
    }

    private static func regex(_ pattern: String, _ path: String) -> ResponseFormat {
        ResponseFormat(schema: TextGrammar.pattern(pattern).document, field: path)
    }

    private static func choice(_ name: String, _ fields: inout FieldReader) throws(FieldError) -> ResponseFormat? {
        let path = fields.path(of: name)
        guard let elements = try fields.optionalArray(name) else { return nil }
        let texts = elements.compactMap(\.stringValue)
        guard !texts.isEmpty, texts.count == elements.count, texts.allSatisfy({ !$0.isEmpty }) else {
            throw FieldError(
                path: path, reason: .wrongType, message: "\(path) must be an array of texts, at least one, none empty")
        }
        guard texts.count <= choices.count, texts.allSatisfy({ $0.unicodeScalars.count <= choices.length }) else {
            throw FieldError(
                path: path, reason: .outOfRange,
                message: "\(path) must have at most \(choices.count) texts of at most \(choices.length) characters")
        }
        return ResponseFormat(schema: TextGrammar.choice(texts).document, field: path)
    }

    /// Bounds of `guided_choice`: how many texts, and how long.
    static let choices = (count: 10_000, length: 4_096)
}
