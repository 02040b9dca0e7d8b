import Configuration
import Documents
import Doors
import Foundation
import Grammar
import OrderedCollections
import Service
import ServiceTestSupport
import Testing

/// `POST /v1/responses` of a server, and the document of all doors.
@Suite struct ResponsesDoorTests {
    private static let tool: JSONValue = [
        "type": "function", "name": "set_level",
        "parameters": [
            "type": "object", "properties": ["level": ["type": "integer", "minimum": 0, "maximum": 9]],
            "required": ["level"], "additionalProperties": false,
        ],
    ]

    static func events(_ answer: TinyAnswer) -> [(name: String, data: JSONValue)] {
        answer.text.replacing("\r\n", with: "\n").components(separatedBy: "\n").reduce(into: []) { events, line in
            if line.hasPrefix("event: ") { events.append((String(line.dropFirst(7)), .null)) }
            if line.hasPrefix("data: "), !events.isEmpty {
                events[events.count - 1].data = (try? JSONValue(parsing: String(line.dropFirst(6)))) ?? .null
            }
        }
    }

    @Test func aTextWholeAndAsAStream() async throws {
        let server = try await TinyServer(doors: StandardDoors.all)
        let more: JSONObject = ["top_logprobs": 2, "instructions": "be short", "metadata": ["k": "v"]]
        let whole = try await ResponsesFieldTests.ask(server, more)
        #expect(whole.status == 200 && ResponsesFieldTests.text(whole) == "aaa", "\(whole.text)")
        #expect(
            whole.json["status"] == "incomplete" && whole.json["incomplete_details"]?["reason"] == "max_output_tokens")
        #expect(whole.json["usage"]?["output_tokens"] == 3 && whole.json["metadata"] == ["k": "v"])
        #expect(whole.headers["server-timing"]?.contains("prefill") == true)
        let streamed = Self.events(try await ResponsesFieldTests.ask(server, more.merging(["stream": true]) { $1 }))
        #expect(streamed.first?.name == "response.created" && streamed.last?.name == "response.incomplete")
        let last = try #require(streamed.last?.data["response"])
        for name in ["status", "usage", "instructions", "metadata", "text"] {
            #expect(last[name] == whole.json[name] || name == "usage", "\(name)")
        }
        let logprobs = last["output"]?.arrayValue?.first?["content"]?.arrayValue?.first?["logprobs"]?.arrayValue
        #expect(logprobs?.count == 3 && logprobs?.first?["top_logprobs"]?.arrayValue?.count == 2)
        await server.running.stop()
    }

    @Test func aCallFollowsItsSchemaWholeAndAsAStream() async throws {
        let server = try await TinyServer(doors: StandardDoors.all)
        let more: JSONObject = ["tools": [Self.tool], "tool_choice": "required", "max_output_tokens": 64]
        let whole = try await ResponsesFieldTests.ask(server, more)
        let items = whole.json["output"]?.arrayValue ?? []
        #expect(items.count == 1 && items.first?["name"] == "set_level", "\(whole.text)")
        let arguments = try JSONValue(parsing: items.first?["arguments"]?.stringValue ?? "")
        #expect(arguments["level"]?.intValue.map { (0...9).contains($0) } == true)
        #expect(items.first?["call_id"]?.stringValue?.hasPrefix("call_") == true)
        let streamed = Self.events(try await ResponsesFieldTests.ask(server, more.merging(["stream": true]) { $1 }))
        let last = streamed.last?.data["response"]?["output"]?.arrayValue ?? []
        #expect(
            streamed.last?.name == "response.completed" && last.map { $0["arguments"] } == items.map { $0["arguments"] }
        )
        await server.running.stop()
    }

    @Test func aTextFollowsItsFormat() async throws {
        let server = try await TinyServer(doors: StandardDoors.all)
        let schema = Self.tool["parameters"] ?? .null
        let formats: [JSONValue] = [
            ["type": "json_schema", "name": "n", "strict": true, "schema": schema], ["type": "json_object"],
        ]
        for format in formats {
            let answer = try await ResponsesFieldTests.ask(
                server, ["text": ["format": format], "max_output_tokens": 40, "ignore_eos": .null])
            let text = ResponsesFieldTests.text(answer) ?? ""
            #expect((try? JSONValue(parsing: text))?.objectValue != nil, "\(format) \(answer.text)")
        }
        await server.running.stop()
    }

    /// Tokens count as the client's, and its salt holds, by whichever door it comes.
    @Test func whatTheModelDoesIsOnTheClientsAccount() async throws {
        let bodies = [
            "/v1/responses": #"{"input": "abc", "max_output_tokens": 40, "ignore_eos": true}"#,
            "/v1/messages": JSONValue.object(MessagesFieldTests.body.merging(["max_tokens": 40]) { $1 }).text(),
            "/mcp": #"{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "call_function","#
                + #" "arguments": {"query": "lights off"}}}"#,
        ]
        for (path, body) in bodies {
            let server = try await TinyServer(["access.tokens_per_minute": "20"], doors: StandardDoors.all)
            #expect(try await server.ask("POST", path, body: body).status == 200, "\(path)")
            let again = try await server.ask("POST", path, body: body)
            #expect(again.status == 429 && again.code == "token_limit", "\(path) \(again.text)")
            await server.running.stop()
        }
    }

    @Test func theDocumentListsTheDoorsRoutesAndTheirPolicies() async throws {
        let server = try await TinyServer(doors: StandardDoors.all)
        #expect(server.running.routes == server.running.document.operations)
        for (route, needsEngine) in [
            ("POST /v1/responses", true), ("POST /v1/messages", true), ("POST /v1/messages/count_tokens", false),
            ("POST /mcp", false),
        ] {
            let policy = try #require(server.running.policies[route], "\(route)")
            #expect(policy.scope == .call && policy.needsEngine == needsEngine && policy.bodyBytes == nil, "\(route)")
        }
        let components = try #require(server.running.document.json["components"])
        for path in ["/v1/responses", "/v1/messages", "/v1/messages/count_tokens", "/mcp"] {
            let media = server.running.document.json["paths"]?[path]?["post"]?["requestBody"]?["content"]?[
                "application/json"]
            var schema = try #require(media?["schema"]?.objectValue, "\(path)")
            schema["components"] = components
            let examples = try #require(media?["examples"]?.objectValue, "\(path)")
            #expect(examples.count >= 4)
            for (name, example) in examples {
                #expect(throws: Never.self, "\(path) \(name)") {
                    try SchemaValidator(.object(schema)).validate(example["value"] ?? .null)
                }
            }
        }
        await server.running.stop()
    }

    /// A server with a key for calls and one for judging.
    static func withKeys() async throws -> TinyServer {
        let yaml = """
            access:
              keys:
                - {name: calls, environment: CALL_KEY, scopes: [call]}
                - {name: judges, environment: JUDGE_KEY, scopes: [judge]}
            """
        let keys = ["CALL_KEY": "a-key-for-call-only", "JUDGE_KEY": "a-key-for-judge-only"]
        return try await TinyServer(yaml: yaml, environment: keys, doors: StandardDoors.all)
    }

    @Test func strangersAndBadBodiesAreRefused() async throws {
        let server = try await Self.withKeys()
        for path in ["/v1/responses", "/v1/messages", "/mcp"] {
            #expect(try await server.ask("POST", path, body: "{").status == 401, "\(path)")
            for (key, status) in [("judge", 403), ("call", 400)] {
                let answer = try await server.ask(
                    "POST", path, headers: ["authorization": "Bearer a-key-for-\(key)-only"], body: "{")
                #expect(answer.status == status, "\(path) \(key) \(answer.text)")
            }
        }
        await server.running.stop()
    }
}
