import Documents
import Doors
import Foundation
import Inference
import OrderedCollections
import Service
import ServiceTestSupport
import Testing

/// `POST /v1/messages` and `/v1/messages/count_tokens` of a server.
@Suite(.timeLimit(.minutes(2))) struct MessagesDoorTests {
    private static let tool: JSONValue = [
        "name": "set_level",
        "input_schema": [
            "type": "object", "properties": ["level": ["type": "integer", "minimum": 0, "maximum": 9]],
            "required": ["level"], "additionalProperties": false,
        ],
    ]

    private static func stream(_ server: TinyServer, _ more: JSONObject) async throws -> [(
        name: String, data: JSONValue
    )] {
        ResponsesDoorTests.events(try await MessagesFieldTests.ask(server, more.merging(["stream": true]) { $1 }))
    }

    private static func count(_ server: TinyServer, _ more: JSONObject) async throws -> Int? {
        var body = MessagesFieldTests.body.merging(more) { $1 }
        body["max_tokens"] = nil
        let answer = try await server.ask("POST", "/v1/messages/count_tokens", body: JSONValue.object(body).text())
        #expect(answer.status == 200, "\(answer.text)")
        return answer.json["input_tokens"]?.intValue
    }

    private static func prompt(_ usage: JSONValue?) -> Int {
        ["input_tokens", "cache_read_input_tokens"].reduce(0) { $0 + (usage?[$1]?.intValue ?? 0) }
    }

    @Test func aTextWholeAndAsAStream() async throws {
        let server = try await TinyServer(doors: StandardDoors.all)
        let more: JSONObject = ["system": .string("be short " + String(repeating: "and kind ", count: 20))]
        let whole = try await MessagesFieldTests.ask(server, more)
        #expect(whole.status == 200 && MessagesFieldTests.text(whole) == "aaa", "\(whole.text)")
        #expect(whole.json["stop_reason"] == "max_tokens" && whole.json["stop_sequence"] == .null)
        #expect(whole.json["usage"]?["output_tokens"] == 3 && whole.json["usage"]?["cache_read_input_tokens"] == 0)
        #expect(whole.json["id"]?.stringValue?.hasPrefix("msg_") == true && whole.json["model"] == "tiny")
        #expect(whole.headers["server-timing"]?.contains("prefill") == true && whole.headers["request-id"] != nil)
        #expect(try await Self.count(server, more) == Self.prompt(whole.json["usage"]))
        let events = try await Self.stream(server, more)
        #expect(events.first?.name == "message_start" && events.last?.name == "message_stop")
        let text = events.compactMap { $0.data["delta"]?["text"]?.stringValue }.joined()
        let started = events.first?.data["message"]?["usage"], ended = events.dropLast().last?.data
        #expect(text == "aaa" && ended?["delta"]?["stop_reason"] == "max_tokens")
        // The prompt was there before: what the cache had of it is known when the stream begins.
        #expect(started?["cache_read_input_tokens"]?.intValue ?? 0 > 100)
        for usage in [started, ended?["usage"]] {
            #expect(usage?["cache_read_input_tokens"] == started?["cache_read_input_tokens"])
            #expect(Self.prompt(usage) == Self.prompt(whole.json["usage"]))
        }
        await server.running.stop()
    }

    @Test func aCallFollowsItsSchemaWholeAndAsAStream() async throws {
        let server = try await TinyServer(["calling.choosing": "greedy"], doors: StandardDoors.all)
        let more: JSONObject = ["tools": [Self.tool], "tool_choice": ["type": "any"], "max_tokens": 64]
        let whole = try await MessagesFieldTests.ask(server, more)
        let blocks = whole.json["content"]?.arrayValue ?? []
        #expect(blocks.count == 1 && blocks.first?["name"] == "set_level", "\(whole.text)")
        #expect(blocks.first?["input"]?["level"]?.intValue.map { (0...9).contains($0) } == true)
        #expect(
            blocks.first?["id"]?.stringValue?.hasPrefix("toolu_") == true && whole.json["stop_reason"] == "tool_use")
        #expect(try await Self.count(server, more) == Self.prompt(whole.json["usage"]))
        #expect(try await Self.count(server, [:]) ?? .max < Self.prompt(whole.json["usage"]))
        let events = try await Self.stream(server, more)
        let written = events.compactMap { $0.data["delta"]?["partial_json"]?.stringValue }.joined()
        #expect(try JSONValue(parsing: written) == blocks.first?["input"])
        #expect(Self.prompt(events.first?.data["message"]?["usage"]) == Self.prompt(whole.json["usage"]))
        await server.running.stop()
    }

    @Test func aTextEndsBeforeAStopSequenceOrWithItsFormat() async throws {
        let server = try await TinyServer(doors: StandardDoors.all)
        let stopped = try await MessagesFieldTests.ask(server, ["max_tokens": 20, "stop_sequences": ["b", "aa"]])
        #expect(stopped.json["stop_reason"] == "stop_sequence" && stopped.json["stop_sequence"] == "aa")
        #expect(MessagesFieldTests.text(stopped) == "")
        let events = try await Self.stream(server, ["max_tokens": 20, "stop_sequences": ["aa"]])
        #expect(events.dropLast().last?.data["delta"] == ["stop_reason": "stop_sequence", "stop_sequence": "aa"])
        let format: JSONValue = ["type": "json_schema", "schema": Self.tool["input_schema"] ?? .null]
        let formed = try await MessagesFieldTests.ask(
            server, ["max_tokens": 40, "ignore_eos": .null, "output_config": ["format": format]])
        let object = try JSONValue(parsing: MessagesFieldTests.text(formed) ?? "")
        #expect(object["level"]?.intValue != nil && formed.json["stop_reason"] == "end_turn", "\(formed.text)")
        await server.running.stop()
    }

    /// Each with its status, its type, and the code that is ours.
    @Test func errorsHaveTheirShapeFromWhereverTheyCome() async throws {
        let server = try await TinyServer(["server.max_body_kib": "64"], doors: StandardDoors.all)
        let path = "/v1/messages", count = "/v1/messages/count_tokens"
        let large = String(repeating: " ", count: 70_000), long = String(repeating: "x", count: 9_000)
        let asked = #"{"max_tokens": 3, "messages": [{"role": "user", "content": "\#(long)"}]}"#
        let table: [(String, String, String?, Int, String, String)] = [
            ("POST", path, "{", 400, "invalid_request_error", "invalid_json"),
            ("POST", path, "{}", 400, "invalid_request_error", "missing_field"),
            ("POST", count, "{}", 400, "invalid_request_error", "missing_field"),
            ("POST", path, #"{"model": "claude"}"#, 404, "not_found_error", "model_not_found"),
            ("POST", path, asked, 400, "invalid_request_error", "context_length_exceeded"),
            ("POST", path, large, 413, "request_too_large", "body_too_large"),
            ("GET", path, nil, 405, "invalid_request_error", "method_not_allowed"),
            ("POST", "/v1/messages/batches", "{}", 404, "not_found_error", "unknown_route"),
        ]
        for (method, path, body, status, type, code) in table {
            let answer = try await server.ask(method, path, body: body), place = "\(method) \(path) \(answer.text)"
            #expect(answer.status == status, "\(place)")
            #expect(answer.json["type"] == "error" && answer.json["error"]?["type"] == .string(type), "\(place)")
            #expect(answer.code == code && answer.json["error"]?["message"]?.stringValue?.isEmpty == false, "\(place)")
            #expect(answer.json["request_id"]?.stringValue == answer.headers["request-id"], "\(place)")
            #expect(answer.headers["request-id"] == answer.headers["x-request-id"], "\(place)")
        }
        let tooLong = try await server.ask("POST", path, body: asked)
        #expect(tooLong.json["error"]?["message"]?.stringValue?.hasPrefix("prompt is too long: ") == true)
        let elsewhere = try await server.ask("POST", "/v1/messagesx", body: "{}")
        #expect(elsewhere.json["type"] == nil && elsewhere.headers["request-id"] == nil)
        await server.running.stop()
    }

    @Test func whatBreaksOffSaysSoLast() async throws {
        let server = try await TinyServer(pace: 20_000, doors: StandardDoors.all)
        async let streamed = Self.stream(server, ["max_tokens": 400])
        while server.running.engine.requestsInFlight == 0 { try await Task.sleep(for: .milliseconds(10)) }
        try await Task.sleep(for: .milliseconds(300))
        server.running.engine.stop()
        let events = try await streamed
        #expect(events.first?.name == "message_start" && events.last?.name == "error")
        #expect(events.last?.data["type"] == "error" && events.last?.data["error"]?["message"]?.stringValue != nil)
        await server.running.stop()
    }

    /// Anthropic's clients send a key so, others as a bearer's token; a bearer's goes before.
    @Test func keysComeInEitherHeader() async throws {
        let server = try await ResponsesDoorTests.withKeys()
        let call = "a-key-for-call-only", judge = "a-key-for-judge-only", version = "anthropic-version"
        let table: [([String: String], Int, String?)] = [
            ([:], 401, "authentication_error"), (["x-api-key": "a-key-of-nobody"], 401, "authentication_error"),
            (["x-api-key": ""], 401, "authentication_error"), (["x-api-key": judge], 403, "permission_error"),
            (["x-api-key": call, version: "2023-06-01"], 200, nil), (["x-api-key": call, version: "1"], 200, nil),
            (["authorization": "Bearer \(call)"], 200, nil),
            (["authorization": "Bearer \(judge)", "x-api-key": call], 403, "permission_error"),
            (["authorization": "Basic eA==", "x-api-key": call], 200, nil),
        ]
        for path in ["/v1/messages", "/v1/messages/count_tokens"] {
            for (headers, status, type) in table {
                let body = JSONValue.object(MessagesFieldTests.body).text()
                let answer = try await server.ask("POST", path, headers: headers, body: body)
                #expect(answer.status == status, "\(path) \(headers) \(answer.text)")
                #expect(answer.json["error"]?["type"]?.stringValue == type, "\(path) \(headers) \(answer.text)")
            }
        }
        #expect(try await server.ask("GET", "/v1/models", headers: ["x-api-key": call]).status == 200)
        await server.running.stop()
    }
}
