import Documents
import OrderedCollections
import Service
import ServiceTestSupport
import Testing

/// `GET /v1/adapters` and `GET /v1/adapters/{adapter}`.
@Suite struct AdapterRoutesTests {
    @Test func listsAdaptersAndShowsTheirRules() async throws {
        let server = try await TinyServer()
        let list = try await server.ask("GET", "/v1/adapters")
        #expect(list.status == 200)
        #expect(list.json == ["adapters": [["name": "tiny", "output": "dis", "functions": 1]]])
        let rules = try await server.ask("GET", "/v1/adapters/tiny")
        #expect(rules.status == 200)
        #expect(
            rules.json == ["output": "dis", "functions": ["lights_off": ["domain": "lights", "intent": "off"]]])
        await server.running.stop()
    }

    @Test func readingAgainCostsNothing() async throws {
        let server = try await TinyServer()
        for path in ["/v1/adapters", "/v1/adapters/tiny"] {
            let tag = try #require(try await server.ask("GET", path).headers["etag"], "\(path)")
            let again = try await server.ask("GET", path, headers: ["if-none-match": tag])
            #expect(again.status == 304 && again.body.isEmpty, "\(path)")
            let other = try await server.ask("GET", path, headers: ["if-none-match": "\"other\""])
            #expect(other.status == 200 && !other.body.isEmpty, "\(path)")
        }
        await server.running.stop()
    }

    static let strangers = ["nothing", "dis", "Tiny", "tiny%20", "%C3%A9"]
    @Test func whatIsNotThereIsNamed() async throws {
        let server = try await TinyServer()
        for name in Self.strangers {
            let answer = try await server.ask("GET", "/v1/adapters/\(name)")
            let error = answer.json["error"]
            #expect(answer.status == 404 && error?["code"] == "unknown_adapter", "\(name): \(answer.text)")
            #expect(error?["param"] == "adapter", "\(name)")
            #expect(error?["message"]?.stringValue?.contains("there are: tiny") == true, "\(name): \(answer.text)")
        }
        await server.running.stop()
    }

    /// Adapters are files: nothing changes them here.
    @Test func nothingElseIsAllowed() async throws {
        let server = try await TinyServer()
        for method in ["PUT", "POST", "DELETE"] {
            let answer = try await server.ask(method, "/v1/adapters/tiny", body: "{}")
            #expect(
                answer.status == 405 && answer.headers["allow"]?.contains("GET") == true, "\(method): \(answer.text)")
        }
        await server.running.stop()
    }
}
