import Documents
import Doors
import OrderedCollections
import Service
import ServiceTestSupport
import Testing

/// Bodies of `POST /v1/messages` that cannot be answered.
@Suite struct MessagesFieldTests {
    static let body: JSONObject = [
        "messages": [["role": "user", "content": "x"]], "max_tokens": 3, "ignore_eos": true, "temperature": 0,
    ]

    static func ask(_ server: TinyServer, _ more: JSONObject) async throws -> TinyAnswer {
        try await server.ask("POST", "/v1/messages", body: JSONValue.object(body.merging(more) { $1 }).text())
    }

    static func text(_ answer: TinyAnswer) -> String? {
        answer.json["content"]?.arrayValue?.first?["text"]?.stringValue
    }

    private static func turns(_ turns: JSONValue...) -> JSONObject { ["messages": .array(turns)] }
    private static func user(_ blocks: JSONValue...) -> JSONValue { ["role": "user", "content": .array(blocks)] }
    private static func assistant(_ blocks: JSONValue...) -> JSONValue {
        ["role": "assistant", "content": .array(blocks)]
    }
    private static let x: JSONValue = ["role": "user", "content": "x"]
    private static let f: JSONValue = ["name": "f", "input_schema": ["type": "object"]]
    private static let long = JSONValue.string(String(repeating: "x", count: 32_001))

    /// What is refused, and the field that the refusal names.
    static let faults: [(JSONObject, String)] = [
        (["messages": []], "messages"), (["messages": "x"], "messages"), (["messages": [5]], "messages[0]"),
        (["messages": .null], "messages"), (["max_tokens": .null], "max_tokens"), (["max_tokens": 0], "max_tokens"),
        (turns(["role": "tool", "content": "x"]), "messages[0].role"), (turns(["role": "user"]), "messages[0].content"),
        (turns(["role": "user", "content": 5]), "messages[0].content"), (turns(user()), "messages[0].content"),
        (turns(user(["text": "x"])), "messages[0].content[0].type"),
        (turns(user(["type": "text"])), "messages[0].content[0].text"),
        (turns(user(["type": "image", "source": [:]])), "messages[0].content[0].type"),
        (turns(user(["type": "document", "source": [:]])), "messages[0].content[0].type"),
        (
            turns(user(["type": "tool_use", "id": "a", "name": "f", "input": [:]])), "messages[0].content[0].type"
        ),
        (turns(user(["type": "thinking", "thinking": "x"])), "messages[0].content[0].type"),
        (
            turns(x, assistant(["type": "tool_use", "id": "a", "name": "f", "input": "{}"]), x),
            "messages[1].content[0].input"
        ),
        (turns(x, assistant(["type": "tool_use", "name": "f", "input": [:]]), x), "messages[1].content[0].id"),
        (
            turns(x, assistant(["type": "tool_result", "tool_use_id": "a"]), x), "messages[1].content[0].type"
        ),
        (turns(user(["type": "tool_result", "tool_use_id": "a"])), "messages[0].content[0].tool_use_id"),
        (
            turns(
                x, assistant(["type": "tool_use", "id": "a", "name": "f", "input": [:]]),
                user(["type": "tool_result", "tool_use_id": "a", "content": [["type": "image", "source": [:]]]])),
            "messages[2].content[0].content[0].type"
        ),
        (turns(x, ["role": "assistant", "content": "The answer is"]), "messages[1].role"),
        (turns(x, assistant(["type": "thinking", "thinking": "x"])), "messages[1].role"),
        (["system": 5], "system"), (["system": [["type": "image"]]], "system[0].type"), (["system": long], "system"),
        (turns(["role": "user", "content": long]), "messages[0].content"),
        (turns(["role": "user", "content": .string(String(repeating: "x", count: 9_000))]), "messages"),
        (["tools": [["name": "f"]]], "tools[0].input_schema"),
        (["tools": [["name": "f", "input_schema": 5]]], "tools[0].input_schema"),
        (["tools": [["name": "a b", "input_schema": ["type": "object"]]]], "tools[0].name"),
        (["tools": [["type": "web_search_20250305", "name": "web_search"]]], "tools[0].type"),
        (["tools": [["type": "function", "name": "f", "input_schema": [:]]]], "tools[0].type"),
        (["tools": [f, f]], "tools[1].name"), (["tool_choice": "auto"], "tool_choice"),
        (["tool_choice": ["type": "required"]], "tool_choice.type"), (["tool_choice": ["type": "any"]], "tool_choice"),
        (["tools": [f], "tool_choice": ["type": "tool"]], "tool_choice.name"),
        (["tools": [f], "tool_choice": ["type": "tool", "name": "g"]], "tool_choice.name"),
        (
            ["tools": [f], "tool_choice": ["type": "auto", "disable_parallel_tool_use": 5]],
            "tool_choice.disable_parallel_tool_use"
        ), (["stop_sequences": [""]], "stop_sequences"), (["stop_sequences": [5]], "stop_sequences"),
        (["stop_sequences": [.string(String(repeating: "x", count: 257))]], "stop_sequences[0]"),
        (["output_config": ["format": ["type": "yaml"]]], "output_config.format.type"),
        (["output_config": ["format": ["type": "json_schema"]]], "output_config.format.schema"),
        (
            ["output_config": ["format": ["type": "json_schema", "schema": ["not": [:]]]]],
            "output_config.format.schema"
        ), (["output_config": ["style": "x"]], "output_config.style"), (["top_k": 0.5], "top_k"),
        (["temperature": 11], "temperature"), (["model": "claude"], "model"), (["functions": []], "functions"),
        (["stop": ["x"]], "stop"), (["max_completion_tokens": 5], "max_completion_tokens"),
    ]

    @Test func whatCannotBeAnsweredIsNamed() async throws { try await DoorFieldTests.refuses(Self.faults, Self.ask) }
}
