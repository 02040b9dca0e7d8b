import Documents
import Foundation
import Inference
import Service
import ServiceTestSupport
import Testing

/// What stands before the routes, from outside.
@Suite struct GateTests {
    private static let keys = [
        "KINGLET_API_KEY": "the-key-of-the-environment", "CALL": "a-key-for-calls-only", "LIMITED": "a-key-with-a-rate",
        "SALTED": "a-key-with-a-salt",
    ]
    private static let yaml = """
        access:
          keys:
          - {name: calls, environment: CALL, scopes: call}
          - {name: limited, environment: LIMITED, requests_per_second: 0.001, burst: 3}
          - {name: salted, environment: SALTED, cache_salt: true}
        """

    private func bearer(_ key: String) -> [String: String] { ["authorization": "Bearer \(key)"] }

    @Test func keysAndScopes() async throws {
        let server = try await TinyServer(yaml: Self.yaml, environment: Self.keys)
        for path in ["/healthz", "/readyz"] { #expect(try await server.ask("GET", path).status == 200) }

        for headers in [[:], bearer("a-wrong-key-of-some-length"), ["authorization": "Basic a-key-for-calls-only"]] {
            let answer = try await server.ask("GET", "/v1/models", headers: headers)
            #expect(answer.status == 401)
            #expect(answer.code == "invalid_api_key")
            #expect(answer.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
        }
        #expect(try await server.complete(key: "a-key-for-calls-only").status == 200)
        let stats = try await server.ask("GET", "/v1/stats", headers: bearer("a-key-for-calls-only"))
        #expect(stats.status == 403)
        #expect(stats.text.contains(#"\"metrics\""#) && stats.text.contains("calls"))
        let judge = try await server.ask(
            "POST", "/v1/judge", headers: ["authorization": "bearer a-key-for-calls-only"], body: "{}")
        #expect(judge.status == 403)

        let all = try await server.ask("GET", "/metrics", headers: bearer("the-key-of-the-environment"))
        #expect(all.status == 200)
        #expect(all.text.contains(#"kinglet_rejected_total{reason="unauthenticated"} 3"#))
        #expect(all.text.contains(#"kinglet_rejected_total{reason="forbidden"} 2"#))
        await server.running.stop()
    }

    @Test func aKeyHasItsRate() async throws {
        let server = try await TinyServer(yaml: Self.yaml, environment: Self.keys)
        for _ in 0..<3 { #expect(try await server.complete(key: "a-key-with-a-rate").status == 200) }
        let answer = try await server.complete(key: "a-key-with-a-rate")
        #expect(answer.status == 429)
        #expect(answer.code == "rate_limit")
        #expect(answer.headers["retry-after"].flatMap(Int.init).map { $0 > 900 } == true)
        #expect(try await server.complete(key: "a-key-for-calls-only").status == 200, "others are not held up")
        await server.running.stop()
    }

    @Test func tokensHoldUpLaterRequests() async throws {
        let server = try await TinyServer(["access.tokens_per_minute": "20"])
        #expect(try await server.complete(40).status == 200)
        let answer = try await server.complete(1)
        #expect(answer.status == 429)
        #expect(answer.code == "token_limit")
        await server.running.stop()
    }

    @Test func saltsKeepCachesApart() async throws {
        let server = try await TinyServer(yaml: Self.yaml, environment: Self.keys)
        let body = #"{"prompt": "\#(String(repeating: "once upon a time ", count: 20))", "max_tokens": 1}"#
        func cached(_ key: String) async throws -> Int? {
            let answer = try await server.ask("POST", "/v1/completions", headers: bearer(key), body: body)
            return answer.json["usage"]?["prompt_tokens_details"]?["cached_tokens"]?.intValue
        }
        #expect(try await cached("a-key-for-calls-only") == 0)
        #expect(try await cached("the-key-of-the-environment") ?? 0 > 200)
        #expect(try await cached("a-key-with-a-salt") == 0)
        #expect(try await cached("a-key-with-a-salt") ?? 0 > 200)
        await server.running.stop()
    }

    @Test func aFullQueueRefusesAtOnce() async throws {
        let server = try await TinyServer(pace: 20_000) { ($0.maxRunning, $0.maxWaiting) = (1, 2) }
        try await withThrowingTaskGroup(of: TinyAnswer.self) { group in
            for _ in 0..<12 { group.addTask { try await server.complete(20) } }
            var statuses: [Int: Int] = [:]
            for try await answer in group {
                statuses[answer.status, default: 0] += 1
                guard answer.status == 429 else { continue }
                #expect(answer.code == "queue_full")
                #expect(answer.headers["retry-after"].flatMap(Int.init).map { $0 >= 1 } == true)
            }
            #expect(statuses == [200: 3, 429: 9])
        }
        await server.running.stop()
    }

    @Test func tracesAndRequestIDsComeBack() async throws {
        let server = try await TinyServer()
        let trace = "0af7651916cd43dd8448eb211c80319c"
        let answer = try await server.ask(
            "GET", "/v1/models", headers: ["traceparent": "00-\(trace)-b7ad6b7169203331-01", "x-request-id": "mine-1"])
        #expect(answer.headers["traceparent"]?.hasPrefix("00-\(trace)-") == true)
        #expect(answer.headers["traceparent"]?.contains("b7ad6b7169203331") == false, "the span is ours")
        #expect(answer.headers["x-request-id"] == "mine-1")
        #expect(answer.headers["server-timing"] != nil)
        let forged = try await server.ask(
            "GET", "/v1/models", headers: ["traceparent": "00-\(trace)-0000000000000000-01"])
        #expect(forged.headers["traceparent"] == nil)
        await server.running.stop()
    }

    @Test func pagesOfOtherOrigins() async throws {
        let server = try await TinyServer(["cors.origins": "https://app.example.org"])
        let preflight = [
            "origin": "https://app.example.org", "access-control-request-method": "POST",
            "access-control-request-headers": "content-type",
        ]
        let allowed = try await server.ask("OPTIONS", "/v1/functioncall", headers: preflight)
        #expect(allowed.status == 204)
        #expect(allowed.headers["access-control-allow-origin"] == "https://app.example.org")
        #expect(allowed.headers["access-control-allow-methods"]?.contains("POST") == true)
        #expect(allowed.headers["access-control-allow-headers"]?.contains("content-type") == true)
        #expect(allowed.headers["access-control-max-age"] == "600")
        let page = try await server.ask("GET", "/v1/models", headers: ["origin": "https://app.example.org"])
        #expect(page.headers["access-control-allow-origin"] == "https://app.example.org")
        #expect(page.headers["vary"]?.contains("origin") == true)
        let other = try await server.ask(
            "OPTIONS", "/v1/functioncall", headers: preflight.merging(["origin": "https://evil.example"]) { $1 })
        #expect(other.headers["access-control-allow-origin"] == nil)
        #expect(other.headers["access-control-allow-methods"] == nil)
        await server.running.stop()
    }

    @Test func largeAnswersAreCompressedAndRemembered() async throws {
        let server = try await TinyServer(["server.gzip_from_bytes": "64"])
        let plain = try await server.ask("GET", "/v1/schema-keywords")
        let packed = try await server.ask("GET", "/v1/schema-keywords", headers: ["accept-encoding": "br, gzip;q=0.5"])
        #expect(packed.headers["content-encoding"] == "gzip")
        #expect(packed.body.starts(with: [0x1F, 0x8B]) && packed.body.count < plain.body.count)
        #expect(packed.headers["vary"] == "accept-encoding" && plain.headers["vary"] == "accept-encoding")
        #expect(try gunzip(packed.body) == plain.body)
        let refused = try await server.ask("GET", "/v1/schema-keywords", headers: ["accept-encoding": "gzip;q=0, *"])
        #expect(refused.headers["content-encoding"] == nil)

        let tag = try #require(packed.headers["etag"])
        #expect(tag == "W/" + (plain.headers["etag"] ?? ""))
        let again = try await server.ask("GET", "/v1/schema-keywords", headers: ["if-none-match": "\"x\", \(tag)"])
        #expect(again.status == 304)
        #expect(again.body.isEmpty && again.headers["etag"] != nil)
        #expect(try await server.ask("GET", "/v1/schema-keywords", headers: ["if-none-match": "\"x\""]).status == 200)
        await server.running.stop()
    }

    private func gunzip(_ bytes: [UInt8]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/gzip")
        process.arguments = ["-dc"]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        input.fileHandleForWriting.write(Data(bytes))
        try input.fileHandleForWriting.close()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Array(data)
    }

    @Test func drainingRefusesWork() async throws {
        let server = try await TinyServer(pace: 20_000)
        let slow = Task { try await server.complete(30) }
        while server.running.engine.requestsInFlight == 0 { try await Task.sleep(for: .milliseconds(5)) }
        await server.running.stop()
        #expect(try await slow.value.status == 200, "what was in flight is answered")
    }
}
