import Documents
import FunctionCalling
import OrderedCollections
import Service

/// The page of `POST /v1/responses`.
extension ResponsesDoor {
    var tag: String { "responses" }
    var about: String { "As OpenAI's Responses API has it, without what a server must keep." }

    var operations: [Operation] {
        var create = Operation(
            .post, "/v1/responses", id: "createResponse", of: self,
            summary: "Answers a conversation, by a text or by calls")
        create.description = """
            A chat in another form, with the same stages behind it. Nothing is kept: the whole conversation comes with each \
            request, and `previous_response_id`, `store` and tools of the server's own are refused.
            """
        create.body = Schema.named("ResponseRequest")
        create.examples = Self.examples(model: facts.model)
        create.answers = [
            .streamable(
                "The response.", Schema.named("Response"),
                named: [
                    ("response.created", "comes first: `{type, sequence_number, response}`."),
                    ("response.in_progress", "the same."),
                    ("response.output_item.added", "an item begins: a message or a call."),
                    ("response.content_part.added", "its text begins."),
                    ("response.output_text.delta", "`delta`: the next piece of it."),
                    ("response.output_text.done", "the text is whole."), ("response.content_part.done", "the same."),
                    ("response.function_call_arguments.delta", "`delta`: a piece of a call's arguments."),
                    ("response.function_call_arguments.done", "they are whole."),
                    ("response.output_item.done", "the item is whole."),
                    ("response.completed", "comes last, with the whole `response`."),
                    ("response.incomplete", "comes last where the token limit ended the text."),
                    ("response.failed", "comes last where the answer breaks off."),
                ])
        ]
        create.errors = [404, 502, 504]
        return [create]
    }

    var schemas: JSONObject {
        ["ResponseRequest": request, "ResponseItem": item, "ResponseTool": tool, "Response": response]
    }

    private var request: JSONValue {
        let texts = Schema.object([
            .optional("format", textFormat), .optional("verbosity", Schema.choice(["medium"])),
        ])
        let metadata: JSONValue = [
            "type": "object", "maxProperties": 16, "additionalProperties": Schema.string,
        ]
        return Schema.object(
            [
                .required(
                    "input",
                    Schema.any(
                        Schema.string(length: 0...1_000_000),
                        Schema.array(
                            Schema.named("ResponseItem"),
                            count: 1...min(ResponsesInput.mostItems, facts.limits.historyTurns)))),
                .optional("instructions", Schema.string(length: 0...facts.limits.turnBytes)),
                .optional("model", Schema.string, "404 for another than the model that runs."),
                .optional("tools", Schema.array(Schema.named("ResponseTool"), count: 0...ChatTool.most)),
                .optional("tool_choice", toolChoice), .optional("parallel_tool_calls", Schema.boolean),
                .optional("text", texts),
                .optional("max_output_tokens", Schema.integer(in: 1...facts.limits.maxTokens)),
                .optional("top_logprobs", Schema.integer(in: 0...facts.limits.logprobs)),
                .optional("include", Schema.array(Schema.string)), .optional("stream", Schema.boolean),
                .optional("metadata", metadata),
            ] + ChatSchemas(facts: facts).sampling() + ChatSchemas.refused(ResponsesFields.all), isOpen: true)
    }

    private var textFormat: JSONValue {
        Schema.any(
            Schema.object([.required("type", Schema.choice(["text", "json_object"]))]),
            Schema.object([
                .required("type", Schema.constant("json_schema")), .optional("name", Schema.string),
                .optional("description", Schema.string), .optional("strict", Schema.boolean),
                .required("schema", Schema.anyObject),
            ]))
    }

    private var item: JSONValue {
        let part = Schema.object(
            [.required("type", Schema.choice(["input_text", "output_text"])), .required("text", Schema.string)],
            isOpen: true)
        let content = Schema.any(Schema.string(length: 0...facts.limits.turnBytes), Schema.array(part))
        return Schema.any(
            Schema.object(
                [
                    .absent("type", Schema.constant("message")),
                    .required("role", Schema.choice(["user", "assistant", "system", "developer"])),
                    .required("content", content),
                ], isOpen: true),
            Schema.object(
                [
                    .required("type", Schema.constant("function_call")), .required("call_id", Schema.string),
                    .required("name", Schema.string),
                    .required("arguments", Schema.string, "The text of a JSON object."),
                ], isOpen: true),
            Schema.object(
                [
                    .required("type", Schema.constant("function_call_output")),
                    .required("call_id", Schema.string, "Of a `function_call` before it."),
                    .required("output", Schema.any(Schema.string, Schema.array(part))),
                ], isOpen: true),
            Schema.object([.required("type", Schema.constant("reasoning"))], isOpen: true))
    }

    private var tool: JSONValue {
        let parameters = Schema.object([.absent("type", Schema.constant("object"))], isOpen: true)
        return Schema.object(
            [
                .required("type", Schema.constant("function")),
                .required("name", Schema.string(length: 1...64, pattern: "^[A-Za-z0-9_.-]+$")),
                .optional("description", Schema.string),
                .optional(
                    "parameters", parameters,
                    "A JSON Schema. A keyword that cannot be enforced is refused, strict or not."),
            ], isOpen: true)
    }

    private var toolChoice: JSONValue {
        let named = Schema.object(
            [.required("type", Schema.constant("function")), .required("name", Schema.string)], isOpen: true)
        let allowed = Schema.object(
            [
                .required("type", Schema.constant("allowed_tools")),
                .required("mode", Schema.choice(["auto", "required"])), .required("tools", Schema.array(named)),
            ], isOpen: true)
        return Schema.any(Schema.choice(["none", "auto", "required"]), named, allowed)
    }

    private var response: JSONValue {
        let usage = Schema.object(
            [
                .required("input_tokens", Schema.count), .required("output_tokens", Schema.count),
                .required("total_tokens", Schema.count),
                .required(
                    "input_tokens_details", Schema.object([.required("cached_tokens", Schema.count)], isOpen: true)),
            ], isOpen: true)
        return Schema.object(
            [
                .required("id", Schema.string), .required("object", Schema.constant("response")),
                .required("created_at", Schema.count), .required("model", Schema.string),
                .required("status", Schema.choice(["completed", "incomplete"])),
                .required("error", Schema.null), .required("incomplete_details", Schema.nullable(Schema.anyObject)),
                .required(
                    "output",
                    Schema.array(
                        Schema.object(
                            [
                                .required("id", Schema.string),
                                .required("type", Schema.choice(["message", "function_call"])),
                                .required("status", Schema.choice(["completed", "incomplete"])),
                            ], isOpen: true)), "One message, or calls."),
                .required("usage", usage),
            ], isOpen: true)
    }
}

extension ResponsesDoor {
    /// Requests that are valid.
    private static func examples(model: String) -> [(String, JSONValue)] {
        [
            ("text", ["model": .string(model), "input": "Say hello.", "max_output_tokens": 16]),
            (
                "tools",
                [
                    "model": .string(model), "instructions": "You help with the weather.",
                    "input": [["role": "user", "content": "What's the weather in Paris?"]], "tools": [weather],
                    "tool_choice": "auto",
                ]
            ),
            (
                "toolAnswer",
                [
                    "input": [
                        ["role": "user", "content": [["type": "input_text", "text": "What's the weather in Paris?"]]],
                        [
                            "type": "function_call", "call_id": "call_1", "name": "get_weather",
                            "arguments": #"{"city": "Paris"}"#,
                        ],
                        [
                            "type": "function_call_output", "call_id": "call_1",
                            "output": #"{"celsius": 12, "sky": "rain"}"#,
                        ],
                    ], "tools": [weather], "max_output_tokens": 48, "temperature": 0,
                ]
            ),
            (
                "jsonSchema",
                [
                    "input": "Name a colour and a number.",
                    "text": [
                        "format": [
                            "type": "json_schema", "name": "pair", "strict": true,
                            "schema": ChatExamples.pair,
                        ]
                    ],
                ]
            ),
            (
                "stream",
                [
                    "input": "Weather in Tokyo and in Berlin please", "tools": [weather], "tool_choice": "required",
                    "stream": true,
                ]
            ),
        ]
    }

    private static let weather: JSONValue = [
        "type": "function", "name": "get_weather", "description": "Get the current weather in a city",
        "parameters": [
            "type": "object", "properties": ["city": ["type": "string"]], "required": ["city"],
            "additionalProperties": false,
        ],
        "strict": true,
    ]
}
