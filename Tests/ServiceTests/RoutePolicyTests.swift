import Configuration
import Documents
import Foundation
import Inference
import Service
import ServiceTestSupport
import Testing

/// What each route asks of its callers: one table, and the refusals that follow from it.
@Suite struct RoutePolicyTests {
    /// Route, scope ("-": open to all), and what else stands in its policy.
    static let table: [(route: String, scope: String, traits: Set<String>)] = [
        ("GET /", "-", ["conditional"]), ("GET /openapi.json", "-", ["conditional"]), ("GET /healthz", "-", ["small"]),
        ("GET /readyz", "-", ["small"]), ("GET /health", "-", ["small"]), ("GET /ping", "-", ["small"]),
        ("POST /ping", "-", ["small"]), ("GET /version", "-", ["small"]), ("GET /metrics", "metrics", []),
        ("GET /v1/stats", "metrics", []), ("GET /v1/models", "call", []), ("GET /v1/models/{model}", "call", []),
        ("GET /v1/schema-keywords", "call", ["conditional"]), ("POST /v1/functioncall", "call", ["engine"]),
        ("POST /v1/adapt", "call", []), ("GET /v1/adapters", "call", ["conditional"]),
        ("GET /v1/adapters/{adapter}", "call", ["conditional"]), ("POST /v1/retrieve", "call", []),
        ("POST /v1/completions", "call", ["engine"]),
        ("POST /v1/chat/completions", "call", ["engine"]), ("POST /v1/embeddings", "call", []),
        ("POST /tokenize", "call", []), ("POST /detokenize", "call", []),
        ("POST /get_sequence_logprobs/", "call", ["engine"]), ("POST /v1/judge", "judge", []),
        ("POST /v1/judge/compare", "judge", ["engine"]), ("POST /v1/reward", "judge", []),
        ("POST /get_reward", "judge", []), ("POST /v1/evaluations", "admin", ["large"]),
        ("GET /v1/evaluations", "admin", []), ("GET /v1/evaluations/{id}", "admin", []),
        ("POST /v1/evaluations/{id}/cancel", "admin", []), ("GET /v1/evaluations/{id}/events", "admin", []),
        ("GET /v1/evaluations/{id}/results", "admin", []), ("GET /v1/evaluations/{id}/report", "admin", []),
        ("GET /v1/pools", "call", ["conditional"]),
        ("GET /v1/pools/{pool}", "call", ["conditional"]), ("PUT /v1/pools/{pool}", "admin", ["large"]),
        ("DELETE /v1/pools/{pool}", "admin", []),
        ("GET /v1/pools/{pool}/functions/{function}", "call", ["conditional"]),
        ("PUT /v1/pools/{pool}/functions/{function}", "admin", []),
        ("DELETE /v1/pools/{pool}/functions/{function}", "admin", []), ("GET /v1/knowledge", "call", ["conditional"]),
        ("GET /v1/knowledge/{term}", "call", ["conditional"]), ("PUT /v1/knowledge/{term}", "admin", []),
        ("DELETE /v1/knowledge/{term}", "admin", []), ("GET /v1/tuned", "call", ["conditional"]),
        ("GET /v1/tuned/{name}", "call", ["conditional"]), ("PUT /v1/tuned/{name}", "admin", ["large"]),
        ("DELETE /v1/tuned/{name}", "admin", []),
    ]

    private static func traits(_ policy: RoutePolicy) -> Set<String> {
        let all = [
            ("engine", policy.needsEngine), ("conditional", policy.isConditional), ("small", policy.isSmall),
            ("large", policy.bodyBytes != nil),
        ]
        return Set(all.filter(\.1).map(\.0))
    }

    @Test func everyRouteHasItsPolicyAndNoOtherIsThere() async throws {
        let server = try await TinyServer()
        let policies = server.running.policies
        #expect(policies.keys.sorted() == server.running.routes)
        for (route, scope, traits) in Self.table {
            let policy = try #require(policies[route], "\(route)")
            #expect(policy.scope?.rawValue ?? "-" == scope && Self.traits(policy) == traits, "\(route) \(policy)")
        }
        #expect(Set(policies.keys) == Set(Self.table.map(\.route)))
        await server.running.stop()
    }

    /// Laws that a new route must keep as well.
    @Test func whatPoliciesHaveInCommon() async throws {
        let server = try await TinyServer()
        for (route, policy) in server.running.policies {
            let isGet = route.hasPrefix("GET ")
            #expect(isGet || !policy.isConditional, "\(route): only what is read has a tag")
            #expect(!policy.needsEngine || policy.scope != nil, "\(route): the model works for nobody unknown")
            #expect(policy.scope == .admin || isGet || route.hasPrefix("POST "), "\(route) changes what others see")
            #expect(policy.scope != nil || isGet || policy.isSmall, "\(route): strangers only read")
        }
        await server.running.stop()
    }

    private static let yaml = """
        access:
          keys:
            - {name: calls, environment: CALL_KEY, scopes: [call]}
            - {name: judges, environment: JUDGE_KEY, scopes: [judge]}
            - {name: admins, environment: ADMIN_KEY, scopes: [admin]}
            - {name: scrapes, environment: METRICS_KEY, scopes: [metrics]}
        """
    private static let keys = Dictionary(
        uniqueKeysWithValues: Scope.allCases.map {
            ("\($0.rawValue.uppercased())_KEY", "a-key-for-\($0.rawValue)-only")
        })

    private static func path(_ route: String) -> (method: String, path: String) {
        let parts = route.split(separator: " ", maxSplits: 1).map(String.init)
        return (parts[0], parts[1].replacing(/\{\w+\}/, with: "some-name"))
    }

    /// Every route with every scope: 401 without a key, 403 with another scope, and neither with its own.
    @Test func everyRouteRefusesStrangersAndOtherScopes() async throws {
        let server = try await TinyServer(yaml: Self.yaml, environment: Self.keys)
        for (route, scope, _) in Self.table {
            let (method, path) = Self.path(route), body = method == "GET" || method == "DELETE" ? nil : "{"
            let stranger = try await server.ask(method, path, body: body)
            if scope == "-" {
                #expect(![401, 403].contains(stranger.status), "\(route) \(stranger.text)")
                continue
            }
            #expect(stranger.status == 401 && stranger.code == "invalid_api_key", "\(route) \(stranger.text)")
            #expect(stranger.headers["www-authenticate"]?.hasPrefix("Bearer") == true, "\(route)")
            for other in Scope.allCases {
                let answer = try await server.ask(
                    method, path, headers: ["authorization": "Bearer a-key-for-\(other.rawValue)-only"], body: body)
                if other.rawValue == scope {
                    #expect(![401, 403].contains(answer.status), "\(route) \(other) \(answer.text)")
                } else {
                    #expect(answer.status == 403 && answer.code == "missing_scope", "\(route) \(other) \(answer.text)")
                    #expect(answer.headers["www-authenticate"]?.contains("scope=\"\(scope)\"") == true, "\(route)")
                }
            }
        }
        await server.running.stop()
    }

    /// No body that is no JSON gets past a route that reads one; what is too large is refused by its length alone.
    @Test func everyRouteThatReadsABodyRefusesABadOne() async throws {
        let server = try await TinyServer(["server.max_body_kib": "1024"])
        for (route, _, traits) in Self.table where route.hasPrefix("POST") || route.hasPrefix("PUT") {
            guard !traits.contains("small"), !route.hasSuffix("/cancel") else { continue }
            let (method, path) = Self.path(route)
            guard route != "PUT /v1/tuned/{name}" else {
                // A form: JSON is none, whatever it says.
                for body in ["", "{", "5"] {
                    let answer = try await server.ask(method, path, body: body)
                    #expect(answer.status == 400 && answer.param == "content-type", "\(route) \(body): \(answer.text)")
                }
                continue
            }
            for body in ["", "{", "[1,", "{\"a\": 1} x", "{\"a\": 1, \"a\": 2}", "\u{0}"] {
                let answer = try await server.ask(method, path, body: body)
                #expect(answer.status == 400 && answer.code == "invalid_json", "\(route) \(body): \(answer.text)")
            }
            for body in ["5", "\"x\"", "[]", "null"] {
                let answer = try await server.ask(method, path, body: body)
                // Without an encoder there is nothing to read it for.
                let isRefused = answer.status == 400 || answer.code == "no_encoder"
                #expect(isRefused, "\(route) \(body): \(answer.text)")
            }
            guard !traits.contains("large") else { continue }
            let long = "{\"a\": \"\(String(repeating: "x", count: 1 << 20))\"}"
            #expect(try await server.ask(method, path, body: long).status == 413, "\(route)")
        }
        await server.running.stop()
    }

    @Test func otherMethodsAndPathsAreNamed() async throws {
        let server = try await TinyServer()
        for (route, _, _) in Self.table {
            let path = Self.path(route).path
            let answer = try await server.ask("PATCH", path, body: "{}")
            #expect(answer.status == 405 && answer.headers["allow"]?.contains("OPTIONS") == true, "\(route)")
            #expect(answer.headers["allow"]?.contains(Self.path(route).method) == true, "\(route)")
            #expect(try await server.ask("OPTIONS", path).status == 204, "\(route)")
        }
        for path in ["/v2/functioncall", "/v1", "/v1/chat", "/v1/evaluation", "/v1/rewards", "/get_rewards"] {
            let answer = try await server.ask("POST", path, body: "{}")
            #expect(answer.status == 404, "\(path) \(answer.text)")
        }
        await server.running.stop()
    }

    @Test func aRateHoldsOnEveryRouteThatHasAScope() async throws {
        for (route, scope, _) in Self.table
        where ["POST /v1/retrieve", "GET /v1/pools", "GET /v1/stats"].contains(route) {
            let server = try await TinyServer(["access.requests_per_second": "0.01", "access.burst": "1"])
            let (method, path) = Self.path(route), body = method == "POST" ? #"{"query": "a"}"# : nil
            #expect(try await server.ask(method, path, body: body).status == 200, "\(route)")
            let second = try await server.ask(method, path, body: body)
            // Metrics are read whatever the rate.
            #expect(second.status == (scope == "metrics" ? 200 : 429), "\(route) \(second.text)")
            await server.running.stop()
        }
    }

    /// A full engine refuses by the head alone those that need it, and nobody else.
    @Test func aFullEngineRefusesThoseWhoNeedIt() async throws {
        let server = try await TinyServer(pace: 20_000) { ($0.maxRunning, $0.maxWaiting, $0.draftTokens) = (1, 1, 0) }
        let busy = (0..<2).map { _ in Task { try await server.complete(150) } }
        while server.running.engine.requestsInFlight < 2 { try await Task.sleep(for: .milliseconds(2)) }
        for (route, _, traits) in Self.table where route.hasPrefix("POST") {
            let (method, path) = Self.path(route)
            let answer = try await server.ask(method, path, body: "{")
            #expect((answer.status == 429) == traits.contains("engine"), "\(route) \(answer.text)")
            guard answer.status == 429 else { continue }
            #expect(answer.code == "queue_full" && answer.headers["retry-after"] != nil, "\(route)")
        }
        for task in busy { #expect(try await task.value.status == 200) }
        await server.running.stop()
    }
}
