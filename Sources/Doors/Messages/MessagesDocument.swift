import Documents
import FunctionCalling
import OrderedCollections
import Service

/// The page of `POST /v1/messages`.
extension MessagesDoor {
    var tag: String { "messages" }
    var about: String { "As Anthropic's Messages API has it, without what a server must keep." }

    var operations: [Operation] {
        var create = Operation(
            .post, "/v1/messages", id: "createMessage", of: self,
            summary: "Answers a conversation, by a text or by calls")
        create.description = """
            A chat in another form, with the same stages behind it. Nothing is kept: the whole conversation comes with each \
            request. The header `anthropic-version` is not looked at. Unlike on OpenAI's routes an unknown field is a 400.
            """
        create.body = Schema.named("MessagesRequest")
        create.examples = Self.examples(model: facts.model)
        create.answers = [
            .streamable(
                "The message.", Schema.named("Message"),
                named: [
                    ("message_start", "comes first: the `message` without content, with what its prompt came to."),
                    ("ping", "says nothing."), ("content_block_start", "a text or a call begins."),
                    ("content_block_delta", "`delta`: the next piece of the text, or of the call's arguments."),
                    ("content_block_stop", "it is whole."),
                    ("message_delta", "why the answer ended, and what it came to."), ("message_stop", "comes last."),
                    ("error", "comes last where the answer breaks off."),
                ])
        ]
        create.errors = [404, 502, 504]
        var count = Operation(
            .post, "/v1/messages/count_tokens", id: "countMessageTokens", of: self,
            summary: "Counts the tokens of a prompt")
        count.description =
            "The same body; nothing is computed. Counted is the prompt with the tools, where they may be called."
        count.body = request(isCounted: true)
        count.examples = create.examples
        count.answers = [.json("Its tokens.", Schema.object([.required("input_tokens", Schema.count)]))]
        count.errors = [404]
        return [create, count].map { operation in
            var operation = operation
            operation.errorSchema = "MessagesError"
            return operation
        }
    }

    var schemas: JSONObject {
        [
            "MessagesRequest": request(isCounted: false), "MessagesTurn": turn, "MessagesTool": tool,
            "Message": message, "MessagesError": error,
        ]
    }

    private func request(isCounted: Bool) -> JSONValue {
        let limit = Schema.integer(in: 1...facts.limits.maxTokens)
        let format = Schema.object([
            .required("type", Schema.constant("json_schema")), .required("schema", Schema.anyObject),
        ])
        let harmless = MessagesFields.harmless.map { Schema.Member.absent($0.name, [:], "Changes nothing here.") }
        return Schema.object(
            [
                .required(
                    "messages",
                    Schema.array(
                        Schema.named("MessagesTurn"), count: 1...min(MessagesInput.most, facts.limits.historyTurns))),
                isCounted ? .optional("max_tokens", limit) : .required("max_tokens", limit),
                .optional("model", Schema.string, "404 for another than the model that runs."),
                .optional("system", texts), .optional("stream", Schema.boolean),
                .optional("tools", Schema.array(Schema.named("MessagesTool"), count: 0...ChatTool.most)),
                .optional("tool_choice", choice),
                .optional(
                    "output_config",
                    Schema.object([.optional("format", format), .optional("effort", Schema.string)])),
            ] + ChatSchemas(facts: facts).sampling(stop: "stop_sequences") + harmless
                + ChatSchemas.refused(MessagesFields.all))
    }

    private var texts: JSONValue {
        let block = Schema.object(
            [.required("type", Schema.constant("text")), .required("text", Schema.string)], isOpen: true)
        return Schema.any(Schema.string(length: 0...facts.limits.turnBytes), Schema.array(block))
    }

    private var turn: JSONValue {
        let block = Schema.object(
            [.required("type", Schema.choice(["text", "tool_use", "tool_result", "thinking", "redacted_thinking"]))],
            isOpen: true)
        let content = Schema.any(
            Schema.string(length: 0...facts.limits.turnBytes), ["type": "array", "items": block, "minItems": 1])
        return Schema.object(
            [
                .required("role", Schema.choice(["user", "assistant", "system"]), "The last is not the assistant's."),
                .required("content", content, "A `tool_result` follows the `tool_use` that it is of."),
            ], isOpen: true)
    }

    private var tool: JSONValue {
        let schema = Schema.object([.absent("type", Schema.constant("object"))], isOpen: true)
        return Schema.object(
            [
                .optional("type", Schema.choice(["custom"])),
                .required("name", Schema.string(length: 1...64, pattern: "^[A-Za-z0-9_.-]+$")),
                .optional("description", Schema.string),
                .required(
                    "input_schema", schema,
                    "A JSON Schema. A keyword that cannot be enforced is refused, strict or not."),
            ], isOpen: true)
    }

    private var choice: JSONValue {
        Schema.object(
            [
                .required("type", Schema.choice(["auto", "any", "none", "tool"])),
                .absent("name", Schema.string, "Of the tool."),
                .optional("disable_parallel_tool_use", Schema.boolean),
            ], isOpen: true)
    }

    private var message: JSONValue {
        let usage = [
            "input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens",
        ].map { Schema.Member.required($0, Schema.count) }
        let block = Schema.object([.required("type", Schema.choice(["text", "tool_use"]))], isOpen: true)
        return Schema.object([
            .required("id", Schema.string), .required("type", Schema.constant("message")),
            .required("role", Schema.constant("assistant")), .required("model", Schema.string),
            .required("content", Schema.array(block), "One text, or calls."),
            .required("stop_reason", Schema.choice(["end_turn", "max_tokens", "stop_sequence", "tool_use"])),
            .required("stop_sequence", Schema.nullable(Schema.string)), .required("usage", Schema.object(usage)),
        ])
    }

    private var error: JSONValue {
        let details = Schema.object([
            .required("error_code", Schema.string, "What went wrong, for programs."),
            .required("param", Schema.nullable(Schema.string), "The field at fault."),
        ])
        return Schema.object([
            .required("type", Schema.constant("error")),
            .required(
                "error",
                Schema.object([
                    .required("type", Schema.string, "The kind of error, by its status."),
                    .required("message", Schema.string, "What went wrong, where, and what to do."),
                    .required("details", details),
                ])), .required("request_id", Schema.string),
        ])
    }
}

extension MessagesDoor {
    /// Requests that are valid.
    private static func examples(model: String) -> [(String, JSONValue)] {
        func turn(_ role: String, _ content: JSONValue) -> JSONValue { ["role": .string(role), "content": content] }
        let question = turn("user", "What's the weather in Paris?")
        let call = turn(
            "assistant", [["type": "tool_use", "id": "toolu_1", "name": "get_weather", "input": ["city": "Paris"]]])
        let result = turn(
            "user", [["type": "tool_result", "tool_use_id": "toolu_1", "content": "12 degrees and rain"]])
        let text: JSONObject = [
            "model": .string(model), "max_tokens": 16, "system": "Be brief.", "stop_sequences": ["!"],
            "messages": [turn("user", "Say hello.")],
        ]
        let tools: JSONObject = ["max_tokens": 64, "messages": [question], "tools": [weather]]
        func asking(_ more: JSONObject) -> JSONValue { .object(tools.merging(more) { $1 }) }
        return [
            ("text", .object(text)), ("tools", asking(["tool_choice": ["type": "auto"]])),
            ("toolAnswer", asking(["messages": [question, call, result], "temperature": 0])),
            ("stream", asking(["tool_choice": ["type": "any"], "stream": true])),
        ]
    }

    private static let weather: JSONValue = [
        "name": "get_weather", "description": "Get the current weather in a city",
        "input_schema": ["type": "object", "properties": ["city": ["type": "string"]], "required": ["city"]],
    ]
}
