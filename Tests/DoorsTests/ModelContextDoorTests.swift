import Documents
import Doors
import Grammar
import OrderedCollections
import Service
import ServiceTestSupport
import Testing

/// `POST /mcp` of a server.
@Suite struct ModelContextDoorTests {
    static func ask(
        _ server: TinyServer, _ method: String, _ parameters: JSONObject = [:], headers: [String: String] = [:]
    ) async throws -> TinyAnswer {
        let body: JSONValue = ["jsonrpc": "2.0", "id": 7, "method": .string(method), "params": .object(parameters)]
        return try await server.ask("POST", "/mcp", headers: headers, body: body.text())
    }

    static func stateless(
        _ server: TinyServer, _ method: String, _ parameters: JSONObject = [:]
    ) async throws -> TinyAnswer {
        var parameters = parameters
        parameters["_meta"] = [
            "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": [:],
        ]
        var headers = ["mcp-protocol-version": "2026-07-28", "mcp-method": method]
        headers["mcp-name"] = parameters["name"]?.stringValue
        return try await ask(server, method, parameters, headers: headers)
    }

    @Test func clientsShakeHandsForTheRevisionsThatAreSpoken() async throws {
        let server = try await TinyServer(doors: StandardDoors.all)
        for (asked, agreed) in [
            ("2025-06-18", "2025-06-18"), ("2025-11-25", "2025-11-25"), ("2024-11-05", "2025-11-25"),
            ("2026-07-28", "2025-11-25"), ("x", "2025-11-25"),
        ] {
            let answer = try await Self.ask(
                server, "initialize", ["protocolVersion": .string(asked), "capabilities": [:]])
            #expect(answer.status == 200 && answer.json["id"] == 7, "\(answer.text)")
            #expect(answer.json["result"]?["protocolVersion"] == .string(agreed), "\(asked)")
            #expect(answer.json["result"]?["serverInfo"]?["name"] == "kinglet")
            #expect(answer.headers["mcp-session-id"] == nil)
        }
        let notice = try await server.ask(
            "POST", "/mcp", body: #"{"jsonrpc": "2.0", "method": "notifications/initialized"}"#)
        #expect(notice.status == 202 && notice.body.isEmpty)
        #expect(try await Self.ask(server, "ping").json["result"] == [:])
        for method in ["GET", "DELETE"] { #expect(try await server.ask(method, "/mcp").status == 405) }
        await server.running.stop()
    }

    @Test func errorsAreThoseOfTheProtocol() async throws {
        let server = try await TinyServer(doors: StandardDoors.all)
        let table: [(TinyAnswer, Int, Int)] = [
            (try await server.ask("POST", "/mcp", body: "{"), 400, -32700),
            (try await server.ask("POST", "/mcp", body: "[]"), 400, -32600),
            (try await Self.ask(server, "resources/list"), 200, -32601),
            (try await Self.stateless(server, "resources/list"), 404, -32601),
            (try await Self.stateless(server, "ping"), 404, -32601),
            (try await Self.stateless(server, "initialize"), 400, -32022),
            (try await Self.ask(server, "server/discover"), 200, -32601),
            (try await Self.ask(server, "tools/list", headers: ["mcp-protocol-version": "2024-11-05"]), 400, -32022),
            (try await Self.ask(server, "tools/call"), 200, -32602),
            (try await Self.stateless(server, "tools/call", ["name": "rm"]), 400, -32602),
            (try await Self.ask(server, "tools/call", ["name": "rm"]), 200, -32602),
            (try await Self.ask(server, "tools/call", ["name": "call_function", "arguments": [1]]), 200, -32602),
        ]
        for (answer, status, code) in table {
            #expect(answer.status == status && answer.json["error"]?["code"] == .integer(code), "\(answer.text)")
            #expect(answer.json["jsonrpc"] == "2.0" && answer.json["error"]?["message"]?.stringValue?.isEmpty == false)
        }
        await server.running.stop()
    }

    static let origins: [(String, Bool)] = [
        ("http://localhost:3000", true), ("http://127.0.0.1", true), ("https://[::1]:8443", true),
        ("https://app.example.org", true), ("https://evil.example", false), ("http://localhost.evil.example", false),
        ("http://127.0.0.1.evil.example", false), ("null", false), ("http://localhost:3000@evil.example", false),
    ]
    @Test func pagesFromElsewhereAreRefused() async throws {
        let server = try await TinyServer(
            yaml: "cors:\n  origins: [https://app.example.org]\n", doors: StandardDoors.all)
        for (origin, isTaken) in Self.origins {
            let answer = try await Self.ask(server, "ping", headers: ["origin": origin])
            #expect(answer.status == (isTaken ? 200 : 403), "\(origin) \(answer.text)")
        }
        await server.running.stop()
    }

    @Test func toolsAreListedWithSchemasThatTheirResultsFollow() async throws {
        let server = try await TinyServer(doors: StandardDoors.all)
        let plain = try await Self.ask(server, "tools/list"), stateless = try await Self.stateless(server, "tools/list")
        let tools = plain.json["result"]?["tools"]?.arrayValue ?? []
        #expect(tools.map { $0["name"] } == ["find_functions", "call_function"])
        #expect(plain.json["result"]?["resultType"] == nil && stateless.json["result"]?["resultType"] == "complete")
        #expect(stateless.json["result"]?["tools"] == plain.json["result"]?["tools"])
        #expect(stateless.json["result"]?["ttlMs"] == 0 && stateless.json["result"]?["cacheScope"] == "private")
        for tool in tools {
            #expect(tool["inputSchema"]?["properties"]?["pool"]?["enum"] == ["tiny"], "\(tool)")
            #expect(tool["description"]?.stringValue?.contains("tiny (1, the default)") == true)
            let arguments: JSONValue = ["query": "turn the lights off", "pool": "tiny"]
            try SchemaValidator(try #require(tool["inputSchema"])).validate(arguments)
            let answer = try await Self.stateless(
                server, "tools/call", ["name": tool["name"] ?? .null, "arguments": arguments])
            let result = try #require(answer.json["result"], "\(answer.text)")
            #expect(result["isError"] == false && result["resultType"] == "complete", "\(answer.text)")
            let value = try #require(result["structuredContent"])
            try SchemaValidator(try #require(tool["outputSchema"])).validate(value)
            let text = result["content"]?.arrayValue?.first?["text"]?.stringValue ?? ""
            #expect(try JSONValue(parsing: text) == value)
        }
        await server.running.stop()
    }

    @Test func whatAModelCanMendIsAResult() async throws {
        let server = try await TinyServer(doors: StandardDoors.all)
        let table: [(String, JSONObject, String)] = [
            ("call_function", [:], "query"), ("call_function", ["query": ""], "query"),
            ("call_function", ["query": "a", "pool": "none"], "tiny"),
            ("call_function", ["query": "a", "stream": true], "stream"),
            ("find_functions", ["query": "a", "max_calls": 2], "max_calls"),
            ("find_functions", ["query": "a", "top_k": 0], "top_k"),
            ("find_functions", ["query": .string(String(repeating: "a", count: 20_000))], "query"),
        ]
        for (tool, arguments, word) in table {
            let answer = try await Self.ask(
                server, "tools/call", ["name": .string(tool), "arguments": .object(arguments)])
            let result = answer.json["result"]
            #expect(answer.status == 200 && result?["isError"] == true, "\(arguments) \(answer.text)")
            #expect(
                result?["content"]?.arrayValue?.first?["text"]?.stringValue?.contains(word) == true, "\(answer.text)")
        }
        await server.running.stop()
    }

    @Test func whoKnowsTheNewestRevisionFindsOutWhatIsHere() async throws {
        let server = try await TinyServer(doors: StandardDoors.all)
        let result = try await Self.stateless(server, "server/discover").json["result"]
        #expect(result?["supportedVersions"]?.arrayValue?.last == "2026-07-28")
        #expect(result?["capabilities"]?["tools"] != nil && result?["resultType"] == "complete")
        #expect(result?["_meta"]?["io.modelcontextprotocol/serverInfo"]?["name"] == "kinglet")
        await server.running.stop()
    }
}
