import Documents
import Foundation
import Inference
import Service
import ServiceTestSupport
import Testing

/// What a prompt may cost and how long a request may wait, from outside.
@Suite struct AdmissionTests {
    private static let long = String(repeating: "turn on the light ", count: 40)  // 720 tokens of one byte

    static let prompts: [(path: String, body: String, param: String)] = [
        ("/v1/completions", #"{"prompt": "\#(long)", "max_tokens": 1}"#, "prompt"),
        ("/v1/completions", #"{"prompt": ["a", "\#(long)"], "max_tokens": 1, "stream": false}"#, "prompt"),
        ("/v1/completions", #"{"prompt": "\#(long)", "max_tokens": 1, "stream": true}"#, "prompt"),
        (
            "/v1/chat/completions", #"{"messages": [{"role": "user", "content": "\#(long)"}], "max_tokens": 1}"#,
            "messages"
        ),
        (
            "/v1/chat/completions",
            #"{"messages": [{"role": "user", "content": "\#(long)"}], "max_tokens": 1, "stream": true}"#, "messages"
        ),
        (
            "/v1/chat/completions",
            #"{"messages": [{"role": "user", "content": "\#(long)"}], "tools": [{"type": "function", "function": "#
                + #"{"name": "lights_off", "parameters": {"type": "object", "properties": {}}}}]}"#, "messages"
        ),
        ("/v1/functioncall", #"{"query": "\#(long)"}"#, "query"),
        (
            "/v1/functioncall",
            #"{"query": "off", "history": [{"role": "user", "content": "\#(long)"}, {"role": "assistant", "content": "ok"}]}"#,
            "history"
        ),
        ("/v1/functioncall", #"{"query": "\#(long)", "stream": true}"#, "query"),
    ]
    @Test(arguments: prompts.indices) func aPromptMayCostSoMuch(number: Int) async throws {
        let (path, body, param) = Self.prompts[number]
        let server = try await TinyServer(["limits.prompt_tokens": "600"])
        let answer = try await server.ask("POST", path, body: body)
        #expect(answer.status == 400, "\(answer.text)")
        let code = path == "/v1/functioncall" ? "prompt_too_long" : "context_length_exceeded"
        #expect(answer.code == code && answer.param == param, "\(answer.text)")
        #expect(answer.text.contains("limits.prompt_tokens allows 600"))
        await server.running.stop()
        // The same passes where more is allowed.
        let generous = try await TinyServer(["limits.prompt_tokens": "0"])
        #expect(try await generous.ask("POST", path, body: body).status == 200)
        await generous.running.stop()
    }

    @Test("law: a rush is answered in time or refused at once", .timeLimit(.minutes(2)))
    func rush() async throws {
        // 256 tokens in 100 ms; 300 tokens each, none of them shared.
        let server = try await TinyServer(["engine.max_wait_seconds": "2"], pace: 100_000)
        for _ in 0..<2 { _ = try await server.ask("POST", "/v1/completions", body: Self.body(1000)) }
        let answers = try await withThrowingTaskGroup(of: (TinyAnswer, Duration).self) { group in
            for client in 0..<120 {
                group.addTask {
                    let begin = ContinuousClock.now
                    return (try await server.ask("POST", "/v1/completions", body: Self.body(client)), .now - begin)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let accepted = answers.filter { $0.0.status == 200 }, refused = answers.filter { $0.0.status == 429 }
        #expect(accepted.count + refused.count == 120)
        #expect((8...60).contains(accepted.count), "\(accepted.count): a step of 100 ms reads less than one prompt")
        #expect(accepted.allSatisfy { $0.1 < .seconds(6) })
        for (answer, _) in refused {
            #expect(answer.code == "queue_full")
            #expect((1...60).contains(answer.headers["retry-after"].flatMap(Int.init) ?? 0))
        }
        #expect(
            try await server.ask("GET", "/metrics").text.contains(
                "kinglet_rejected_total{reason=\"queue_full\"} \(refused.count)"))
        // Once the rush is over all are welcome.
        #expect(try await server.ask("POST", "/v1/completions", body: Self.body(5)).status == 200)
        await server.running.stop()
    }

    private static func body(_ client: Int) -> String {
        let text = (0..<60).map { String(UInt64(client * 1000 + $0) &* 2_654_435_761 % 100_000) }.joined(separator: " ")
        return #"{"prompt": "\#(text.prefix(300))", "max_tokens": 2, "ignore_eos": true}"#
    }

    @Test func anIdleEngineLooksAtItsBlocks() async throws {
        let server = try await TinyServer()
        #expect(try await server.complete(3).status == 200)
        for _ in 0..<100 where server.running.engine.statistics.integrityChecks == 0 {
            try await Task.sleep(for: .milliseconds(20))
        }
        let metrics = try await server.ask("GET", "/metrics").text
        #expect(metrics.contains("kinglet_integrity_checks_total{model=\"tiny\"} 1"), "\(metrics)")
        #expect(metrics.contains("kinglet_integrity_failures_total{model=\"tiny\"} 0"))
        await server.running.stop()
    }
}
