import Configuration
import Documents
import FunctionCalling
import OrderedCollections

/// The routes of OpenAI's API: completions, embeddings, models.
struct OpenAIDocument: DocumentedGroup {
    let facts: APIDocument.Facts
    let tag = "openai"
    let about = "As OpenAI's API has it: the official clients work unchanged."

    /// The routes of this group.
    var operations: [Operation] {
        [
            Operation(
                method: .get, path: "/v1/models", id: "listModels", tag: tag, summary: "The models that run here",
                answers: [.json("The models.", Schema.named("ModelList"))]),
            Operation(
                method: .get, path: "/v1/models/{model}", id: "getModel", tag: tag, summary: "One model",
                parameters: [
                    Operation.Parameter(
                        name: "model", place: .path, schema: Schema.string(length: 1...256),
                        description: "The model's name.")
                ], answers: [.json("The model.", Schema.named("Model"))]),
            Operation(
                method: .post, path: "/v1/completions", id: "createCompletion", tag: tag,
                summary: "Goes on with a text",
                body: Schema.named("CompletionRequest"), examples: completionExamples,
                answers: [
                    .streamable(
                        "The answers.", Schema.named("Completion"),
                        events: "A part of the answer; at the end `[DONE]`, or `{\"error\": …}`.")
                ], errors: [404]),
            Operation(
                method: .post, path: "/v1/chat/completions", id: "createChatCompletion", tag: tag,
                summary: "Answers a conversation, by a text or by calls",
                description: """
                    Calls follow their tools' schemas while they are written, whatever the model would do if free. With \
                    `tool_choice` \"auto\" the model's own inclination decides between a text and calls. Where the client \
                    sets no temperature, texts are drawn at 0.7 (top_p 0.8, top_k 20) and calls are greedy; without a \
                    limit an answer has at most \(ChatAnswering.defaultMaxTokens) tokens.
                    """,
                body: Schema.named("ChatRequest"), examples: ChatExamples.all(model: facts.model),
                answers: [
                    .streamable(
                        "The answers.", Schema.named("ChatCompletion"),
                        events:
                            "A chat.completion.chunk; at the end `[DONE]`, or `{\"error\": …}`.")
                ], errors: [404]),
            Operation(
                method: .post, path: "/v1/embeddings", id: "createEmbedding", tag: tag, summary: "Vectors of texts",
                description: "503 `no_encoder` where the server has none.",
                body: Schema.named("EmbeddingRequest"),
                examples: [
                    ("text", ["input": "turn off the kitchen lights"]),
                    (
                        "texts",
                        ["input": ["lights off", "play jazz"], "input_type": "query", "encoding_format": "base64"]
                    ),
                ], answers: [.json("One vector an input, of length 1.", Schema.named("Embeddings"))], errors: [404]),
        ]
    }

    /// The schemas that they name.
    var schemas: JSONObject {
        ChatSchemas(facts: facts).all.merging([
            "ModelList": Schema.object([
                .required("object", Schema.constant("list")), .required("data", Schema.array(Schema.named("Model"))),
            ]),
            "Model": Schema.object(
                [
                    .required("id", Schema.string), .required("object", Schema.constant("model")),
                    .required("created", Schema.count), .required("owned_by", Schema.string),
                    .required("max_model_len", Schema.count, "Tokens that prompt and answer may have together."),
                ], isOpen: true),
            "CompletionRequest": completionRequest, "Completion": completion, "OpenAIUsage": usage,
            "EmbeddingRequest": embeddingRequest, "Embeddings": embeddings,
        ]) { first, _ in first }
    }

    /// The body of a completion.
    private var completionRequest: JSONValue {
        let token = Schema.integer(in: 0...facts.vocabulary - 1)
        let text = Schema.string(length: 1...1_000_000)
        return Schema.object(
            [
                .required(
                    "prompt",
                    Schema.any(
                        text, Schema.array(token, count: 1...1_000_000),
                        Schema.array(text, count: 1...facts.limits.prompts),
                        Schema.array(Schema.array(token, count: 1...1_000_000), count: 1...facts.limits.prompts))),
                .optional("logprobs", Schema.integer(in: 0...facts.limits.logprobs)),
                .optional(
                    "prompt_logprobs", Schema.integer(in: 0...CompletionRequest.mostPromptLogprobs),
                    "Alternatives of each token of the prompt, as vLLM tells them; without stream."),
            ] + ChatSchemas(facts: facts).generation + ChatSchemas.refused(on: .completions), isOpen: true)
    }

    /// The answer of a completion.
    private var completion: JSONValue {
        Schema.object(
            [
                .required("id", Schema.string), .required("object", Schema.constant("text_completion")),
                .required("created", Schema.count), .required("model", Schema.string),
                .required(
                    "choices",
                    Schema.array(
                        Schema.object([
                            .required("index", Schema.count), .required("text", Schema.string),
                            .required("logprobs", Schema.nullable(Schema.anyObject)),
                            .required("finish_reason", Schema.choice(["stop", "length"])),
                            .absent(
                                "prompt_logprobs", Schema.array(Schema.nullable(Schema.anyObject)),
                                "Of each token of the prompt, by token ids; the first has none."),
                        ]))),
                .required("usage", Schema.named("OpenAIUsage")),
            ], isOpen: true)
    }

    /// Tokens that an answer took.
    private var usage: JSONValue {
        Schema.object(
            [
                .required("prompt_tokens", Schema.count), .required("completion_tokens", Schema.count),
                .required("total_tokens", Schema.count),
                .required(
                    "prompt_tokens_details",
                    Schema.object([.required("cached_tokens", Schema.count)], isOpen: true)),
            ], isOpen: true)
    }

    /// The body for vectors.
    private var embeddingRequest: JSONValue {
        let text = Schema.string(length: 1...EmbeddingRequest.longestText)
        let tokens = Schema.array(Schema.count, count: 1...1_000_000)
        return Schema.object(
            [
                .required(
                    "input",
                    Schema.any(
                        text, Schema.array(text, count: 1...EmbeddingRequest.mostInputs), tokens,
                        Schema.array(tokens, count: 1...EmbeddingRequest.mostInputs))),
                .optional("model", Schema.string, "404 for another than the encoder that runs."),
                .optional("encoding_format", Schema.choice(["float", "base64"])),
                .optional("dimensions", Schema.integer(in: 1...facts.vectorWidth)),
                .optional("input_type", Schema.choice(["query", "document"])),
            ] + ChatSchemas.refused(EmbeddingRequest.refused), isOpen: true)
    }

    /// The answer with vectors.
    private var embeddings: JSONValue {
        Schema.object(
            [
                .required("object", Schema.constant("list")), .required("model", Schema.string),
                .required(
                    "data",
                    Schema.array(
                        Schema.object([
                            .required("object", Schema.constant("embedding")), .required("index", Schema.count),
                            .required(
                                "embedding", Schema.any(Schema.array(Schema.number), Schema.string),
                                "Numbers, or base64 of little-endian 32-bit floats."),
                        ]))),
                .required(
                    "usage",
                    Schema.object([.required("prompt_tokens", Schema.count), .required("total_tokens", Schema.count)])),
            ], isOpen: true)
    }

    /// Completions that are valid requests.
    private var completionExamples: [(String, JSONValue)] {
        [
            (
                "text",
                ["model": .string(facts.model), "prompt": "def fibonacci(n):", "max_tokens": 8, "temperature": 0]
            ),
            ("tokens", ["prompt": [750, 75698], "max_tokens": 4, "min_tokens": 4, "ignore_eos": true]),
            ("several", ["prompt": "1, 2, 3,", "max_tokens": 4, "n": 2, "seed": 7, "logprobs": 2, "stop": ["\n"]]),
            (
                "stream",
                ["prompt": "1, 2, 3,", "max_tokens": 4, "stream": true, "stream_options": ["include_usage": true]]
            ),
        ]
    }
}
