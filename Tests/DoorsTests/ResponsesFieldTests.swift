import Documents
import Doors
import Foundation
import OrderedCollections
import Service
import ServiceTestSupport
import TestSupport
import Testing

/// What becomes of every field of `POST /v1/responses`: the table, one field after the other.
@Suite struct ResponsesFieldTests {
    static let body: JSONObject = ["input": "x", "max_output_tokens": 3, "ignore_eos": true, "temperature": 0]
    /// Of every type, so that one of them is not what a field allows.
    static let values: [JSONValue] = [7, "x", true, ["x"], ["x": 1]]

    static func ask(_ server: TinyServer, _ more: JSONObject) async throws -> TinyAnswer {
        try await server.ask("POST", "/v1/responses", body: JSONValue.object(body.merging(more) { $1 }).text())
    }

    static func text(_ answer: TinyAnswer) -> String? {
        answer.json["output"]?.arrayValue?.first?["content"]?.arrayValue?.first?["text"]?.stringValue
    }

    @Test func theTableHasEachFieldOnce() {
        let names = ResponsesFields.all.map(\.name)
        #expect(Set(names).count == names.count && names.count > 40)
        for field in ResponsesFields.all {
            #expect((field.fate == .refused) == !field.remedy.isEmpty, "\(field.name)")
        }
    }

    /// `Docs/API.md` shows the table.
    @Test func thePageShowsTheTable() throws {
        let page = TestFiles.repository.appendingPathComponent("Docs/API.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        for origin in ["OpenAI", "vLLM"] {
            for fate in [OpenAIField.Fate.honoured, .harmless, .refused] {
                let names = ResponsesFields.all.filter { $0.origin == origin && $0.fate == fate }.map { "`\($0.name)`" }
                let row = "| \(origin) | \(fate.rawValue) | \(names.joined(separator: ", ")) |"
                #expect(names.isEmpty || text.contains(row), "Docs/API.md lacks: \(row)")
            }
        }
    }

    @Test func refusedFieldsAreNamedUnlessTheyAskForNothing() async throws {
        let server = try await TinyServer(doors: StandardDoors.all)
        for field in ResponsesFields.all where field.fate == .refused {
            for value in Self.values where !field.allows(value) {
                let answer = try await Self.ask(server, [field.name: value])
                #expect(answer.status == 400 && answer.code == "invalid_value", "\(field.name) \(answer.text)")
                #expect(answer.param == field.name, "\(field.name) \(answer.text)")
                #expect(answer.json["error"]?["message"]?.stringValue?.hasSuffix(field.remedy) == true)
            }
            for value in field.allowed + [.null] {
                let answer = try await Self.ask(server, [field.name: value])
                #expect(answer.status == 200, "\(field.name) \(value.text()) \(answer.text)")
            }
        }
        await server.running.stop()
    }

    @Test func harmlessFieldsChangeNothing() async throws {
        let server = try await TinyServer(doors: StandardDoors.all)
        for field in ResponsesFields.all where field.fate == .harmless {
            for value in Self.values {
                let answer = try await Self.ask(server, [field.name: value])
                #expect(answer.status == 200 && Self.text(answer) == "aaa", "\(field.name) \(answer.text)")
            }
        }
        await server.running.stop()
    }

    /// Nothing that is read may be of the wrong type; so what is honoured is read.
    @Test func honouredFieldsAreRead() async throws {
        let server = try await TinyServer(doors: StandardDoors.all)
        for field in ResponsesFields.all where field.fate == .honoured {
            let wrong: [JSONValue] = [["x": ["y"]], true, 1e300, "\u{1}"]
            var refusals = 0
            for value in wrong {
                let answer = try await Self.ask(server, [field.name: value])
                guard answer.status != 200 else { continue }
                #expect(answer.status == 400 || answer.code == "model_not_found", "\(field.name) \(answer.text)")
                #expect(answer.param?.hasPrefix(field.name) == true, "\(field.name) \(answer.text)")
                refusals += 1
            }
            #expect(refusals > 1, "\(field.name)")
        }
        await server.running.stop()
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

    @Test func whatCannotBeAnsweredIsNamed() async throws {
        let server = try await TinyServer(doors: StandardDoors.all)
        for (more, param) in Self.faults {
            for streams in [false, true] {
                var more = more
                more["stream"] = .bool(streams)
                let answer = try await Self.ask(server, more)
                #expect(answer.status == (param == "model" ? 404 : 400), "\(more) \(answer.text)")
                #expect(answer.param == param, "\(more) \(answer.text)")
            }
        }
        await server.running.stop()
    }
}
