import Documents
import Service
import ServiceTestSupport
import Testing

/// The document, the console and the statistics.
@Suite struct DocumentRoutesTests {
    @Test func pagesAndDocumentsHaveTheirForm() async throws {
        let server = try await TinyServer()
        let document = try await server.ask("GET", "/openapi.json"), page = try await server.ask("GET", "/")
        #expect(document.json == server.running.document.json && document.headers["etag"] != nil)
        #expect(page.headers["content-type"] == "text/html; charset=utf-8")
        let policy = page.headers["content-security-policy"] ?? ""
        for part in ["default-src 'none'", "script-src 'sha256-", "style-src 'sha256-", "trusted-types 'none'"] {
            #expect(policy.contains(part), "\(policy)")
        }
        #expect(!policy.contains("unsafe") && page.text == ConsolePage.html)
        #expect(page.headers["x-content-type-options"] == "nosniff" && page.text.contains("<script"))
        for (path, answer) in [("/openapi.json", document), ("/", page)] {
            let tag = try #require(answer.headers["etag"])
            let again = try await server.ask("GET", path, headers: ["if-none-match": tag])
            #expect(again.status == 304 && again.body.isEmpty, "\(path)")
            #expect(try await server.ask("GET", path, headers: ["if-none-match": "\"other\""]).status == 200, "\(path)")
            let head = try await server.ask("HEAD", path)
            #expect(head.status == 200 && head.body.isEmpty && head.headers["etag"] == tag, "\(path)")
        }
        await server.running.stop()
    }

    @Test func statisticsCountWhatWasAsked() async throws {
        let server = try await TinyServer()
        for _ in 0..<3 { _ = try await server.complete(2) }
        _ = try await server.ask("POST", "/v1/completions", body: "{")
        let stats = try await server.ask("GET", "/v1/stats").json
        let route = stats["routes"]?.arrayValue?.first { $0["route"] == "/v1/completions" }
        #expect(route?["requests"] == 4 && stats["engine"]?["model"] == "tiny", "\(stats.text())")
        #expect(stats["engine"]?["generated_tokens"] == 6 && stats["engine"]?["waiting"] == 0)
        await server.running.stop()
    }
}
