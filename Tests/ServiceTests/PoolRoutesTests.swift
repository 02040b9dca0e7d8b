import Documents
import Service
import ServiceTestSupport
import Testing

@Suite struct PoolRoutesTests {
    private static let lamp = #"{"name": "lamp_on", "description": "switch a lamp on"}"#

    /// Asks one thing after the other of one server.
    private static func check(_ steps: [(method: String, path: String, body: String?, status: Int)]) async throws {
        let server = try await TinyServer()
        for step in steps {
            let answer = try await server.ask(step.method, step.path, body: step.body)
            #expect(answer.status == step.status, "\(step.method) \(step.path): \(answer.text)")
        }
        _ = await server.running.stop()
    }

    @Test func poolsAndFunctionsComeChangeAndGo() async throws {
        try await Self.check([
            ("GET", "/v1/pools/home", nil, 404),
            ("PUT", "/v1/pools/home", #"{"functions": [\#(Self.lamp)]}"#, 201),
            ("PUT", "/v1/pools/home", #"{"functions": [\#(Self.lamp)]}"#, 200),
            ("GET", "/v1/pools/home", nil, 200),
            ("PUT", "/v1/pools/home/functions/lamp_off", #"{"description": "switch a lamp off"}"#, 201),
            ("PUT", "/v1/pools/home/functions/lamp_off", #"{"description": "darkness"}"#, 200),
            ("GET", "/v1/pools/home/functions/lamp_off", nil, 200),
            ("DELETE", "/v1/pools/home/functions/lamp_off", nil, 204),
            ("DELETE", "/v1/pools/home/functions/lamp_off", nil, 404),
            ("GET", "/v1/pools/home/functions/lamp_off", nil, 404),
            ("PUT", "/v1/pools/nowhere/functions/f", "{}", 404),
            ("DELETE", "/v1/pools/home", nil, 204), ("DELETE", "/v1/pools/home", nil, 404),
            ("DELETE", "/v1/pools/tiny", nil, 204), ("GET", "/v1/pools/tiny", nil, 404),
            ("POST", "/v1/pools/home", "{}", 405),
        ])
    }

    @Test func namesThePoolOfRequestsThatNameNone() async throws {
        let server = try await TinyServer()
        let list = try JSONValue(parsing: Array(try await server.ask("GET", "/v1/pools").text.utf8))
        #expect(list["default"] == "tiny")
        _ = await server.running.stop()
    }

    @Test func termsComeChangeAndGo() async throws {
        try await Self.check([
            ("GET", "/v1/knowledge", nil, 200), ("GET", "/v1/knowledge/movie%20night", nil, 404),
            ("PUT", "/v1/knowledge/movie%20night", #"{"explanation": "a scene"}"#, 201),
            ("PUT", "/v1/knowledge/movie%20night", #"{"explanation": "a dim scene", "pools": ["tiny"]}"#, 200),
            ("GET", "/v1/knowledge/movie%20night", nil, 200), ("GET", "/v1/knowledge?pool=tiny", nil, 200),
            ("GET", "/v1/knowledge?pool=nowhere", nil, 404), ("PUT", "/v1/knowledge/--", #"{"explanation": "x"}"#, 400),
            ("DELETE", "/v1/knowledge/movie%20night", nil, 204), ("DELETE", "/v1/knowledge/movie%20night", nil, 404),
        ])
    }

    @Test func entityTagsGuardChanges() async throws {
        let server = try await TinyServer(), path = "/v1/pools/tiny/functions/lights_off"
        let first = try await server.ask("GET", path), tag = try #require(first.headers["etag"])
        let body = #"{"description": "changed"}"#
        #expect(try await server.ask("GET", path, headers: ["if-none-match": tag]).status == 304)
        #expect(try await server.ask("PUT", path, headers: ["if-none-match": "*"], body: body).status == 412)
        #expect(try await server.ask("PUT", path, headers: ["if-match": "W/\(tag)"], body: body).status == 412)
        let second = try await server.ask("PUT", path, headers: ["if-match": "\"x\", \(tag)"], body: body)
        #expect(second.status == 200 && second.headers["etag"] != tag)
        let stale = try await server.ask("PUT", path, headers: ["if-match": tag], body: body)
        #expect(stale.status == 412 && stale.code == "precondition_failed" && stale.text.contains("Read it again"))
        #expect(try await server.ask("DELETE", path, headers: ["if-match": tag]).status == 412)
        #expect(try await server.ask("PUT", path, headers: ["if-match": "tag"], body: body).param == "if-match")
        #expect(try await server.ask("PUT", path + "2", headers: ["if-match": "*"], body: body).status == 412)
        #expect(try await server.ask("PUT", path + "2", headers: ["if-none-match": "*"], body: body).status == 201)
        let pool = try await server.ask("GET", "/v1/pools/tiny"), poolTag = try #require(pool.headers["etag"])
        #expect(try await server.ask("DELETE", "/v1/pools/tiny", headers: ["if-match": tag]).status == 412)
        #expect(try await server.ask("DELETE", "/v1/pools/tiny", headers: ["if-match": poolTag]).status == 204)
        _ = await server.running.stop()
    }

    static let refused: [(String, String, String, String)] = [
        ("/v1/pools/a%20b", #"{"functions": []}"#, "bad_name", ""),
        ("/v1/pools/p", #"{"functions": [{"name": "a"}, {"name": "a"}]}"#, "duplicate_name", "functions[1].name"),
        ("/v1/pools/p", #"{"functions": [], "extra": 1}"#, "invalid_value", "extra"),
        ("/v1/pools/p", "[", "invalid_json", ""),
        (
            "/v1/pools/p",
            #"{"functions": [{"name": "a", "parameters": {"type": "object", "properties": {"x": {"not": {}}}}}]}"#,
            "unenforceable_schema", "functions[0].parameters.properties.x.not"
        ),
        (
            "/v1/pools/tiny/functions/a",
            #"{"parameters": {"type": "object", "properties": {"x": {"if": {}}}}}"#, "unenforceable_schema",
            "parameters.properties.x.if"
        ),
        ("/v1/pools/tiny/functions/a", #"{"name": "b"}"#, "bad_name", "name"),
        ("/v1/pools/tiny/functions/request_unclear", "{}", "reserved_name", "name"),
        ("/v1/knowledge/x", #"{"explanation": 3}"#, "wrong_type", "explanation"),
        ("/v1/knowledge/x", #"{"explanation": "x", "alias": []}"#, "unknown_field", "alias"),
    ]
    @Test func namesTheFieldAtFault() async throws {
        let server = try await TinyServer()
        for (path, body, code, param) in Self.refused {
            let answer = try await server.ask("PUT", path, body: body)
            #expect(answer.status == 400 && answer.code == code, "\(path) \(body): \(answer.text)")
            #expect((answer.param ?? "") == param, "\(path) \(body): \(answer.text)")
        }
        // What no name can be is wrong, not absent.
        for path in [
            "/v1/pools/a%20b", "/v1/pools/tiny/functions/%C3%97", "/v1/knowledge/" + String(repeating: "a", count: 201),
        ] {
            #expect(try await server.ask("DELETE", path, headers: ["if-match": "*"]).status == 400, "\(path)")
        }
        // What is malformed is said before what has changed meanwhile.
        let body = #"{"examples": ["\#(String(repeating: "a", count: 1001))"]}"#
        let path = "/v1/pools/tiny/functions/lamp_on"
        let answer = try await server.ask("PUT", path, headers: ["if-match": "\"old\""], body: body)
        #expect(answer.status == 400 && answer.param == "examples[0]", "\(answer.text)")
        _ = await server.running.stop()
    }
}
