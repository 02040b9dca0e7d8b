import Configuration
import Documents
import Tokenization

/// The body of `POST /v1/embeddings`, as OpenAI's API has it, with `input_type` for encoders that treat queries and
/// documents differently. Fields that are not known are ignored, as clients of that API expect.
package struct EmbeddingRequest {
    /// What is encoded: texts, or token ids.
    enum Input {
        case texts([String])
        case tokens([[TokenID]])
    }

    /// As OpenAI limits it.
    static let mostInputs = 2048
    static let longestText = 1 << 18

    let input: Input
    let isQuery: Bool
    package let model: String?
    /// Little-endian f32 in base64, else numbers.
    let isBase64: Bool
    let dimensions: Int?

    /// - Parameter width: of the encoder's vectors.
    package init(_ body: JSONValue, width: Int) throws(FieldError) {
        var fields = try FieldReader(body)
        input = try Self.input(try fields.required("input"))
        model = try fields.optionalString("model")
        isBase64 = try fields.optionalChoice("encoding_format", ["float", "base64"]) == "base64"
        dimensions = try fields.optionalInt("dimensions", in: 1...width)
        isQuery = try fields.optionalChoice("input_type", ["query", "document"]) == "query"
        try OpenAIFields.refuse(Self.refused, &fields)
    }

    /// Fields of vLLM, TEI, Cohere, Voyage and Jina that would change the vectors.
    package static let refused: [OpenAIField] = [
        OpenAIField("truncate_prompt_tokens", of: "vLLM", .refused, "shorten the text yourself"),
        OpenAIField("normalize", of: "vLLM", .refused, unless: [true], "vectors have length 1"),
        OpenAIField("normalized", of: "Jina", .refused, unless: [true], "vectors have length 1"),
        OpenAIField("output_dimension", of: "Voyage", .refused, "give dimensions"),
        OpenAIField("output_dtype", of: "Voyage", .refused, unless: ["float"], "give encoding_format"),
        OpenAIField("embedding_type", of: "Jina", .refused, unless: ["float"], "give encoding_format"),
        OpenAIField("embedding_types", of: "Cohere", .refused, unless: [["float"]], "give encoding_format"),
        OpenAIField("late_chunking", of: "Jina", .refused, unless: [false], "send each text by itself"),
        OpenAIField("extra_body", of: "others", .refused, unless: [[:]], "write its members beside the others"),
    ]

    /// One text or list of ids, or a list of them.
    private static func input(_ value: JSONValue) throws(FieldError) -> Input {
        if let text = value.stringValue { return .texts([try checked(text, "input")]) }
        guard let elements = value.arrayValue, let first = elements.first else { throw wrongInput }
        if first.intValue != nil { return .tokens([try CompletionRequest.tokens(elements, path: "input")]) }
        guard elements.count <= mostInputs else {
            throw FieldError(
                path: "input", reason: .outOfRange,
                message: "input has \(elements.count) elements; it must have at most \(mostInputs)")
        }
        if first.stringValue != nil {
            var texts: [String] = []
            for (index, element) in elements.enumerated() {
                guard let text = element.stringValue else { throw mixed(index, "a text") }
                texts.append(try checked(text, "input[\(index)]"))
            }
            return .texts(texts)
        }
        var tokens: [[TokenID]] = []
        for (index, element) in elements.enumerated() {
            guard let ids = element.arrayValue else { throw mixed(index, "an array of token ids") }
            tokens.append(try CompletionRequest.tokens(ids, path: "input[\(index)]"))
        }
        return .tokens(tokens)
    }

    /// Refuses an empty text.
    private static func checked(_ text: String, _ path: String) throws(FieldError) -> String {
        guard !text.isEmpty, text.utf8.count <= longestText else {
            throw FieldError(
                path: path, reason: .outOfRange,
                message: "\(path) has \(text.utf8.count) bytes; it must have 1 to \(longestText)")
        }
        return text
    }

    /// The error for a list of different types.
    private static func mixed(_ index: Int, _ expected: String) -> FieldError {
        FieldError(
            path: "input[\(index)]", reason: .wrongType,
            message: "input[\(index)] must be \(expected), as input[0] is")
    }

    /// The error for an input of another type.
    private static var wrongInput: FieldError {
        FieldError(
            path: "input", reason: .wrongType,
            message: "input must be a text, an array of texts, an array of token ids or an array of such arrays, and "
                + "not empty")
    }
}
