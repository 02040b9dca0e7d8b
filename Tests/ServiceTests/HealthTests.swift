import Configuration
import Documents
import Foundation
import HTTPServer
import Service
import ServiceTestSupport
import Testing

/// What balancers, scrapers and impatient clients see.
@Suite struct HealthTests {
    @Test func theDoorsThatAreTriedFirst() async throws {
        let server = try await TinyServer(environment: ["KINGLET_API_KEY": "the-key-of-the-environment"])
        for (method, path) in [
            ("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/health"), ("GET", "/ping"), ("POST", "/ping"),
            ("GET", "/version"), ("HEAD", "/health"), ("HEAD", "/version"),
        ] { #expect(try await server.ask(method, path).status == 200, "\(method) \(path) asks for no key") }
        #expect(try await server.ask("GET", "/version").json["version"]?.stringValue == KingletVersion.text)
        #expect(try await server.ask("DELETE", "/health").status == 405)
        await server.running.stop()
    }

    @Test("before it drains the server answers on, and says that it is about to leave") func leavesInTwoSteps()
        async throws
    {
        let server = try await TinyServer(["server.drain_delay_seconds": "4"])
        #expect(try await server.ask("GET", "/readyz").status == 200)
        let start = ContinuousClock.now
        let end = Task { await server.running.stop() }
        while try await server.ask("GET", "/readyz").status == 200 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(try await server.ask("GET", "/health").code == "draining")
        #expect(try await server.ask("POST", "/ping").status == 503)
        #expect(try await server.ask("GET", "/healthz").status == 200)
        #expect(try await server.complete(2).status == 200)
        #expect(await end.value == 0)
        #expect(start.duration(to: .now) >= .seconds(4))
        await #expect(throws: TinyClientError.self) { try await server.ask("GET", "/healthz") }
    }

    @Test("every GET route answers HEAD alike and OPTIONS with what it allows") func headAndOptions() async throws {
        let server = try await TinyServer()
        for route in server.running.routes where route.hasPrefix("GET ") {
            let path = String(route.dropFirst(4)).replacing("{pool}", with: "tiny").replacing(
                "{function}", with: "lights_off"
            )
            .replacing("{model}", with: "tiny").replacing("{term}", with: "none")
            let (get, head) = (try await server.ask("GET", path), try await server.ask("HEAD", path))
            #expect(get.status == head.status && head.body.isEmpty, "\(path)")
            #expect(get.headers["content-type"] == head.headers["content-type"], "\(path)")
            // What counts and measures is another text each time.
            if !["/metrics", "/v1/stats"].contains(path) {
                #expect(get.headers["content-length"] == head.headers["content-length"], "\(path)")
                #expect(get.headers["etag"] == head.headers["etag"], "\(path)")
            }
            let options = try await server.ask("OPTIONS", path)
            #expect(options.status == 204, "\(path)")
            let allowed = options.headers["allow"]?.components(separatedBy: ", ") ?? []
            #expect(Set(allowed).isSuperset(of: ["GET", "HEAD", "OPTIONS"]), "\(path)")
        }
        await server.running.stop()
    }

    /// `accept`, and the form in which metrics come.
    static let accepts: [(String?, Bool)] = [
        (nil, false), ("*/*", false), ("text/html", false), ("application/openmetrics-text", true),
        ("application/openmetrics-text;q=0", false), ("application/openmetrics-text;q=0.1, text/plain;q=0.9", false),
        (
            "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
            true
        ),
        ("text/plain;q=0, */*;q=0.1", true),
    ]

    @Test func metricsInTheFormThatIsWanted() async throws {
        let server = try await TinyServer(["metrics.vllm_names": "true"])
        for (accept, isOpen) in Self.accepts {
            let answer = try await server.ask("GET", "/metrics", headers: accept.map { ["accept": $0] } ?? [:])
            let type = isOpen ? "application/openmetrics-text; version=1.0.0" : "text/plain; version=0.0.4"
            #expect(answer.headers["content-type"]?.hasPrefix(type) == true, "\(accept ?? "-")")
            #expect(answer.headers["vary"]?.contains("accept") == true)
            #expect(answer.text.hasSuffix("# EOF\n") == isOpen)
        }
        let text = try await server.ask("GET", "/metrics").text
        #expect(text.contains("kinglet_build_info{version=\"\(KingletVersion.text)\""))
        for line in text.split(separator: "\n") where line.hasPrefix("# TYPE ") && line.hasSuffix(" counter") {
            #expect(line.dropLast(8).hasSuffix("_total"), "\(line)")
        }
        await server.running.stop()
    }

    /// Routes whose work is cancelled when their client hangs up.
    static let work: [(String, String)] = [
        ("/v1/completions", #"{"prompt": "abc", "max_tokens": 400, "ignore_eos": true}"#),
        (
            "/v1/chat/completions",
            #"{"messages": [{"role": "user", "content": "abc"}], "max_tokens": 400, "ignore_eos": true}"#
        ),
        ("/v1/completions", #"{"prompt": "abc", "max_tokens": 400, "ignore_eos": true, "stream": true}"#),
        ("/v1/functioncall", FunctionCallStreamTests.body()),
        ("/v1/functioncall", FunctionCallStreamTests.body().replacing("\"stream\": true", with: "\"stream\": false")),
    ]

    @Test("clients that leave are counted apart and raise no alarm") func leavers() async throws {
        let server = try await TinyServer(["access.tokens_per_minute": "1000000"], pace: 20_000)
        for (path, body) in Self.work {
            try await server.leave(path, body: body)
        }
        for _ in 0..<500 {
            let text = try await server.ask("GET", "/metrics").text
            let gone = text.split(separator: "\n").filter { $0.hasPrefix("kinglet_disconnected_total{") }
                .compactMap { Int($0.split(separator: " ").last ?? "") }.reduce(0, +)
            guard gone < Self.work.count else {
                #expect(!text.contains("kinglet_rejected_total{"), "nobody was refused")
                #expect(!text.contains("status=\"503\"") && !text.contains("status=\"500\""))
                #expect(text.contains("status=\"499\""))
                #expect(try await server.ask("GET", "/v1/stats").json["all"]?["failures"]?.intValue == 0)
                await server.running.stop()
                return
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        let counts = try await server.ask("GET", "/metrics").text.split(separator: "\n")
            .filter { $0.contains("_requests_total{") || $0.contains("disconnected") }
        Issue.record("not all that left are counted: \(counts.joined(separator: "\n"))")
    }
}
