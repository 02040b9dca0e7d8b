import Documents
import OrderedCollections
import Service
import ServiceTestSupport
import Testing

/// `POST /tokenize` and `POST /detokenize`: texts come back, every refusal.
@Suite struct TokenRoutesTests {
    @Test(arguments: ["", "abc", "<|im_start|>user\n", "灯 off", "\u{0}\n\t"])
    func textsComeBack(text: String) async throws {
        let server = try await TinyServer()
        let body = JSONValue.object(["prompt": .string(text), "model": "tiny"]).text()
        let tokens = try await server.ask("POST", "/tokenize", body: body)
        let ids = tokens.json["tokens"]?.arrayValue ?? []
        #expect(tokens.status == 200 && tokens.json["count"] == .integer(ids.count), "\(tokens.text)")
        #expect(tokens.json["max_model_len"] == 4096)
        let back = try await server.ask(
            "POST", "/detokenize", body: JSONValue.object(["tokens": .array(ids)]).text())
        #expect(back.status == 200 && back.json["prompt"]?.stringValue == text, "\(back.text)")
        await server.running.stop()
    }

    @Test func specialTokensAreOneOrMany() async throws {
        let server = try await TinyServer()
        for (special, count) in [("true", 1), ("false", 12), ("null", 1)] {
            let body = #"{"prompt": "<|im_start|>", "add_special_tokens": \#(special)}"#
            #expect(
                try await server.ask("POST", "/tokenize", body: body).json["count"] == .integer(count), "\(special)")
        }
        await server.running.stop()
    }

    static let tokenizing: [RouteTables.Refusal] = [
        ("{}", 400, "missing_field", "prompt"), (#"{"prompt": 5}"#, 400, "wrong_type", "prompt"),
        (#"{"prompt": "a", "model": 5}"#, 400, "wrong_type", "model"),
        (#"{"prompt": "a", "add_special_tokens": 1}"#, 400, "wrong_type", "add_special_tokens"),
        (#"{"prompt": "a", "more": 1}"#, 400, "unknown_field", "more"),
    ]
    static let detokenizing: [RouteTables.Refusal] = [
        ("{}", 400, "missing_field", "tokens"), (#"{"tokens": "a"}"#, 400, "wrong_type", "tokens"),
        (#"{"tokens": [1, "a"]}"#, 400, "wrong_type", "tokens[1]"),
        (#"{"tokens": [1.5]}"#, 400, "wrong_type", "tokens[0]"),
        (#"{"tokens": [1, 258]}"#, 400, "invalid_value", "tokens[1]"),
        (#"{"tokens": [-1]}"#, 400, "invalid_value", "tokens[0]"),
        (#"{"tokens": [1], "a": 1}"#, 400, "unknown_field", "a"),
    ]
    @Test func refuses() async throws {
        try await RouteTables.check(Self.tokenizing, post: "/tokenize")
        try await RouteTables.check(Self.detokenizing, post: "/detokenize")
    }
}
