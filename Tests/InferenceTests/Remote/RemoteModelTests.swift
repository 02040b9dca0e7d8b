import Foundation
import Inference
import Documents
import TestSupport
import Testing
import Tokenization

@Suite struct RemoteModelTests {
    static func ok(_ content: String, finish: String = "stop") -> ScriptedServer.Step {
        let body: JSONValue = [
            "choices": [
                [
                    "message": ["role": "assistant", "content": .string(content)], "finish_reason": .string(finish),
                    "logprobs": ["content": [["token": "{", "logprob": -0.25, "bytes": [123]]]],
                ]
            ],
            "usage": ["prompt_tokens": 7, "completion_tokens": 3],
        ]
        return raw("200 OK", body.text())
    }

    static func raw(_ status: String, _ body: String, _ header: String = "") -> ScriptedServer.Step {
        .bytes("HTTP/1.1 \(status)\r\ncontent-length: \(body.utf8.count)\r\n\(header)connection: close\r\n\r\n\(body)")
    }

    static let cut = ScriptedServer.Step.bytes("HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n{\"choices\": [")
    static let schema: JSONValue = ["type": "object", "required": ["verdict"]]

    static func model(_ server: ScriptedServer, _ change: (inout RemoteEndpoint) -> Void = { _ in }) -> RemoteModel {
        var endpoint = RemoteEndpoint(url: server.url, model: "large")
        endpoint.backoff = .milliseconds(5)
        endpoint.timeout = .seconds(10)
        change(&endpoint)
        return RemoteModel(
            endpoint, validation: { value, _ in value["verdict"] == nil ? "verdict is missing" : nil }, jitter: { 1 })
    }

    static func ask(_ model: RemoteModel, deadline: Duration? = nil) async throws -> StageAnswer {
        var request = StageRequest(
            messages: [ChatMessage(role: .user, content: "is it right?")], schema: schema, maxTokens: 16)
        request.seed = 7
        request.deadline = deadline.map { .now + $0 }
        return try await model.answer(request)
    }

    @Test func asksInTheFormOfOpenAI() async throws {
        let server = try ScriptedServer([Self.ok(#"{"verdict": 1}"#)])
        let answer = try await Self.ask(Self.model(server) { $0.key = "secret" })
        #expect(answer.text == #"{"verdict": 1}"# && answer.usage.promptTokens == 7)
        #expect(answer.tokens.first?.logprob == -0.25)
        let body = try JSONValue(parsing: try #require(server.requests.first))
        #expect(body["model"] == "large" && body["messages"]?.arrayValue?.first?["content"] == "is it right?")
        #expect(body["response_format"]?["json_schema"]?["schema"] == Self.schema)
    }

    static let passing: [[ScriptedServer.Step]] = [
        [raw("503 Service Unavailable", "{}"), ok(#"{"verdict": 1}"#)],
        [raw("429 Too Many Requests", "{}", "retry-after: 0\r\n"), raw("500 Oh", "x"), ok(#"{"verdict": 1}"#)],
        // The server dies in mid-answer, and within the head of one.
        [cut, .bytes("HTTP/1.1 200 OK\r\ncontent-type: appli"), ok(#"{"verdict": 1}"#)],
        [.bytes(""), ok(#"{"verdict": 1}"#)], [.bytes("garbage\r\n\r\n"), ok(#"{"verdict": 1}"#)],
        // It promises to constrain its answers and does not.
        [ok("The verdict is 1"), ok(#"{"veredict": 1}"#), ok(#"{"verdict": 1}"#)],
        [ok(#"{"verdict": 1}"#, finish: "length"), ok(#"{"verdict": 1}"#)],
        [raw("200 OK", "[]"), ok(#"{"verdict": 1}"#)],
    ]
    @Test(arguments: passing) func triesAgain(steps: [ScriptedServer.Step]) async throws {
        let server = try ScriptedServer(steps)
        let answer = try await Self.ask(Self.model(server))
        #expect(answer.text == #"{"verdict": 1}"#)
        #expect(server.requests.count == steps.count)
    }

    /// The time-out is far above what a busy machine takes for an answer that comes at once, and far below the silence.
    @Test func triesAgainAfterSilence() async throws {
        let server = try ScriptedServer([.silence(seconds: 3), Self.ok(#"{"verdict": 1}"#)])
        let answer = try await Self.ask(
            Self.model(server) { ($0.timeout, $0.attempts) = (.milliseconds(1500), 4) })
        #expect(answer.text == #"{"verdict": 1}"#)
        #expect(server.requests.count >= 2)
    }

    @Test func doesNotRepeatWhatIsWrongItself() async throws {
        let server = try ScriptedServer([Self.raw("400 Bad Request", #"{"error": {"message": "no such model"}}"#)])
        let error = await #expect(throws: RemoteError.self) { try await Self.ask(Self.model(server)) }
        #expect(error?.description.contains("no such model") == true)
        #expect(server.requests.count == 1)
    }

    @Test func givesUpAfterItsAttempts() async throws {
        let server = try ScriptedServer([Self.cut])
        await #expect(throws: RemoteError.self) { try await Self.ask(Self.model(server) { $0.attempts = 2 }) }
        #expect(server.requests.count == 2)
    }

    @Test func leavesABrokenServerAloneAndComesBack() async throws {
        let failure = Self.raw("500 Oh", "{}")
        let server = try ScriptedServer([failure, failure, failure, Self.ok(#"{"verdict": 0}"#)])
        let model = Self.model(server) {
            ($0.attempts, $0.failuresToOpen, $0.cooldown) = (1, 3, .milliseconds(200))
        }
        for _ in 0..<3 { await #expect(throws: RemoteError.self) { try await Self.ask(model) } }
        let error = await #expect(throws: RemoteError.self) { try await Self.ask(model) }
        #expect(error == .circuitOpen(server: server.url.absoluteString, retryAfterSeconds: 1))
        #expect(server.requests.count == 3)
        try await Task.sleep(for: .milliseconds(250))
        #expect(try await Self.ask(model).text == #"{"verdict": 0}"#)
    }

    @Test func keepsTheDeadline() async throws {
        let server = try ScriptedServer([.silence(seconds: 8)])
        let start = ContinuousClock.now
        await #expect(throws: GenerationError.deadlineExceeded) {
            try await Self.ask(Self.model(server), deadline: .milliseconds(200))
        }
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test func aCancelledCallEnds() async throws {
        let server = try ScriptedServer([.silence(seconds: 3)])
        let model = Self.model(server)
        let call = Task { try await Self.ask(model) }
        try await Task.sleep(for: .milliseconds(100))
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
    }

    @Test func nobodyThere() async throws {
        let server = try ScriptedServer([Self.cut])
        server.close()
        try await Task.sleep(for: .milliseconds(100))
        let error = await #expect(throws: RemoteError.self) { try await Self.ask(Self.model(server)) }
        #expect(error?.description.contains("cannot be reached") == true)
    }

    /// Against a model of the breaker that keeps a list of what happened.
    @Test func lawOfTheBreaker() {
        var random = SeededGenerator(5)
        for _ in 0..<200 {
            let threshold = Int.random(in: 1...4, using: &random), cooldown = Duration.seconds(10)
            let breaker = CircuitBreaker(threshold: threshold, cooldown: cooldown)
            var now = ContinuousClock.now, failures = 0, blockedUntil: ContinuousClock.Instant?
            for _ in 0..<60 {
                now += .seconds(Int.random(in: 0...6, using: &random))
                let isBlocked = blockedUntil.map { now < $0 } ?? false
                #expect((breaker.admit(at: now) != nil) == isBlocked)
                guard !isBlocked else { continue }
                if Bool.random(using: &random) {
                    breaker.succeeded()
                    (failures, blockedUntil) = (0, nil)
                } else {
                    breaker.failed(at: now)
                    failures += 1
                    if failures >= threshold { blockedUntil = now + cooldown }
                }
            }
        }
    }
}
