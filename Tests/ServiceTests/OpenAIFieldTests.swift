import Documents
import Foundation
import OrderedCollections
import Service
import ServiceTestSupport
import TestSupport
import Testing

/// What becomes of every field that clients of OpenAI's API and its kin send: the table, one field after the other.
@Suite struct OpenAIFieldTests {
    static let routes: [(route: OpenAIField.Route, path: String, body: JSONObject)] = [
        (
            .chat, "/v1/chat/completions",
            ["messages": [["role": "user", "content": "x"]], "max_tokens": 3, "ignore_eos": true, "temperature": 0]
        ), (.completions, "/v1/completions", ["prompt": "x", "max_tokens": 3, "ignore_eos": true, "temperature": 0]),
    ]
    /// Of every type, so that one of them is not what a field allows.
    static let values: [JSONValue] = [7, "x", true, ["x"], ["x": 1]]

    static func text(_ answer: TinyAnswer) -> String? {
        let choice = answer.json["choices"]?.arrayValue?.first
        return choice?["text"]?.stringValue ?? choice?["message"]?["content"]?.stringValue
    }

    @Test func theTableHasEachFieldOnceARoute() {
        for route in OpenAIField.Route.allCases {
            let names = OpenAIFields.all.filter { $0.routes.contains(route) }.map(\.name)
            #expect(Set(names).count == names.count && names.count > 100)
        }
        for field in OpenAIFields.all {
            #expect(!field.origin.isEmpty && (field.fate == .refused) == !field.remedy.isEmpty, "\(field.name)")
            #expect(field.fate == .refused || field.allowed.isEmpty, "\(field.name)")
        }
    }

    @Test func refusedFieldsAreNamedUnlessTheyAskForNothing() async throws {
        let server = try await TinyServer()
        for (route, path, body) in Self.routes {
            for field in OpenAIFields.all where field.fate == .refused && field.routes.contains(route) {
                for value in Self.values where !field.allows(value) {
                    var body = body
                    body[field.name] = value
                    let answer = try await server.ask("POST", path, body: JSONValue.object(body).text())
                    #expect(answer.status == 400 && answer.code == "invalid_value", "\(field.name) \(answer.text)")
                    #expect(answer.param == field.name, "\(field.name) \(answer.text)")
                    #expect(answer.json["error"]?["message"]?.stringValue?.hasSuffix(field.remedy) == true)
                }
                for value in field.allowed + [.null] {
                    var body = body
                    body[field.name] = value
                    let answer = try await server.ask("POST", path, body: JSONValue.object(body).text())
                    #expect(answer.status == 200, "\(field.name) \(value.text()) \(answer.text)")
                }
            }
        }
        await server.running.stop()
    }

    @Test func harmlessFieldsChangeNothing() async throws {
        let server = try await TinyServer()
        for (route, path, body) in Self.routes {
            let plain = try await server.ask("POST", path, body: JSONValue.object(body).text())
            #expect(Self.text(plain) == "aaa")
            for field in OpenAIFields.all where field.fate == .harmless && field.routes.contains(route) {
                var body = body
                body[field.name] = Self.values[field.name.utf8.count % Self.values.count]
                let answer = try await server.ask("POST", path, body: JSONValue.object(body).text())
                #expect(answer.status == 200 && Self.text(answer) == "aaa", "\(field.name) \(answer.text)")
            }
        }
        await server.running.stop()
    }

    @Test func honouredFieldsAreRead() async throws {
        let server = try await TinyServer()
        for (route, path, body) in Self.routes {
            for field in OpenAIFields.all where field.fate == .honoured && field.routes.contains(route) {
                let faults = try await field.faultsOfReading { value in
                    var body = body
                    body[field.name] = value
                    return try await server.ask("POST", path, body: JSONValue.object(body).text())
                }
                #expect(faults == [], "\(path)")
            }
        }
        await server.running.stop()
    }

    private static let schema: JSONValue = [
        "type": "object", "properties": ["a": ["type": "integer", "maximum": 99]], "required": ["a"],
        "additionalProperties": false,
    ]
    private static let choices: JSONValue = ["yes", "no", "\"perhaps\"\n"]
    private static let pattern: JSONValue = "[0-9]{3}-(x|\"é\")"

    /// Fields, and what the answer must then be.
    enum Shape { case object, pair, choice, pattern }
    static let constraints: [(JSONObject, Shape)] = [
        (["response_format": ["type": "json_object"]], .object),
        (["response_format": ["type": "json_object", "schema": schema]], .pair),
        (["response_format": ["type": "json_schema", "schema": schema]], .pair),
        (
            [
                "response_format": [
                    "type": "json_schema", "json_schema": ["name": "n", "strict": true, "schema": schema],
                ]
            ], .pair
        ), (["response_format": ["type": "regex", "pattern": pattern]], .pattern),
        (["response_format": ["type": "regex", "value": pattern]], .pattern), (["guided_json": schema], .pair),
        (["guided_json": .string(schema.text())], .pair), (["json_schema": schema], .pair),
        (["format": schema], .pair), (["format": "json"], .object), (["guided_choice": choices], .choice),
        (["guided_regex": pattern], .pattern), (["regex": pattern], .pattern),
        (["structured_outputs": ["json": schema]], .pair), (["structured_outputs": ["json_object": true]], .object),
        (["structured_outputs": ["choice": choices]], .choice),
        (["structured_outputs": ["regex": pattern, "backend": "x"]], .pattern),
        (["format": "", "response_format": ["type": "text"], "guided_json": schema], .pair),
    ]

    @Test func constraintsHoldUnderEveryName() async throws {
        let server = try await TinyServer()
        for (_, path, body) in Self.routes {
            for (more, shape) in Self.constraints {
                for streams in [false, true] {
                    var body = body.merging(more) { $1 }
                    body["max_tokens"] = 40
                    body["ignore_eos"] = nil
                    body["stream"] = .bool(streams)
                    let answer = try await server.ask("POST", path, body: JSONValue.object(body).text())
                    #expect(answer.status == 200, "\(more) \(answer.text)")
                    let text = streams ? Self.streamed(answer) : Self.text(answer) ?? ""
                    #expect(Self.has(shape, text), "\(path) \(more): \(text)")
                }
            }
        }
        await server.running.stop()
    }

    private static func streamed(_ answer: TinyAnswer) -> String {
        answer.text.replacing("\r\n", with: "\n").split(separator: "\n").filter { $0.hasPrefix("data: {") }
            .compactMap { try? JSONValue(parsing: String($0.dropFirst(6))) }
            .compactMap { $0["choices"]?.arrayValue?.first }
            .compactMap { $0["text"]?.stringValue ?? $0["delta"]?["content"]?.stringValue }.joined()
    }

    private static func has(_ shape: Shape, _ text: String) -> Bool {
        switch shape {
        case .object: return (try? JSONValue(parsing: text))?.objectValue != nil
        case .pair:
            guard let members = (try? JSONValue(parsing: text))?.objectValue else { return false }
            return members.count == 1 && members["a"]?.intValue.map { $0 <= 99 } == true
        case .choice: return choices.arrayValue?.contains(.string(text)) == true
        case .pattern: return text.wholeMatch(of: /[0-9]{3}-(x|"é")/) != nil
        }
    }

    /// What cannot be kept, and the field that the refusal names.
    static let faults: [(JSONObject, String)] = [
        (["response_format": ["type": "grammar"]], "response_format.type"),
        (["response_format": ["type": "text", "schema": schema]], "response_format.schema"),
        (["response_format": ["type": "json_object", "strict": true]], "response_format.strict"),
        (["response_format": ["type": "json_object", "schema": 5]], "response_format.schema"),
        (["response_format": ["type": "json_schema"]], "response_format.json_schema"),
        (["response_format": ["type": "json_schema", "json_schema": [:]]], "response_format.json_schema.schema"),
        (["response_format": ["type": "structural_tag", "structures": []]], "response_format.type"),
        (["guided_json": "no JSON"], "guided_json"), (["guided_json": ["not": [:]]], "guided_json"),
        (["guided_choice": [.string(String(repeating: "a", count: 4_097))]], "guided_choice"),
        (["guided_choice": .array(Array(repeating: "a", count: 10_001))], "guided_choice"),
        (["guided_choice": []], "guided_choice"), (["guided_choice": ["a", 5]], "guided_choice"),
        (["guided_choice": [""]], "guided_choice"), (["guided_regex": "a)|(b"], "guided_regex"),
        (["guided_regex": "(?=a)"], "guided_regex"), (["regex": "["], "regex"),
        (["structured_outputs": ["grammar": "root ::= x"]], "structured_outputs.grammar"),
        (["structured_outputs": ["structural_tag": "x"]], "structured_outputs.structural_tag"),
        (["structured_outputs": ["whitespace_pattern": " "]], "structured_outputs.whitespace_pattern"),
        (["guided_json": schema, "regex": "a"], "regex"),
        (["structured_outputs": ["json": schema, "regex": "a"]], "structured_outputs.regex"),
        (["min_tokens": 4], "min_tokens"), (["stop_token_ids": ["x"]], "stop_token_ids[0]"),
        (["stop_token_ids": [1, -1]], "stop_token_ids[1]"),
        (["stop_token_ids": .array(Array(repeating: 1, count: 65))], "stop_token_ids"), (["n_predict": 0], "n_predict"),
        (["logit_bias": [[97]]], "logit_bias[0]"), (["logit_bias": [["a", 1]]], "logit_bias[0]"),
        (["logit_bias": [[97, 101]]], "logit_bias.97"),
        (["stream_options": ["continuous_usage_stats": 1]], "stream_options.continuous_usage_stats"),
    ]

    @Test func whatCannotBeKeptIsNamed() async throws {
        let server = try await TinyServer()
        for (_, path, body) in Self.routes {
            for (more, param) in Self.faults {
                for streams in [false, true] {
                    var body = body.merging(more) { $1 }
                    body["stream"] = .bool(streams)
                    let answer = try await server.ask("POST", path, body: JSONValue.object(body).text())
                    #expect(answer.status == 400, "\(path) \(more) \(answer.text)")
                    #expect(answer.param == param, "\(path) \(more) \(answer.text)")
                }
            }
        }
        await server.running.stop()
    }

    /// The model writes "a" for ever; token 97 is "a", 0 comes next.
    static let ends: [(JSONObject, text: String, finish: String)] = [
        ([:], "aaa", "length"), (["stop_token_ids": [97]], "", "stop"),
        (["stop_token_ids": [97], "min_tokens": 2, "logit_bias": ["98": 50]], "bbb", "length"),
        (["stop_token_ids": [98]], "aaa", "length"), (["stop": "aa"], "", "stop"),
        (["max_tokens": nil, "n_predict": 2], "aa", "length"), (["n_predict": -1], "aaa", "length"),
        (["logit_bias": [[98, 50]]], "bbb", "length"), (["logit_bias": [[97, false], [99, 50]]], "ccc", "length"),
        (["logit_bias": ["98": 100]], "bbb", "length"),
        (["frequency_penalty": 2, "logit_bias": ["98": 8]], "aba", "length"),
        (["ignore_eos": false, "logit_bias": ["257": 100]], "", "stop"),
        (["ignore_eos": false, "min_tokens": 2, "max_tokens": 9, "logit_bias": ["257": 100]], "aa", "stop"),
    ]

    @Test func answersEndWhereTheClientSays() async throws {
        let server = try await TinyServer()
        for (_, path, body) in Self.routes {
            for (more, text, finish) in Self.ends {
                let body = JSONValue.object(body.merging(more) { $1 })
                let answer = try await server.ask("POST", path, body: body.text())
                let choice = answer.json["choices"]?.arrayValue?.first
                #expect(Self.text(answer) == text, "\(path) \(more) \(answer.text)")
                #expect(choice?["finish_reason"]?.stringValue == finish, "\(path) \(more) \(answer.text)")
            }
        }
        await server.running.stop()
    }

    /// `Docs/API.md` shows the table; this is how a row looks.
    @Test func theDocumentationShowsTheTable() throws {
        let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Docs/API.md")
        let text = try String(contentsOf: url, encoding: .utf8)
        for origin in ["OpenAI", "vLLM", "SGLang", "llama.cpp", "Ollama", "others"] {
            for fate in [OpenAIField.Fate.honoured, .harmless, .refused] {
                let names = OpenAIFields.all.filter { $0.origin == origin && $0.fate == fate }.map { "`\($0.name)`" }
                let row = "| \(origin) | \(fate.rawValue) | \(names.joined(separator: ", ")) |"
                #expect(names.isEmpty || text.contains(row), "Docs/API.md lacks: \(row)")
            }
        }
    }
}
