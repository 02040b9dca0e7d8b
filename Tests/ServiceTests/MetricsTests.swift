import Documents
import Service
import ServiceTestSupport
import Testing

@Suite struct MetricsTests {
    /// What vLLM's dashboards ask for (vllm-project/vllm, docs/design/metrics.md).
    private static let names = [
        "num_requests_running", "num_requests_waiting", "kv_cache_usage_perc", "prefix_cache_queries_total",
        "prefix_cache_hits_total", "prompt_tokens_total", "generation_tokens_total",
        "time_to_first_token_seconds_bucket",
        "inter_token_latency_seconds_bucket", "e2e_request_latency_seconds_bucket", "request_queue_time_seconds_sum",
        "request_prefill_time_seconds_sum", "request_decode_time_seconds_sum", "request_success_total",
        "num_preemptions_total", "spec_decode_num_draft_tokens_total", "spec_decode_num_accepted_tokens_total",
    ]

    @Test func vLLMsNamesWhereTheyAreWanted() async throws {
        let (plain, both) = (try await TinyServer(), try await TinyServer(["metrics.vllm_names": "true"]))
        #expect(try await both.complete(3).status == 200)
        let text = try await both.ask("GET", "/metrics").text
        for name in Self.names { #expect(text.contains("vllm:\(name){model_name=\"tiny\""), "\(name)") }
        #expect(text.contains(#"vllm:request_success_total{model_name="tiny",finished_reason="length"} 1"#))
        #expect(text.contains(#"vllm:e2e_request_latency_seconds_count{model_name="tiny"} 1"#))
        #expect(text.contains(#"kinglet_queue_seconds_count{model="tiny"} 1"#))
        #expect(text.contains(#"kinglet_generated_tokens_total{model="tiny"} 3"#))
        #expect(try await !plain.ask("GET", "/metrics").text.contains("vllm:"))
        for server in [plain, both] { await server.running.stop() }
    }

    @Test func everyRouteIsCountedUnderItsPattern() async throws {
        let server = try await TinyServer()
        _ = try await server.ask("GET", "/v1/pools/tiny")
        _ = try await server.ask("GET", "/nowhere")
        let routes = try await server.ask("GET", "/v1/stats").json["routes"]?.arrayValue ?? []
        let names = routes.compactMap { $0["route"]?.stringValue }
        #expect(names.contains("/v1/pools/{pool}") && names.contains("other"))
        await server.running.stop()
    }
}
