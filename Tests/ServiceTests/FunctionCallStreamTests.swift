import Documents
import Foundation
import Inference
import Service
import ServiceTestSupport
import Testing

@Suite struct FunctionCallStreamTests {
    /// The model writes the letter a until the answer must end.
    static func body(_ more: String = "") -> String {
        #"""
        {"query": "say a", "stream": true, "retriever": "all", \#(more) "functions": [{"name": "aloud", "description": "say",
          "parameters": {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}}]}
        """#
    }

    private static func events(_ answer: TinyAnswer) -> [(name: String, data: JSONValue)] {
        // The chunks' sizes stand on lines of their own.
        let lines = answer.text.replacingOccurrences(of: "\r\n", with: "\n").split(separator: "\n")
        let names = lines.filter { $0.hasPrefix("event: ") }.map { String($0.dropFirst(7)) }
        let data = lines.filter { $0.hasPrefix("data: ") }.map { String($0.dropFirst(6)) }
        return zip(names, data).map { ($0, (try? JSONValue(parsing: $1)) ?? .null) }
    }

    @Test func candidatesDeltasAndTheWholeAnswer() async throws {
        let server = try await TinyServer(["calling.choosing": "greedy", "calling.max_tokens": "60"])
        let answer = try await server.ask("POST", "/v1/functioncall", body: Self.body())
        #expect(answer.status == 200 && answer.headers["content-type"] == "text/event-stream")
        let events = Self.events(answer), last = try #require(events.last)
        #expect(events.first?.name == "candidates" && last.name == "done")
        #expect(events.count > 10 && events.dropFirst().dropLast().allSatisfy { $0.name == "delta" })
        let written = events.compactMap { $0.data["parameters"]?.stringValue }.joined()
        #expect(try JSONValue(parsing: written) == last.data["calls"]?.arrayValue?.first?["parameters"])
        #expect(!answer.text.contains("[DONE]"))
        await server.running.stop()
    }

    @Test func aTimeOutInMidAnswerIsAnEvent() async throws {
        let server = try await TinyServer(["calling.choosing": "greedy"], pace: 20_000)
        let answer = try await server.ask("POST", "/v1/functioncall", body: Self.body(#""timeout_ms": 700,"#))
        let events = Self.events(answer)
        #expect(answer.status == 200 && events.first?.name == "candidates", "\(answer.text)")
        #expect(events.last?.name == "error" && events.last?.data["error"]?["code"] == "deadline_exceeded")
        #expect(events.dropFirst().dropLast().contains { $0.name == "delta" })
        await server.running.stop()
    }

    @Test func whatFailsBeforeTheFirstEventIsAStatus() async throws {
        let server = try await TinyServer()
        let answer = try await server.ask(
            "POST", "/v1/functioncall", body: #"{"query": "x", "stream": true, "pool": "other"}"#)
        #expect(answer.status == 400 && answer.code == "unknown_pool")
        server.running.engine.drain()
        let refused = try await server.ask("POST", "/v1/functioncall", body: Self.body())
        #expect(refused.status == 503 && refused.code == "draining")
        await server.running.stop()
    }

    @Test func aClientThatGoesAwayCancelsItsWork() async throws {
        let server = try await TinyServer(["calling.choosing": "greedy"], pace: 20_000)
        let engine = server.running.engine
        try await server.hangUp("/v1/functioncall", body: Self.body(), after: "event: delta")
        let start = ContinuousClock.now
        while engine.statistics.blocksInUse > 0 || engine.requestsInFlight > 0 {
            try #require(ContinuousClock.now - start < .seconds(3), "\(engine.statistics)")
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(engine.statistics.cancelled == 1 && engine.statistics.generatedTokens < 250)
        await server.running.stop()
    }
}
