import Distillation
import Documents
import OrderedCollections

/// The routes that turn text into tokens and back, and say how likely tokens are.
struct TokenDocument: DocumentedGroup {
    let facts: APIDocument.Facts
    let tag = "tokens"
    let about = "Text to tokens and back, in vLLM's form; log-probabilities of given tokens, in TRL's."

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
            Operation(
                method: .post, path: "/get_sequence_logprobs/", id: "sequenceLogprobs", tag: tag,
                summary: "What else could have stood in given completions, for a student that learns from this model",
                body: Schema.named("SequenceLogprobsRequest"),
                examples: [
                    ("lists", ["sequences": [[750, 75698, 1445]], "prompt_lengths": [1], "top_logprobs": 2]),
                    (
                        "arrays",
                        [
                            "sequences": [[750, 75698, 1445], [750, 75698]], "prompt_lengths": [1, 1],
                            "top_logprobs": 2,
                            "temperature": 1, "response_format": "binary",
                        ]
                    ),
                ],
                answers: [
                    .json(
                        "The most likely tokens of each place of the completions.",
                        Schema.any(Schema.named("SequenceLogprobs"), Schema.named("SequenceLogprobArrays")))
                ]),
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
            "SequenceLogprobsRequest": Schema.object(
                [
                    .required(
                        "sequences",
                        Schema.array(
                            Schema.array(token, count: 1...65_536),
                            count: 1...SequenceLogprobsRequest.mostSequences), "Prompt and completion."),
                    .required("prompt_lengths", Schema.array(Schema.count), "Tokens of each that are its prompt."),
                    .optional(
                        "top_logprobs", Schema.integer(in: 1...SequenceLogprobsRequest.mostTop), "Default 100."),
                    .optional("temperature", Schema.number(in: 0.01...100), "Default 1."),
                    .optional("response_format", Schema.choice(["json", "binary"]), "Default json."),
                ], isOpen: true),
            "SequenceLogprobs": Schema.object(
                [
                    .required("logprobs", Schema.array(Schema.array(Schema.array(Schema.number)))),
                    .required("logprob_token_ids", Schema.array(Schema.array(Schema.array(token)))),
                ], isOpen: true),
            "SequenceLogprobArrays": Schema.object(
                [
                    .required("shape", Schema.array(Schema.count, count: 3...3), "Sequences, longest completion, top."),
                    .required("completion_lengths", Schema.array(Schema.count)),
                    .required("logprobs_b64", Schema.string, "base64 of f32, little-endian."),
                    .required("token_ids_b64", Schema.string, "base64 of i32."),
                    .required("actual_logprobs_b64", Schema.string, "Of the tokens that stand there."),
                    .required("actual_token_ids_b64", Schema.string),
                ], isOpen: true),
        ]
    }
}
