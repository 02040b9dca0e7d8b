import Documents
import Foundation
import OrderedCollections
import Service
import ServiceTestSupport
import TestSupport
import Testing

/// `/v1/evaluations` on a server whose model always calls the one function of its pool.
@Suite(.timeLimit(.minutes(2))) struct EvaluationRoutesTests {
    static func body(_ count: Int, more: JSONObject = [:]) -> String {
        var members: JSONObject = [
            "samples": .array(
                (0..<count).map { number in
                    [
                        "id": .string("<s\(number)>"), "query": .string("lights \(number) <script>"), "language": "en",
                        "outcome": number % 2 == 0 ? "call" : "request_unclear",
                        "expected": number % 2 == 0 ? [["function": "lights_off", "parameters": [:]]] : [],
                    ]
                })
        ]
        members.merge(more) { $1 }
        return JSONValue.object(members).text()
    }

    static func wait(_ server: TinyServer, _ id: String, for state: String = "done") async throws -> JSONValue {
        while true {
            let answer = try await server.ask("GET", "/v1/evaluations/\(id)")
            if answer.json["state"]?.stringValue == state || answer.status != 200 { return answer.json }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test func aJudgeBesideTheMatcher() async throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("answers: rules".utf8, as: "strict.yaml")
        let server = try await TinyServer(["judging.folder": folder.path])
        let unknown = try await server.ask(
            "POST", "/v1/evaluations", body: Self.body(1, more: ["judge": ["name": "x"]]))
        #expect(unknown.status == 400 && unknown.json["error"]?["param"] == "judge.name", "\(unknown.text)")
        #expect(unknown.json["error"]?["message"]?.stringValue?.hasSuffix("known judges: local, strict") == true)
        let begun = try await server.ask(
            "POST", "/v1/evaluations", body: Self.body(4, more: ["judge": ["name": "strict"]]))
        let job = try await Self.wait(server, try #require(begun.json["id"]?.stringValue))
        #expect(job["request"]?["judge"] == ["name": "strict", "reference": true])
        #expect(job["report"]?["judged"]?["right"]?["samples"] == 4, "\(job.text())")
        #expect(job["report"]?["judged"]?["right"]?["right"] == job["right"]?["right"])
        await server.running.stop()
        withExtendedLifetime(folder) {}
    }

    @Test func aJobFromItsBeginningToItsReports() async throws {
        let server = try await TinyServer()
        let begun = try await server.ask("POST", "/v1/evaluations", body: Self.body(6, more: ["concurrency": 2]))
        let id = try #require(begun.json["id"]?.stringValue)
        #expect(begun.status == 202 && begun.headers["location"] == "/v1/evaluations/\(id)")
        #expect(begun.json["object"] == "evaluation" && begun.json["samples"] == 6)
        let job = try await Self.wait(server, id)
        #expect(job["answered"] == 6 && job["failures"] == 0 && job["report"]?["samples"] == 6)
        #expect(job["report"]?["languages"]?["en"]?["right"]?["samples"] == 6)
        #expect(
            job["request"]?["concurrency"] == 2 && job["request"]?["samples"] == nil && job["finished"]?.intValue != nil
        )
        let right = try #require(job["right"]?["right"]?.intValue)

        let list = try await server.ask("GET", "/v1/evaluations").json["evaluations"]?.arrayValue ?? []
        #expect(list.count == 1 && list.first?["id"]?.stringValue == id && list.first?["report"] == nil)

        let results = try await server.ask("GET", "/v1/evaluations/\(id)/results")
        // The client leaves the marks of chunks where they are.
        let lines = try results.body.split(separator: 10).filter { $0.first == UInt8(ascii: "{") }.map {
            try JSONValue(parsing: $0)
        }
        #expect(results.headers["content-type"] == "application/x-ndjson")
        #expect(lines.compactMap { $0["id"]?.stringValue } == (0..<6).map { "<s\($0)>" })
        #expect(lines.count { $0["right"] == true } == right)

        let events = try await server.ask("GET", "/v1/evaluations/\(id)/events")
        #expect(events.headers["content-type"] == "text/event-stream" && events.text.contains("event: done\ndata: {"))
        #expect(!events.text.contains("event: progress"))
        try await reports(server, id)
        #expect(try await server.ask("POST", "/v1/evaluations/\(id)/cancel").json["state"] == "done")
        await server.running.stop()
    }

    /// Every form of the report, none of which lets a sample's text become markup.
    private func reports(_ server: TinyServer, _ id: String) async throws {
        let page = try await server.ask("GET", "/v1/evaluations/\(id)/report")
        #expect(page.status == 200 && page.headers["content-type"] == "text/html; charset=utf-8")
        #expect(page.headers["content-security-policy"]?.contains("default-src 'none'") == true)
        #expect(page.headers["x-content-type-options"] == "nosniff")
        #expect(page.text.contains("lights 1 &lt;script&gt;") && !page.text.contains("<script"))
        let begins = [
            "html": "<!doctype html>", "json": "{\"samples\"", "csv": "set,id,", "junit": "<?xml",
            "markdown": "| set |",
        ]
        for (format, text) in begins {
            let answer = try await server.ask("GET", "/v1/evaluations/\(id)/report?format=\(format)")
            #expect(answer.status == 200 && answer.text.hasPrefix(text), "\(format): \(answer.text.prefix(40))")
        }
        for format in ["pdf", "", "html&format=csv"] {
            let answer = try await server.ask("GET", "/v1/evaluations/\(id)/report?format=\(format)")
            #expect(answer.status == 400 && answer.param == "format", "\(format): \(answer.text.prefix(80))")
        }
    }

    @Test func progressIsTold() async throws {
        let server = try await TinyServer(pace: 1000)
        let begun = try await server.ask("POST", "/v1/evaluations", body: Self.body(30, more: ["concurrency": 1]))
        let id = try #require(begun.json["id"]?.stringValue)
        let events = try await server.ask("GET", "/v1/evaluations/\(id)/events").text
        #expect(events.contains("event: progress\n") && events.contains("event: done\n"))
        let counts = events.split(separator: "\n").filter { $0.hasPrefix("data: ") }.compactMap {
            (try? JSONValue(parsing: $0.dropFirst(6).utf8))?["answered"]?.intValue
        }
        #expect(counts == counts.sorted() && counts.last == 30)
        await server.running.stop()
    }

    @Test func aCancelledJobSaysSo() async throws {
        let server = try await TinyServer(pace: 5000)
        let begun = try await server.ask("POST", "/v1/evaluations", body: Self.body(400, more: ["concurrency": 1]))
        let id = try #require(begun.json["id"]?.stringValue)
        _ = try await Self.wait(server, id, for: "running")
        #expect(try await server.ask("POST", "/v1/evaluations/\(id)/cancel").json["state"] == "cancelled")
        let job = try await Self.wait(server, id, for: "cancelled")
        #expect((job["answered"]?.intValue ?? 400) < 400)
        #expect(try await server.ask("GET", "/v1/evaluations/\(id)/events").text.contains("\"state\":\"cancelled\""))
        await server.running.stop()
    }

    /// A server that stops puts its job down at once, and whoever listens is let go.
    @Test func stoppingWaitsForNoJob() async throws {
        let server = try await TinyServer(pace: 5000)
        let begun = try await server.ask("POST", "/v1/evaluations", body: Self.body(2000, more: ["concurrency": 2]))
        let id = try #require(begun.json["id"]?.stringValue)
        _ = try await Self.wait(server, id, for: "running")
        let listener = Task { try await server.ask("GET", "/v1/evaluations/\(id)/events") }
        try await Task.sleep(for: .milliseconds(300))
        let start = ContinuousClock.now
        await server.running.stop()
        #expect(ContinuousClock.now - start < .seconds(8))
        #expect(try await listener.value.text.contains("event: progress"))
    }

    @Test func refusals() async throws {
        try await RouteTables.check(
            [
                ("{}", 400, "missing_field", "dataset"), (#"{"dataset": "x"}"#, 400, "invalid_value", "dataset"),
                (#"{"dataset": "../../etc/passwd"}"#, 400, "invalid_value", "dataset"),
                (#"{"samples": []}"#, 400, "invalid_value", "samples"),
                (#"{"samples": [{"id": "1"}]}"#, 400, "missing_field", "samples[0].query"),
                (
                    #"{"samples": [{"id": "1", "query": "a", "outcome": "call", "pool": "p"}]}"#, 400, "invalid_value",
                    "samples[0].pool"
                ),
                (
                    #"{"samples": [{"id": "1", "query": "a", "outcome": "call", "functions": [{"name": "?"}]}]}"#, 400,
                    "invalid_value",
                    "samples[0].functions"
                ),
                (
                    #"{"samples": [{"id": "1", "query": "a", "outcome": "call", "functions": [{"name": "f", "parameters": {"type": "object", "properties": {"a": {"type": "string", "pattern": "\#(String(repeating: "a", count: 2000))"}}}}]}]}"#,
                    400, "invalid_value", "samples[0].functions[0].parameters.properties.a.pattern"
                ),
                (
                    #"{"samples": [{"id": "1", "query": "\#(String(repeating: "a", count: 20_000))", "outcome": "call"}]}"#,
                    400,
                    "invalid_value", "samples[0].query"
                ),
                (Self.body(1, more: ["pool": "kitchen"]), 400, "unknown_pool", "pool"),
                (Self.body(1, more: ["concurrency": 1000]), 400, "invalid_value", "concurrency"),
                (Self.body(1, more: ["target": ["retriever": "x"]]), 400, "invalid_value", "target.retriever"),
                (Self.body(1, more: ["verbose": true]), 400, "unknown_field", "verbose"),
                (Self.body(11), 400, "invalid_value", "samples"),
            ], post: "/v1/evaluations", ["evaluation.max_samples": "10"])
    }

    @Test func anUnknownIdIsNotFound() async throws {
        let server = try await TinyServer()
        for (method, path) in [
            ("GET", ""), ("GET", "/events"), ("GET", "/results"), ("GET", "/report"), ("POST", "/cancel"),
        ] {
            for id in ["ev_x", "%2e%2e", "a%00b"] {
                let answer = try await server.ask(method, "/v1/evaluations/\(id)\(path)")
                #expect([400, 404].contains(answer.status), "\(path) \(id): \(answer.text)")
                if id == "ev_x" { #expect(answer.code == "unknown_evaluation" && answer.param == "id") }
            }
        }
        await server.running.stop()
    }

    @Test func tooManyWait() async throws {
        let server = try await TinyServer(["evaluation.max_waiting": "1"], pace: 5000)
        let first = try await server.ask("POST", "/v1/evaluations", body: Self.body(500))
        #expect(first.status == 202)
        // Until it runs it is the one that waits.
        _ = try await Self.wait(server, try #require(first.json["id"]?.stringValue), for: "running")
        var statuses: [Int] = []
        for _ in 0..<3 { statuses.append(try await server.ask("POST", "/v1/evaluations", body: Self.body(500)).status) }
        #expect(statuses.first == 202 && statuses.contains(429))
        await server.running.stop()
    }
}
