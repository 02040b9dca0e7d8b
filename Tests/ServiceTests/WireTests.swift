import Documents
import Foundation
import OrderedCollections
import Service
import ServiceTestSupport
import Testing

/// The wire is described once: every field of `/openapi.json` is read, and every field that is read stands there.
@Suite struct WireTests {
    private static let document = APIDocument(.init(model: "tiny", vocabulary: 258)).json

    /// The schema at a place of the document's components, references followed: `CallRequest/history/items`.
    private static func schema(_ path: String) -> JSONValue {
        var schema: JSONValue = .null
        for (index, part) in path.split(separator: "/").map(String.init).enumerated() {
            switch part {
            case _ where index == 0: schema = document["components"]?["schemas"]?[part] ?? .null
            case "items": schema = schema["items"] ?? .null
            default: schema = schema["properties"]?[part] ?? .null
            }
            while let name = reference(schema) { schema = document["components"]?["schemas"]?[name] ?? .null }
        }
        return schema
    }

    private static func reference(_ schema: JSONValue) -> String? {
        let all = [schema] + (schema["anyOf"]?.arrayValue ?? [])
        return all.lazy.compactMap { $0["$ref"]?.stringValue?.split(separator: "/").last.map(String.init) }.first
    }

    private static func fields(_ path: String) -> Set<String> {
        Set((schema(path)["properties"]?.objectValue ?? [:]).keys)
    }

    /// Route, a body that is right but for one field that nobody knows, where that field is, and the schema of its object.
    static let strict: [(route: String, body: String, field: String, schema: String)] = [
        ("POST /v1/functioncall", #"{"query": "a", "zz": 1}"#, "zz", "FunctionCallRequest"),
        ("POST /v1/functioncall", #"{"query": "a", "context": {"zz": 1}}"#, "context.zz", "CallContext"),
        (
            "POST /v1/functioncall",
            #"{"query": "a", "history": [{"role": "user", "content": "b", "zz": 1}]}"#, "history[0].zz",
            "FunctionCallRequest/history/items"
        ),
        ("POST /v1/retrieve", #"{"query": "a", "zz": 1}"#, "zz", "RetrieveRequest"),
        ("POST /v1/adapt", #"{"adapter": "dis", "outcome": "request_unclear", "zz": 1}"#, "zz", "AdaptRequest"),
        (
            "POST /v1/adapt", #"{"adapter": "dis", "calls": [{"function": "f", "zz": 1}]}"#, "calls[0].zz",
            "AdaptRequest/calls/items"
        ),
        ("POST /v1/judge", #"{"query": "a", "outcome": "request_unclear", "zz": 1}"#, "zz", "JudgeRequest"),
        (
            "POST /v1/judge",
            #"{"query": "a", "outcome": "request_unclear", "reference": {"outcome": "request_unclear", "zz": 1}}"#,
            "reference.zz", "JudgeRequest/reference"
        ),
        ("POST /v1/reward", #"{"samples": [{"response": "a"}], "zz": 1}"#, "zz", "RewardRequest"),
        (
            "POST /v1/reward", #"{"samples": [{"response": "a", "zz": 1}]}"#, "samples[0].zz",
            "RewardRequest/samples/items"
        ),
        (
            "POST /v1/judge/compare",
            #"{"query": "a", "a": {"outcome": "request_unclear"}, "b": {"outcome": "request_unclear"}, "zz": 1}"#, "zz",
            "CompareRequest"
        ),
        (
            "POST /v1/judge/compare",
            #"{"query": "a", "a": {"outcome": "request_unclear", "zz": 1}, "b": {"outcome": "request_unclear"}}"#,
            "a.zz", "CompareRequest/a"
        ),
        ("POST /tokenize", #"{"prompt": "a", "zz": 1}"#, "zz", "TokenizeRequest"),
        ("POST /detokenize", #"{"tokens": [97], "zz": 1}"#, "zz", "DetokenizeRequest"),
        ("PUT /v1/pools/p", #"{"functions": [], "zz": 1}"#, "zz", "Pool"),
        (
            "PUT /v1/pools/p", #"{"functions": [], "prompt": {"zz": 1}}"#, "prompt.zz", "Pool/prompt"
        ),
        ("PUT /v1/knowledge/x", #"{"explanation": "a", "zz": 1}"#, "zz", "TermBody"),
    ]

    @Test func whatReadersKnowIsWhatTheDocumentSays() async throws {
        let server = try await TinyServer()
        for (route, body, field, schema) in Self.strict {
            let parts = route.split(separator: " ").map(String.init)
            let answer = try await server.ask(parts[0], parts[1], body: body)
            #expect(answer.status == 400 && answer.param == field, "\(route) \(answer.text)")
            let message = answer.json["error"]?["message"]?.stringValue ?? ""
            let known = message.split(separator: #/known(?: here)?: /#).last ?? ""
            let read = Set(known.split(separator: ",").map { String($0.filter { $0 != " " && $0 != "." }) })
            #expect(read == Self.fields(schema), "\(route) \(field): \(message)")
            #expect(Self.schema(schema)["additionalProperties"] == false, "\(schema) is open, its reader is not")
        }
        await server.running.stop()
    }

    /// OpenAI's routes take fields that they do not know; what the table calls honoured or refused stands in the document.
    @Test(arguments: [(OpenAIField.Route.chat, "ChatRequest"), (.completions, "CompletionRequest")])
    func theTableIsWhatTheDocumentSays(route: OpenAIField.Route, schema: String) {
        let names = OpenAIFields.all.filter { $0.routes.contains(route) && $0.fate != .harmless }.map(\.name)
        #expect(Set(names) == Self.fields(schema))
        for field in OpenAIFields.all where field.fate == .refused && field.routes.contains(route) {
            let allowed = Self.schema(schema)["properties"]?[field.name]?["enum"]?.arrayValue
            #expect(allowed == field.allowed + [.null], "\(field.name)")
        }
    }

    /// Answers: what comes has a place in the document, and what the document promises comes.
    @Test func answersHaveTheFieldsThatTheDocumentSays() async throws {
        let server = try await TinyServer(["calling.choosing": "greedy", "calling.max_tokens": "40"])
        let answers: [(String, String?, String)] = [
            ("/v1/functioncall", #"{"query": "lights off", "explain": true, "adapter": "dis"}"#, "FunctionCall"),
            ("/v1/retrieve", #"{"query": "lights off"}"#, "Retrieval"),
            ("/v1/judge", #"{"query": "a", "outcome": "call", "calls": [{"function": "x"}]}"#, "Judgement"),
            ("/v1/reward", #"{"samples": [{"response": "a"}]}"#, "Rewards"),
            ("/get_reward", #"{"query": ["a"]}"#, "OpenRLHFRewards"),
            ("/get_reward", #"{"messages": ["a"]}"#, "LLaMAFactoryRewards"),
            ("/v1/completions", #"{"prompt": "a", "max_tokens": 1, "logprobs": 1}"#, "Completion"),
            (
                "/v1/chat/completions",
                #"{"messages": [{"role": "user", "content": "a"}], "max_tokens": 2, "logprobs": true}"#,
                "ChatCompletion"
            ),
            ("/v1/adapt", #"{"adapter": "dis", "outcome": "request_unclear"}"#, "Adaptation"),
            ("/tokenize", #"{"prompt": "a"}"#, "Tokens"), ("/detokenize", #"{"tokens": [97]}"#, "TokenText"),
            (
                "/get_sequence_logprobs/", #"{"sequences": [[97, 98]], "prompt_lengths": [1], "top_logprobs": 2}"#,
                "SequenceLogprobs"
            ),
            (
                "/get_sequence_logprobs/",
                #"{"sequences": [[97, 98]], "prompt_lengths": [1], "top_logprobs": 2, "response_format": "binary"}"#,
                "SequenceLogprobArrays"
            ),
            ("/v1/completions", #"{"prompt": "ab", "max_tokens": 1, "prompt_logprobs": 1}"#, "Completion"),
            ("/v1/models", nil, "ModelList"), ("/v1/models/tiny", nil, "Model"), ("/v1/stats", nil, "Statistics"),
            ("/v1/schema-keywords", nil, "SchemaKeywords"), ("/v1/knowledge", nil, "TermList"),
            ("/v1/pools", nil, "PoolList"), ("/healthz", nil, "Health"),
        ]
        for (path, body, schema) in answers {
            let answer = try await server.ask(body == nil ? "GET" : "POST", path, body: body)
            #expect(answer.status == 200, "\(path) \(answer.text)")
            Self.compare(answer.json, Self.schema(schema), "\(path): \(schema)")
        }
        await server.running.stop()
    }

    /// Each member of the answer is declared, each required one is there; so for objects and arrays inside.
    private static func compare(_ value: JSONValue, _ schema: JSONValue, _ place: String) {
        var schema = schema
        while let name = reference(schema) { schema = document["components"]?["schemas"]?[name] ?? .null }
        for element in value.arrayValue?.prefix(3) ?? [] { compare(element, schema["items"] ?? .null, place + "[]") }
        guard let members = value.objectValue, let declared = schema["properties"]?.objectValue else { return }
        for name in schema["required"]?.arrayValue?.compactMap(\.stringValue) ?? [] {
            #expect(members[name] != nil, "\(place) lacks \(name)")
        }
        for (name, member) in members {
            guard let inner = declared[name] else {
                Issue.record("\(place).\(name) does not stand in the document")
                continue
            }
            compare(member, inner, "\(place).\(name)")
        }
    }
}
