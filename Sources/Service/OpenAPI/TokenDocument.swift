import Documents
import OrderedCollections

/// The routes that turn text into tokens and back.
struct TokenDocument: DocumentedGroup {
    let facts: APIDocument.Facts
    let tag = "tokens"
    let about = "Text to tokens and back, in vLLM's form."

    /// The routes of this group.
    var operations: [Operation] {
        [
            Operation(
                method: .post, path: "/tokenize", id: "tokenize", tag: tag, summary: "The tokens of a text",
                body: Schema.named("TokenizeRequest"), examples: [("text", ["prompt": "def fibonacci(n):"])],
                answers: [.json("The tokens.", Schema.named("Tokens"))]),
            Operation(
                method: .post, path: "/detokenize", id: "detokenize", tag: tag, summary: "The text of tokens",
                body: Schema.named("DetokenizeRequest"), examples: [("tokens", ["tokens": [750, 75698]])],
                answers: [.json("The text.", Schema.named("TokenText"))]),
        ]
    }

    /// The schemas that they name.
    var schemas: JSONObject {
        let token = Schema.integer(in: 0...facts.vocabulary - 1)
        return [
            "TokenizeRequest": Schema.object([
                .required("prompt", Schema.string), .optional("model", Schema.string),
                .optional(
                    "add_special_tokens", Schema.boolean, "Read the texts of special tokens as these; default true."),
            ]),
            "Tokens": Schema.object(
                [
                    .required("count", Schema.count), .required("max_model_len", Schema.count),
                    .required("tokens", Schema.array(token)),
                ], isOpen: true),
            "DetokenizeRequest": Schema.object([
                .required("tokens", Schema.array(token)), .optional("model", Schema.string),
            ]),
            "TokenText": Schema.object([.required("prompt", Schema.string)], isOpen: true),
        ]
    }
}
