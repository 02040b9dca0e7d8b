import Documents
import Doors
import OrderedCollections
import Service
import ServiceTestSupport
import Testing

/// Bodies of `POST /v1/responses` that cannot be answered.
@Suite struct ResponsesFieldTests {
    static let body: JSONObject = ["input": "x", "max_output_tokens": 3, "ignore_eos": true, "temperature": 0]
    static func ask(_ server: TinyServer, _ more: JSONObject) async throws -> TinyAnswer {
        try await server.ask("POST", "/v1/responses", body: JSONValue.object(body.merging(more) { $1 }).text())
    }

    static func text(_ answer: TinyAnswer) -> String? {
        answer.json["output"]?.arrayValue?.first?["content"]?.arrayValue?.first?["text"]?.stringValue
    }

    /// Bodies that cannot be answered, and the field that the refusal names.
    static let faults: [(JSONObject, String)] = [
        (["input": []], "input"), (["input": 5], "input"), (["input": [5]], "input[0]"),
        (["input": [["role": "robot", "content": "x"]]], "input[0].role"),
        (["input": [["role": "user"]]], "input[0].content"),
        (["input": [["role": "user", "content": 5]]], "input[0].content"),
        (
            ["input": [["role": "user", "content": [["type": "input_image", "image_url": "x"]]]]],
            "input[0].content[0].type"
        ),
        (["input": [["type": "item_reference", "id": "msg_1"]]], "input[0].type"),
        (["input": [["type": "web_search_call"]]], "input[0].type"),
        (
            ["input": [["type": "function_call", "call_id": "a", "name": "f", "arguments": "[1]"]]],
            "input[0].arguments"
        ),
        (["input": [["type": "function_call_output", "call_id": "a", "output": "x"]]], "input[0].call_id"),
        (["tools": [["type": "web_search"]]], "tools[0].type"),
        (["tools": [["type": "function", "function": ["name": "f"]]]], "tools[0].name"),
        (["tools": [["type": "function", "name": "a b"]]], "tools[0].name"),
        (["tools": [["type": "function", "name": "f"], ["type": "function", "name": "f"]]], "tools[1].name"),
        (["tool_choice": "required"], "tool_choice"), (["tool_choice": ["type": "file_search"]], "tool_choice.type"),
        (
            ["tools": [["type": "function", "name": "f"]], "tool_choice": ["type": "function", "name": "g"]],
            "tool_choice.name"
        ), (["text": ["format": ["type": "yaml"]]], "text.format.type"),
        (["text": ["format": ["type": "json_schema", "name": "n"]]], "text.format.schema"),
        (["text": ["format": ["type": "json_schema", "schema": ["not": [:]]]]], "text.format.schema"),
        (["text": ["format": ["type": "text", "schema": [:]]]], "text.format.schema"),
        (["text": ["verbosity": "low"]], "text.verbosity"), (["text": ["style": "x"]], "text.style"),
        (["max_output_tokens": 0], "max_output_tokens"), (["top_logprobs": 21], "top_logprobs"),
        (["include": [5]], "include[0]"), (["metadata": ["a": 5]], "metadata"), (["model": "other"], "model"),
        (["input": [["role": "user", "content": .string(String(repeating: "x", count: 32_001))]]], "input[0].content"),
        (["instructions": .string(String(repeating: "x", count: 32_001))], "instructions"),
        (["input": .string(String(repeating: "x", count: 9_000))], "input"),
        (
            ["text": ["format": ["type": "json_schema", "schema": ["type": "string", "minLength": 40]]]],
            "max_output_tokens"
        ),
    ]

    @Test func whatCannotBeAnsweredIsNamed() async throws { try await DoorFieldTests.refuses(Self.faults, Self.ask) }
}
