import Configuration
import Documents
import FunctionCalling
import OrderedCollections
import Tokenization

/// Schemas of a chat's request and answer.
package struct ChatSchemas {
    let facts: APIDocument.Facts

    package init(facts: APIDocument.Facts) { self.facts = facts }

    /// How tokens are drawn, and when an answer ends: before one of the texts under `stop`, by whichever name.
    package func sampling(stop: String = "stop") -> [Schema.Member] {
        [
            .optional("temperature", Schema.number(in: 0...10)), .optional("top_p", Schema.number(in: 0...1)),
            .optional("top_k", Schema.integer(in: -1...1_000_000)), .optional("min_p", Schema.number(in: 0...1)),
            .optional("presence_penalty", Schema.number(in: -2...2)),
            .optional("frequency_penalty", Schema.number(in: -2...2)),
            .optional("repetition_penalty", Schema.number(in: 0.01...10)),
            .optional("seed", ["type": "integer"], "Of 64 bits."),
            .optional(
                "logit_bias",
                [
                    "type": "object", "maxProperties": .integer(facts.limits.biases),
                    "propertyNames": ["pattern": "^[0-9]{1,9}$"],
                    "additionalProperties": Schema.number(in: -100...100),
                ], "Token ids to what is added to their logits."),
            .optional(
                stop,
                Schema.any(
                    Schema.string(length: 1...facts.limits.stopBytes),
                    Schema.array(
                        Schema.string(length: 1...facts.limits.stopBytes), count: 0...facts.limits.stopTexts))),
            .optional("priority", Schema.integer(in: 0...9), "0 interactive, 9 batch."),
            .optional("min_tokens", Schema.integer(in: 0...facts.limits.maxTokens)),
            .optional("ignore_eos", Schema.boolean),
            .optional("stop_token_ids", Schema.array(Schema.integer(in: 0...Int(Int32.max)), count: 0...64)),
        ]
    }

    /// Fields that completions and chats share.
    var generation: [Schema.Member] {
        [
            .optional("model", Schema.string, "404 for another than the model that runs."),
            .optional("n", Schema.integer(in: 1...facts.limits.answers)), .optional("stream", Schema.boolean),
            .optional(
                "stream_options",
                Schema.object(
                    [.optional("include_usage", Schema.boolean), .optional("continuous_usage_stats", Schema.boolean)],
                    isOpen: true)),
            .optional("max_tokens", Schema.integer(in: 1...facts.limits.maxTokens)),
            .optional("n_predict", Schema.integer(in: -1...facts.limits.maxTokens), "As max_tokens; -1: no limit."),
        ] + sampling() + constraints
    }

    /// What a text is constrained to: one of these at most.
    private var constraints: [Schema.Member] {
        let choice = Schema.array(
            Schema.string(length: 1...ResponseFormat.choices.length), count: 1...ResponseFormat.choices.count)
        let pattern = Schema.string(length: 0...facts.limits.patternBytes)
        let json = Schema.any(Schema.anyObject, Schema.string)
        return [
            .optional("response_format", responseFormat), .optional("guided_json", json),
            .optional("guided_choice", choice), .optional("guided_regex", pattern), .optional("regex", pattern),
            .optional("json_schema", json), .optional("format", json, "A JSON Schema, or \"json\"."),
            .optional(
                "structured_outputs",
                Schema.object([
                    .optional("json", json), .optional("choice", choice), .optional("regex", pattern),
                    .optional("json_object", Schema.boolean), .optional("backend", Schema.string),
                    .optional("disable_fallback", Schema.boolean),
                    .optional("disable_any_whitespace", Schema.boolean),
                ])),
        ]
    }

    /// Fields of a route that are refused unless they ask for nothing.
    static func refused(on route: OpenAIField.Route) -> [Schema.Member] {
        refused(OpenAIFields.all.filter { $0.routes.contains(route) })
    }

    /// Those of a table.
    package static func refused(_ table: [OpenAIField]) -> [Schema.Member] {
        table.filter { $0.fate == .refused }.map {
            .absent($0.name, ["enum": .array($0.allowed + [.null])], "Not offered; \($0.remedy).")
        }
    }

    /// The schemas of chats, by name.
    var all: JSONObject {
        [
            "ChatRequest": Schema.object(
                [
                    .required(
                        "messages",
                        Schema.array(
                            Schema.named("ChatMessage"), count: 1...min(ChatMessages.most, facts.limits.historyTurns))),
                    .optional("tools", Schema.array(Schema.named("ChatTool"), count: 0...ChatTool.most)),
                    .optional("tool_choice", toolChoice), .optional("parallel_tool_calls", Schema.boolean),
                    .optional("max_completion_tokens", Schema.integer(in: 1...facts.limits.maxTokens)),
                    .optional("logprobs", Schema.boolean),
                    .optional("top_logprobs", Schema.integer(in: 0...facts.limits.logprobs)),
                ] + generation + Self.refused(on: .chat), isOpen: true),
            "ChatMessage": message, "ChatTool": tool, "ChatToolCall": toolCall, "ChatCompletion": completion,
            "ChatLogprobs": logprobs,
        ]
    }

    private var message: JSONValue {
        let part = Schema.object(
            [.required("type", Schema.constant("text")), .required("text", Schema.string)], isOpen: true)
        let content = Schema.any(Schema.string(length: 0...facts.limits.turnBytes), Schema.array(part))
        func role(_ names: [String], _ more: [Schema.Member] = []) -> JSONValue {
            Schema.object(
                [.required("role", Schema.choice(names)), .required("content", content)] + more, isOpen: true)
        }
        return Schema.any(
            role(["system", "developer", "user"]), role(["tool"], [.required("tool_call_id", Schema.string)]),
            role(["assistant"], [.optional("tool_calls", Schema.array(Schema.named("ChatToolCall")))]),
            Schema.object(
                [
                    .required("role", Schema.constant("assistant")), .optional("content", content),
                    .required("tool_calls", Schema.array(Schema.named("ChatToolCall"), count: 1...128)),
                ], isOpen: true))
    }

    private var tool: JSONValue {
        let parameters = Schema.object([.absent("type", Schema.constant("object"))], isOpen: true)
        return Schema.object(
            [
                .required("type", Schema.constant("function")),
                .required(
                    "function",
                    Schema.object(
                        [
                            .required("name", Schema.string(length: 1...64, pattern: "^[A-Za-z0-9_.-]+$")),
                            .optional("description", Schema.string),
                            .optional(
                                "parameters", parameters,
                                "A JSON Schema. A keyword that cannot be enforced is refused, strict or not."),
                        ], isOpen: true)),
            ], isOpen: true)
    }

    private var toolCall: JSONValue {
        Schema.object(
            [
                .required("id", Schema.string),
                .required(
                    "function",
                    Schema.object(
                        [
                            .required("name", Schema.string),
                            .required("arguments", Schema.string, "The text of a JSON object."),
                        ], isOpen: true)),
            ], isOpen: true)
    }

    private var toolChoice: JSONValue {
        let named = Schema.object(
            [
                .required("type", Schema.constant("function")),
                .required("function", Schema.object([.required("name", Schema.string)], isOpen: true)),
            ], isOpen: true)
        let allowed = Schema.object(
            [
                .required("type", Schema.constant("allowed_tools")),
                .required(
                    "allowed_tools",
                    Schema.object(
                        [
                            .required("mode", Schema.choice(["auto", "required"])),
                            .required("tools", Schema.array(named)),
                        ],
                        isOpen: true)),
            ], isOpen: true)
        return Schema.any(Schema.choice(["none", "auto", "required"]), named, allowed)
    }

    private var responseFormat: JSONValue {
        let wrapped = Schema.object([
            .optional("name", Schema.string), .optional("description", Schema.string),
            .optional("strict", Schema.boolean), .required("schema", Schema.anyObject),
        ])
        return Schema.any(
            Schema.object([.required("type", Schema.constant("text"))]),
            Schema.object([
                .required("type", Schema.constant("json_object")), .optional("schema", Schema.anyObject),
            ]),
            Schema.object([.required("type", Schema.constant("json_schema")), .required("json_schema", wrapped)]),
            Schema.object([
                .required("type", Schema.constant("regex")),
                .required("pattern", Schema.string(length: 0...facts.limits.patternBytes)),
            ]))
    }

    private var completion: JSONValue {
        let message = Schema.object(
            [
                .required("role", Schema.constant("assistant")), .required("content", Schema.nullable(Schema.string)),
                .required("refusal", Schema.null), .absent("tool_calls", Schema.array(Schema.named("ChatToolCall"))),
            ], isOpen: true)
        return Schema.object(
            [
                .required("id", Schema.string), .required("object", Schema.constant("chat.completion")),
                .required("created", Schema.count), .required("model", Schema.string),
                .required(
                    "choices",
                    Schema.array(
                        Schema.object([
                            .required("index", Schema.count), .required("message", message),
                            .required("logprobs", Schema.nullable(Schema.named("ChatLogprobs"))),
                            .required("finish_reason", Schema.choice(["stop", "length", "tool_calls"])),
                        ]))),
                .required("usage", Schema.named("OpenAIUsage")),
            ], isOpen: true)
    }

    private var logprobs: JSONValue {
        let entry: [Schema.Member] = [
            .required("token", Schema.string), .required("logprob", Schema.number),
            .required("bytes", Schema.array(Schema.integer(in: 0...255))),
        ]
        return Schema.object([
            .required(
                "content",
                Schema.array(Schema.object(entry + [.required("top_logprobs", Schema.array(Schema.object(entry)))]))),
            .required("refusal", Schema.null),
        ])
    }
}
