import Documents
import Grammar
import OrderedCollections
import Service
import ServiceTestSupport
import Testing

/// Every route, one request after the other of one server: what it answers when all is well and what it refuses. And that
/// /openapi.json says so: each status, each content type, and the schema that the body follows.
@Suite(.timeLimit(.minutes(2))) struct RouteAnswersTests {
    struct Step {
        /// As the router has it; parts in braces are filled in.
        var route: String
        var parts: [String: String] = [:]
        var query = ""
        var body: String?
        var headers: [String: String] = [:]
        var status: Int
        /// Of an error.
        var code: String?
        var param: String?

        static func ok(
            _ route: String, _ parts: [String: String] = [:], query: String = "", body: String? = nil,
            headers: [String: String] = [:], status: Int = 200
        ) -> Step {
            Step(route: route, parts: parts, query: query, body: body, headers: headers, status: status)
        }

        static func no(
            _ route: String, _ parts: [String: String] = [:], query: String = "", body: String? = nil,
            headers: [String: String] = [:], is status: Int, _ code: String, _ param: String? = nil
        ) -> Step {
            Step(
                route: route, parts: parts, query: query, body: body, headers: headers, status: status, code: code,
                param: param)
        }
    }

    private static let lamp = #"{"description": "switch a lamp on"}"#
    private static let call = #"{"outcome": "call", "calls": [{"function": "lights_off"}]}"#
    private static let pool = "/v1/pools/{pool}", function = "/v1/pools/{pool}/functions/{function}"
    private static let term = "/v1/knowledge/{term}", tuned = "/v1/tuned/{name}", job = "/v1/evaluations/{id}"
    private static let tiny = ["pool": "tiny"], home = ["pool": "home"], nowhere = ["pool": "nowhere"]
    private static let off = ["pool": "tiny", "function": "lights_off"], none = ["id": "ev_none"]
    /// `{id}` stands for the job that was begun.
    private static let begun = ["id": "begun"]

    static let reading: [Step] = [
        .ok("GET /"), .ok("GET /openapi.json"), .ok("GET /healthz"), .ok("GET /readyz"), .ok("GET /health"),
        .ok("GET /ping"), .ok("POST /ping"), .ok("GET /version"), .ok("GET /metrics"),
        .ok("GET /metrics", headers: ["accept": "application/openmetrics-text"]), .ok("GET /v1/stats"),
        .ok("GET /v1/models"),
        .ok("GET /v1/models/{model}", ["model": "tiny"]),
        .no("GET /v1/models/{model}", ["model": "gpt-4"], is: 404, "model_not_found", "model"),
        .ok("GET /v1/schema-keywords"), .ok("GET /v1/adapters"), .ok("GET /v1/adapters/{adapter}", ["adapter": "tiny"]),
        .no("GET /v1/adapters/{adapter}", ["adapter": "other"], is: 404, "unknown_adapter", "adapter"),
        .ok("GET /v1/pools"), .ok("GET \(pool)", tiny), .no("GET \(pool)", nowhere, is: 404, "unknown_pool", "pool"),
        .ok("GET \(function)", off),
        .no("GET \(function)", ["pool": "tiny", "function": "f"], is: 404, "unknown_function", "function"),
        .no("GET \(function)", ["pool": "nowhere", "function": "f"], is: 404, "unknown_pool", "pool"),
        .ok("GET /v1/knowledge"), .ok("GET /v1/knowledge", query: "pool=tiny"),
        .no("GET /v1/knowledge", query: "pool=nowhere", is: 404, "unknown_pool", "pool"),
        .no("GET /v1/knowledge", query: "pool=tiny&pool=tiny", is: 400, "invalid_value", "pool"),
        .no("GET \(term)", ["term": "x"], is: 404, "unknown_term", "term"), .ok("GET /v1/tuned"),
        .no("GET \(tuned)", ["name": "tiny"], is: 404, "unknown_adapter", "name"), .ok("GET /v1/evaluations"),
        .no("GET \(job)", none, is: 404, "unknown_evaluation", "id"),
        .no("GET \(job)/events", none, is: 404, "unknown_evaluation", "id"),
        .no("GET \(job)/results", none, is: 404, "unknown_evaluation", "id"),
        .no("GET \(job)/report", none, is: 404, "unknown_evaluation", "id"),
        .no("GET \(pool)", tiny, headers: ["if-none-match": "x"], is: 400, "invalid_value", "if-none-match"),
    ]

    static let asking: [Step] = [
        .ok("POST /v1/functioncall", body: #"{"query": "lights off", "explain": true}"#),
        .ok("POST /v1/functioncall", body: #"{"query": "lights off", "adapter": "tiny"}"#),
        .no("POST /v1/functioncall", body: #"{"query": "a", "adapter": "x"}"#, is: 400, "unknown_adapter", "adapter"),
        .no("POST /v1/functioncall", body: #"{"query": "a", "pool": "x"}"#, is: 400, "unknown_pool", "pool"),
        .no("POST /v1/functioncall", body: "{}", is: 400, "missing_field", "query"),
        .no("POST /v1/functioncall", body: #"{"query": 5}"#, is: 400, "wrong_type", "query"),
        .no("POST /v1/functioncall", body: #"{"query": "a", "zz": 1}"#, is: 400, "unknown_field", "zz"),
        .ok(
            "POST /v1/adapt",
            body: #"{"adapter": "tiny", "query": "lights off", "calls": [{"function": "lights_off"}]}"#),
        .no("POST /v1/adapt", body: #"{"adapter": "tiny", "calls": []}"#, is: 400, "invalid_value", "calls"),
        .ok("POST /v1/retrieve", body: #"{"query": "lights off"}"#),
        .no("POST /v1/retrieve", body: #"{"query": "a", "top_k": 0}"#, is: 400, "invalid_value", "top_k"),
        .ok("POST /v1/completions", body: #"{"prompt": "abc", "max_tokens": 2}"#),
        .no("POST /v1/completions", body: #"{"prompt": "a", "model": "gpt-4"}"#, is: 404, "model_not_found", "model"),
        .no(
            "POST /v1/completions", body: #"{"prompt": "a", "max_tokens": -1}"#, is: 400, "invalid_value", "max_tokens"),
        .ok("POST /v1/chat/completions", body: #"{"messages": [{"role": "user", "content": "abc"}], "max_tokens": 2}"#),
        .no("POST /v1/chat/completions", body: #"{"messages": []}"#, is: 400, "wrong_type", "messages"),
        .no("POST /v1/embeddings", body: #"{"input": "a"}"#, is: 503, "no_encoder", nil),
        .ok("POST /tokenize", body: #"{"prompt": "abc"}"#), .ok("POST /detokenize", body: #"{"tokens": [97, 98]}"#),
        .no("POST /detokenize", body: #"{"tokens": [97, 999]}"#, is: 400, "invalid_value", "tokens[1]"),
        .ok("POST /get_sequence_logprobs/", body: #"{"sequences": [[5, 97]], "prompt_lengths": [1]}"#),
        .no("POST /get_sequence_logprobs/", body: #"{"prompt_lengths": [1]}"#, is: 400, "missing_field", "sequences"),
        .ok("POST /v1/judge", body: #"{"query": "a", "outcome": "call", "calls": [{"function": "x"}]}"#),
        .no("POST /v1/judge", body: #"{"query": "a", "outcome": "x"}"#, is: 400, "invalid_value", "outcome"),
        .no(
            "POST /v1/judge",
            body: #"{"query": "a", "outcome": "call", "calls": [{"function": "x"}], "judge": "nobody"}"#,
            is: 400, "invalid_value", "judge"),
        .ok("POST /v1/judge/compare", body: #"{"query": "a", "a": \#(call), "b": {"outcome": "request_unclear"}}"#),
        .no("POST /v1/judge/compare", body: #"{"query": "a", "a": \#(call)}"#, is: 400, "missing_field", "b"),
        .no(
            "POST /v1/judge/compare", body: #"{"query": "a", "a": \#(call), "b": \#(call), "judge": "nobody"}"#,
            is: 400,
            "invalid_value", "judge"),
        .ok("POST /v1/reward", body: #"{"samples": [{"response": "a"}]}"#),
        .no(
            "POST /v1/reward", body: #"{"samples": [{"response": "a"}], "reward": "x"}"#, is: 400, "invalid_value",
            "reward"),
        .ok("POST /get_reward", body: #"{"query": ["a"]}"#),
        .no("POST /get_reward", query: "reward=x", body: #"{"query": ["a"]}"#, is: 400, "invalid_value", "reward"),
        .no("POST /get_reward", query: "pool=x", body: #"{"query": ["a"]}"#, is: 400, "unknown_pool", "pool"),
    ]

    static let changing: [Step] = [
        .ok("PUT \(pool)", home, body: #"{"functions": [{"name": "lamp_on"}]}"#, status: 201),
        .ok("PUT \(pool)", home, body: #"{"functions": [{"name": "lamp_on"}]}"#),
        .no(
            "PUT \(pool)", home, body: #"{"functions": []}"#, headers: ["if-match": "\"old\""], is: 412,
            "precondition_failed", "if-match"),
        .no(
            "PUT \(pool)", home, body: #"{"functions": [{"name": "a"}, {"name": "a"}]}"#, is: 400, "duplicate_name",
            "functions[1].name"),
        .no("PUT \(pool)", ["pool": "a%20b"], body: #"{"functions": []}"#, is: 400, "bad_name", nil),
        .ok("PUT \(function)", ["pool": "home", "function": "lamp_off"], body: lamp, status: 201),
        .ok("PUT \(function)", ["pool": "home", "function": "lamp_off"], body: lamp),
        .no("PUT \(function)", ["pool": "nowhere", "function": "f"], body: lamp, is: 404, "unknown_pool", "pool"),
        .no(
            "PUT \(function)", ["pool": "home", "function": "f"], body: #"{"name": "g"}"#, is: 400, "bad_name", "name"),
        .no(
            "PUT \(function)", ["pool": "home", "function": "request_unclear"], body: "{}", is: 400, "reserved_name",
            "name"),
        .no(
            "DELETE \(function)", ["pool": "home", "function": "lamp_off"], headers: ["if-match": "\"old\""], is: 412,
            "precondition_failed", "if-match"),
        .ok("DELETE \(function)", ["pool": "home", "function": "lamp_off"], status: 204),
        .no("DELETE \(function)", ["pool": "home", "function": "lamp_off"], is: 404, "unknown_function", "function"),
        .no("DELETE \(function)", ["pool": "nowhere", "function": "f"], is: 404, "unknown_pool", "pool"),
        .ok("DELETE \(pool)", home, status: 204), .no("DELETE \(pool)", home, is: 404, "unknown_pool", "pool"),
        .ok("PUT \(term)", ["term": "dusk"], body: #"{"explanation": "the evening"}"#, status: 201),
        .ok("PUT \(term)", ["term": "dusk"], body: #"{"explanation": "early evening"}"#),
        .ok("GET \(term)", ["term": "dusk"]),
        .no("PUT \(term)", ["term": "dusk"], body: #"{"explanation": 3}"#, is: 400, "wrong_type", "explanation"),
        .no("PUT \(term)", ["term": "dusk"], body: "{}", is: 400, "missing_field", "explanation"),
        .ok("DELETE \(term)", ["term": "dusk"], status: 204),
        .no("DELETE \(term)", ["term": "dusk"], is: 404, "unknown_term", "term"),
        .no("PUT \(tuned)", ["name": "tiny"], body: "{}", is: 400, "wrong_type", "content-type"),
        .no("PUT \(tuned)", ["name": "a%20b"], body: "{}", is: 400, "bad_name", nil),
        .no("DELETE \(tuned)", ["name": "tiny"], is: 404, "unknown_adapter", "name"),
        .ok("POST /v1/evaluations", body: EvaluationRoutesTests.body(2), status: 202),
        .no("POST /v1/evaluations", body: "{}", is: 400, "missing_field", "dataset"),
        .no(
            "POST /v1/evaluations", body: EvaluationRoutesTests.body(2, more: ["judge": ["name": "nobody"]]), is: 400,
            "invalid_value", "judge.name"),
        .ok("GET \(job)", begun), .ok("GET \(job)/events", begun), .ok("GET \(job)/results", begun),
        .ok("GET \(job)/report", begun), .ok("GET \(job)/report", begun, query: "format=json"),
        .ok("GET \(job)/report", begun, query: "format=csv"), .ok("GET \(job)/report", begun, query: "format=markdown"),
        .ok("GET \(job)/report", begun, query: "format=junit"),
        .no("GET \(job)/report", begun, query: "format=pdf", is: 400, "invalid_value", "format"),
        .ok("POST \(job)/cancel", begun), .no("POST \(job)/cancel", none, is: 404, "unknown_evaluation", "id"),
        .ok("GET /v1/evaluations"),
    ]

    /// What needs more than the tiny server has; their own tests show them when all is well.
    static let elsewhere: Set<String> = ["POST /v1/embeddings", "GET \(tuned)", "PUT \(tuned)", "DELETE \(tuned)"]

    @Test func everyRouteAnswersAndRefusesAsTheDocumentSays() async throws {
        let server = try await TinyServer(["calling.choosing": "greedy", "calling.max_tokens": "40"])
        var job = ""
        for step in Self.reading + Self.asking + Self.changing {
            let (method, pattern) = Self.split(step.route)
            var path = pattern
            for (name, value) in step.parts { path = path.replacing("{\(name)}", with: value == "begun" ? job : value) }
            if !step.query.isEmpty { path += "?" + step.query }
            if step.parts == Self.begun, step.route == "GET \(Self.job)" {
                _ = try await EvaluationRoutesTests.wait(server, job)
            }
            let answer = try await server.ask(method, path, headers: step.headers, body: step.body)
            let place = "\(step.route) \(step.query) \(step.body ?? "")"
            #expect(answer.status == step.status, "\(place): \(answer.status) \(answer.text.prefix(300))")
            #expect(answer.code == step.code && answer.param == step.param, "\(place): \(answer.text.prefix(300))")
            Self.compare(answer, method, pattern, place)
            if step.status == 202 { job = answer.json["id"]?.stringValue ?? "" }
        }
        await server.running.stop()
    }

    @Test func noRouteIsLeftOut() async throws {
        let server = try await TinyServer(), steps = Self.reading + Self.asking + Self.changing
        #expect(Set(steps.map(\.route)) == Set(server.running.routes))
        let well = Set(steps.filter { $0.code == nil }.map(\.route))
        #expect(well.union(Self.elsewhere) == Set(server.running.routes))
        // What reads a body or names something refuses what is wrong with it.
        let refusing = Set(steps.filter { $0.code != nil }.map(\.route))
        for route in server.running.routes
        where route.contains("{") || (route.hasPrefix("POST") && route != "POST /ping") {
            if !["POST /tokenize"].contains(route) {
                #expect(refusing.contains(route), "\(route) refuses nothing here")
            }
        }
        await server.running.stop()
    }

    private static func split(_ route: String) -> (method: String, path: String) {
        let parts = route.split(separator: " ", maxSplits: 1).map(String.init)
        return (parts[0], parts[1])
    }

    /// Status, type and body of an answer stand in the document.
    private static func compare(_ answer: TinyAnswer, _ method: String, _ path: String, _ place: String) {
        let document = APIDocumentTests.document.json
        let operation = document["paths"]?[path]?[method.lowercased()]
        guard var response = operation?["responses"]?[String(answer.status)] else {
            Issue.record("\(place): \(answer.status) does not stand in the document")
            return
        }
        if let name = response["$ref"]?.stringValue?.split(separator: "/").last {
            response = document["components"]?["responses"]?[String(name)] ?? .null
        }
        let type = answer.headers["content-type"]?.split(separator: ";").first.map(String.init)
        let declared = response["content"]?.objectValue ?? [:]
        guard let type else {
            #expect(declared.isEmpty && answer.body.isEmpty, "\(place): has no type")
            return
        }
        let media = declared.first { $0.key.split(separator: ";").first.map(String.init) == type }?.value
        guard let media else {
            Issue.record("\(place): \(type) does not stand in the document, \(declared.keys)")
            return
        }
        guard type == "application/json", var schema = media["schema"]?.objectValue else { return }
        schema["components"] = document["components"]
        do {
            try SchemaValidator(.object(schema)).validate(answer.json)
        } catch {
            Issue.record("\(place): \(error) in \(answer.text.prefix(200))")
        }
    }
}
