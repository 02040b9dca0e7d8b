import Documents
import Foundation
import FunctionCalling
import Service
import ServiceTestSupport
import Testing

/// Each cap is one field too much of something, refused before anything reads it.
@Suite struct CapTests {
    private static func repeated(_ element: String, _ count: Int) -> String {
        "[\(Array(repeating: element, count: count).joined(separator: ", "))]"
    }

    private static func function(_ schema: String) -> String {
        #""functions": [{"name": "f", "description": "d", "parameters": \#(schema)}]"#
    }

    private static func nested(_ depth: Int) -> String {
        let open = #"{"type": "object", "properties": {"a": "#
        return String(repeating: open, count: depth) + "{}" + String(repeating: "}}", count: depth)
    }

    private static let long = String(repeating: "x", count: 33_000)

    /// Route, body, and the field that the refusal must name.
    static let tooMuch: [(String, String, String)] = [
        ("/v1/completions", #"{"prompt": "a", "n": 17}"#, "n"),
        ("/v1/completions", #"{"prompt": "a", "n": 9223372036854775807}"#, "n"),
        ("/v1/completions", #"{"prompt": "a", "max_tokens": 32769}"#, "max_tokens"),
        ("/v1/completions", #"{"prompt": "a", "min_tokens": 32769}"#, "min_tokens"),
        ("/v1/completions", #"{"prompt": "a", "logprobs": 21}"#, "logprobs"),
        ("/v1/completions", #"{"prompt": "a", "stop": \#(repeated(#""b""#, 17))}"#, "stop"),
        ("/v1/completions", #"{"prompt": "a", "stop": "\#(long)"}"#, "stop"),
        ("/v1/completions", #"{"prompt": "a", "stop": ["b", "\#(long)"]}"#, "stop[1]"),
        ("/v1/completions", #"{"prompt": \#(repeated(#""a""#, 129))}"#, "prompt"),
        (
            "/v1/completions",
            #"{"prompt": "a", "logit_bias": {\#((0..<1025).map { "\"\($0)\": 1" }.joined(separator: ", "))}}"#,
            "logit_bias"
        ),
        ("/v1/functioncall", #"{"query": "a", "top_k": 65}"#, "top_k"),
        ("/v1/functioncall", #"{"query": "a", "max_calls": 17}"#, "max_calls"),
        ("/v1/functioncall", #"{"query": "\#(long)"}"#, "query"),
        (
            "/v1/functioncall",
            #"{"query": "a", "history": \#(repeated(#"{"role": "user", "content": "b"}"#, 201))}"#, "history"
        ),
        (
            "/v1/functioncall", #"{"query": "a", "history": [{"role": "user", "content": "\#(long)"}]}"#,
            "history[0].content"
        ),
        (
            "/v1/functioncall", #"{"query": "a", "functions": \#(repeated(#"{"name": "f"}"#, 1025))}"#, "functions"
        ),
        ("/v1/functioncall", #"{"query": "a", \#(function(nested(25)))}"#, "functions[0].parameters"),
        (
            "/v1/functioncall",
            #"{"query": "a", \#(function(#"{"type": "object", "properties": {"p": {"enum": \#(repeated("1", 2001))}}}"#))}"#,
            "functions[0].parameters"
        ),
        (
            "/v1/functioncall",
            #"{"query": "a", \#(function(#"{"type": "object", "properties": {"p": {"type": "string", "pattern": "\#(long)"}}}"#))}"#,
            "functions[0].parameters.properties.p.pattern"
        ),
        ("/v1/judge", #"{"query": "a", "outcome": "call", "votes": 11}"#, "votes"),
        ("/v1/judge", #"{"query": "a", \#(function(nested(25)))}"#, "functions[0].parameters"),
        ("/tokenize", #"{"prompt": "a", "tools": \#(repeated("{}", 1025))}"#, "tools"),
    ]

    @Test func theRefusalNamesTheField() async throws {
        let server = try await TinyServer()
        for (route, body, field) in Self.tooMuch {
            let answer = try await server.ask("POST", route, body: body)
            #expect(answer.status == 400, "\(route) \(field)")
            #expect(answer.code == "invalid_value", "\(route) \(field)")
            #expect(answer.param == field, "\(route) \(answer.text)")
        }
        let metrics = try await server.ask("GET", "/metrics")
        #expect(metrics.text.contains(#"kinglet_rejected_total{reason="out_of_range"} \#(Self.tooMuch.count)"#))
        await server.running.stop()
    }

    @Test func justEnoughIsNotTooMuch() async throws {
        let server = try await TinyServer()
        let schema = #"{"type": "object", "properties": {"p": {"enum": \#(Self.repeated(#""b""#, 3))}}}"#
        for (route, body) in [
            ("/v1/completions", #"{"prompt": "a", "n": 16, "max_tokens": 1, "logprobs": 20}"#),
            ("/v1/completions", #"{"prompt": "a", "max_tokens": 1, "stop": \#(Self.repeated(#""b""#, 16))}"#),
            ("/v1/functioncall", #"{"query": "a", "top_k": 64, \#(Self.function(schema))}"#),
        ] {
            let answer = try await server.ask("POST", route, body: body)
            #expect(answer.status == 200 || answer.param == "functions[0].parameters.properties.p", "\(answer.text)")
        }
        await server.running.stop()
    }

    @Test func storedSchemasHaveTheSameBounds() async throws {
        let server = try await TinyServer()
        let pool = try await server.ask("PUT", "/v1/pools/home", body: "{\(Self.function(Self.nested(25)))}")
        #expect(pool.status == 400 && pool.param == "functions[0].parameters", "\(pool.text)")
        let function = try await server.ask(
            "PUT", "/v1/pools/tiny/functions/f",
            body: #"{"description": "d", "parameters": \#(Self.nested(25))}"#)
        #expect(function.status == 400 && function.param == "parameters", "\(function.text)")
        await server.running.stop()
    }

    @Test func deepJSONIsRefusedAtAnyLength() async throws {
        let server = try await TinyServer()
        for depth in [65, 100_000] {
            let body = #"{"query": \#(String(repeating: "[", count: depth))"#
            let answer = try await server.ask("POST", "/v1/functioncall", body: body)
            #expect(answer.status == 400)
            #expect(answer.code == "invalid_json")
        }
        await server.running.stop()
    }

    @Test func settingsLowerTheCaps() async throws {
        let server = try await TinyServer(["limits.n": "2", "limits.max_tokens": "8", "limits.json_depth": "4"])
        #expect(try await server.ask("POST", "/v1/completions", body: #"{"prompt": "a", "n": 3}"#).param == "n")
        #expect(try await server.complete(9).param == "max_tokens")
        #expect(try await server.complete(8).status == 200)
        let deep = try await server.ask("POST", "/v1/completions", body: #"{"prompt": "a", "x": [[[[1]]]]}"#)
        #expect(deep.code == "invalid_json")
        await server.running.stop()
    }

    /// Fields of routes whose own tests are elsewhere.
    static let elsewhere: [(String, String)] = [
        (#"{"messages": \#(repeated(#"{"role": "user", "content": "b"}"#, 201))}"#, "messages"),
        (#"{"messages": [{"role": "user", "content": "\#(long)"}]}"#, "messages[0].content"),
        (#"{"top_logprobs": 21}"#, "top_logprobs"),
        (#"{"max_completion_tokens": 32769}"#, "max_completion_tokens"),
        (#"{"best_of": 17}"#, "best_of"),
        (#"{"tools": [{}, {"function": {"parameters": \#(nested(25))}}]}"#, "tools[1].function.parameters"),
        (
            #"{"response_format": {"json_schema": {"schema": \#(nested(25))}}}"#,
            "response_format.json_schema.schema"
        ),
        (#"{"parameters": \#(nested(25))}"#, "parameters"),
    ]

    @Test(arguments: elsewhere.indices) func ofOtherRoutes(_ index: Int) throws {
        let (body, field) = Self.elsewhere[index]
        let caps = RequestLimits(), value = try JSONValue(parsing: body)
        let error = #expect(throws: FieldError.self) { try caps.check(value) }
        #expect(error?.path == field)
        #expect(throws: Never.self) { try caps.check(["messages": [["content": "b"]], "tools": [["type": "x"]]]) }
    }
}
