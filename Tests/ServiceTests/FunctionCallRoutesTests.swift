import Documents
import Service
import ServiceTestSupport
import Testing

/// `POST /v1/functioncall`: an answer, every refusal.
@Suite struct FunctionCallRoutesTests {
    static let refusals: [RouteTables.Refusal] = [
        ("{}", 400, "missing_field", "query"), (#"{"query": ""}"#, 400, "invalid_value", "query"),
        (#"{"query": 5}"#, 400, "wrong_type", "query"), (#"{"query": "a", "x": 1}"#, 400, "unknown_field", "x"),
        (#"{"query": "a", "pool": "nowhere"}"#, 400, "unknown_pool", "pool"),
        (#"{"query": "a", "pool": ""}"#, 400, "invalid_value", "pool"),
        (#"{"query": "a", "model": "other"}"#, 400, "unknown_model", "model"),
        (#"{"query": "a", "adapter": "none-such"}"#, 400, "unknown_adapter", "adapter"),
        (#"{"query": "a", "retriever": "magic"}"#, 400, "invalid_value", "retriever"),
        (#"{"query": "a", "retriever": "embedding"}"#, 400, "unavailable_retriever", "retriever"),
        (#"{"query": "a", "functions": []}"#, 400, "invalid_value", "functions"),
        (#"{"query": "a", "functions": [{"name": "f"}], "pool": "tiny"}"#, 400, "invalid_value", "functions"),
        (#"{"query": "a", "top_k": 0}"#, 400, "invalid_value", "top_k"),
        (#"{"query": "a", "max_calls": 0}"#, 400, "invalid_value", "max_calls"),
        (#"{"query": "a", "priority": 10}"#, 400, "invalid_value", "priority"),
        (#"{"query": "a", "n": 0}"#, 400, "invalid_value", "n"),
        (#"{"query": "a", "n": 17}"#, 400, "invalid_value", "n"),
        (#"{"query": "a", "n": "2"}"#, 400, "wrong_type", "n"),
        (#"{"query": "a", "judge": "local"}"#, 400, "invalid_value", "judge"),
        (#"{"query": "a", "n": 1, "temperature": 1}"#, 400, "invalid_value", "temperature"),
        (#"{"query": "a", "n": 2, "temperature": 2.5}"#, 400, "invalid_value", "temperature"),
        (#"{"query": "a", "n": 2, "judge": "nobody"}"#, 400, "invalid_value", "judge"),
        (#"{"query": "a", "n": 2, "judge": "nobody", "stream": true}"#, 400, "invalid_value", "judge"),
        (#"{"query": "a", "seed": -1}"#, 400, "invalid_value", "seed"),
        (#"{"query": "a", "timeout_ms": 0}"#, 400, "invalid_value", "timeout_ms"),
        (#"{"query": "a", "explain": "yes"}"#, 400, "wrong_type", "explain"),
        (#"{"query": "a", "history": [{"role": "tool", "content": "x"}]}"#, 400, "invalid_value", "history[0].role"),
        (#"{"query": "a", "history": [{"role": "user"}]}"#, 400, "missing_field", "history[0].content"),
        (#"{"query": "a", "context": {"time": "noon"}}"#, 400, "invalid_value", "context.time"),
        (#"{"query": "a", "context": {"timezone": "Mars"}}"#, 400, "invalid_value", "context.timezone"),
        (#"{"query": "a", "context": {"locale": "?"}}"#, 400, "invalid_value", "context.locale"),
        (#"{"query": "a", "context": {"state": 5}}"#, 400, "wrong_type", "context.state"),
    ]
    @Test func refuses() async throws { try await RouteTables.check(Self.refusals, post: "/v1/functioncall") }

    @Test func givesTheBestOfSeveral() async throws {
        let server = try await TinyServer(["calling.choosing": "greedy", "calling.max_tokens": "40"])
        let one = try await server.ask("POST", "/v1/functioncall", body: #"{"query": "lights off"}"#)
        let best = try await server.ask("POST", "/v1/functioncall", body: #"{"query": "lights off", "n": 3}"#)
        #expect(best.status == 200 && one.json["best_of"] == nil, "\(best.text)")
        let among = best.json["best_of"]
        #expect(among?["n"] == 3 && among?["judge"] == "local" && among?["right"]?.doubleValue != nil, "\(best.text)")
        let (single, all, judge) = (
            one.json["usage"]?["prompt_tokens"]?.intValue ?? 0, best.json["usage"]?["prompt_tokens"]?.intValue ?? 0,
            among?["judge_usage"]?["prompt_tokens"]?.intValue ?? 0
        )
        #expect(all == 3 * single + judge && judge > 0, "\(all), \(single), \(judge)")
        let lowered = try await TinyServer(["limits.n": "2"])
        let refused = try await lowered.ask("POST", "/v1/functioncall", body: #"{"query": "lights off", "n": 3}"#)
        #expect(refused.status == 400 && refused.param == "n", "\(refused.text)")
        await server.running.stop()
        await lowered.running.stop()
    }

    @Test func answersWithACallOfThePool() async throws {
        let server = try await TinyServer(["calling.choosing": "greedy", "calling.max_tokens": "40"])
        let answer = try await server.ask(
            "POST", "/v1/functioncall", body: #"{"query": "lights off", "explain": true}"#)
        #expect(answer.status == 200 && answer.json["object"] == "functioncall", "\(answer.text)")
        #expect(answer.json["model"] == "tiny" && answer.json["usage"]?["prompt_tokens"]?.intValue ?? 0 > 0)
        #expect(answer.json["explain"]?["changed"]?.arrayValue != nil && answer.json["explain"]?["knowledge"] != nil)
        #expect(answer.headers["server-timing"]?.contains("retrieval") == true)
        let metrics = try await server.ask("GET", "/metrics")
        #expect(metrics.text.contains("kinglet_outcomes_total"))
        await server.running.stop()
    }
}
