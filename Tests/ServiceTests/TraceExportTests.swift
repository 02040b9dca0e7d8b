import Documents
import Foundation
import Service
import ServiceTestSupport
import Synchronization
import TestSupport
import Testing

/// What a server tells a collector of its requests. The messages themselves are OpenTelemetryTests' matter.
@Suite struct TraceExportTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"

    /// Bodies of one signal, as text: names stand in them as they are.
    private final class Collected: Sendable {
        let bodies = Mutex<[(route: String, text: String)]>([])
        func text(_ route: String) -> String {
            bodies.withLock { $0.filter { $0.route == route }.map(\.text).joined() }
        }
    }

    private static func collector(_ collected: Collected) throws -> ScriptedServer {
        try ScriptedServer { request in
            let text = String(decoding: request.body.map { 0x20...0x7E ~= $0 ? $0 : UInt8(ascii: "|") }, as: UTF8.self)
            collected.bodies.withLock { $0.append((request.route, text)) }
            return .json("{}")
        }
    }

    @Test func requestsAndTheirStagesAreSpans() async throws {
        let collected = Collected(), collector = try Self.collector(collected)
        let server = try await TinyServer(
            environment: [
                "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:\(collector.port)", "OTEL_SERVICE_NAME": "tested",
            ])
        let joined = try await server.ask(
            "POST", "/v1/completions", headers: ["traceparent": "00-\(Self.trace)-b7ad6b7169203331-01"],
            body: #"{"prompt": "abc", "max_tokens": 4, "ignore_eos": true}"#)
        #expect(joined.headers["traceparent"]?.hasPrefix("00-\(Self.trace)-") == true)
        let begun = try await server.ask("POST", "/v1/functioncall", body: #"{"query": "lights off"}"#)
        #expect(begun.headers["traceparent"]?.hasSuffix("-01") == true)
        #expect(try await server.ask("POST", "/v1/retrieve", body: #"{"query": "lights off"}"#).status == 200)
        for path in ["/healthz", "/metrics", "/v1/stats"] {
            #expect(try await server.ask("GET", path).headers["traceparent"] == nil, "\(path)")
        }
        await server.running.stop()
        let traces = collected.text("/v1/traces"), metrics = collected.text("/v1/metrics")
        for name in [
            "POST /v1/completions", "text_completion tiny", "POST /v1/functioncall", "function_call tiny", "prefill",
            "decode", "retrieval tiny", "service.name", "tested", "gen_ai.usage.input_tokens",
        ] { #expect(traces.contains(name), "\(name) is in no trace") }
        #expect(!traces.contains("/healthz"))
        for name in [
            "kinglet_requests_total", "kinglet_response_time_seconds", "http.server.request.duration",
            "gen_ai.server.time_to_first_token",
        ] { #expect(metrics.contains(name), "\(name) is in no metrics") }
    }

    /// A request that is refused is one of HTTP's, and none of the model's.
    @Test func whatAsksTheModelForNothingIsNoWorkOfIt() async throws {
        let collected = Collected(), collector = try Self.collector(collected)
        let server = try await TinyServer(["telemetry.otlp.endpoint": "http://127.0.0.1:\(collector.port)"])
        #expect(try await server.ask("POST", "/v1/completions", body: #"{"prompt": 5}"#).status == 400)
        await server.running.stop()
        let traces = collected.text("/v1/traces"), metrics = collected.text("/v1/metrics")
        #expect(traces.contains("POST /v1/completions") && !traces.contains("gen_ai"))
        #expect(metrics.contains("http.server.request.duration") && !metrics.contains("gen_ai"))
    }

    @Test func theCallerDecidesWhatIsRecorded() async throws {
        let collected = Collected(), collector = try Self.collector(collected)
        let flags = [
            "telemetry.otlp.endpoint": "http://127.0.0.1:\(collector.port)", "telemetry.otlp.sample_ratio": "0",
        ]
        let server = try await TinyServer(flags)
        for (flag, path) in [("00", "/v1/models"), ("01", "/v1/pools")] {
            let header = ["traceparent": "00-\(Self.trace)-b7ad6b7169203331-\(flag)"]
            #expect(try await server.ask("GET", path, headers: header).status == 200)
        }
        #expect(try await server.complete().headers["traceparent"]?.hasSuffix("-00") == true)
        await server.running.stop()
        let traces = collected.text("/v1/traces")
        #expect(traces.contains("GET /v1/pools") && !traces.contains("/v1/models") && !traces.contains("completion"))
    }

    @Test func withoutACollectorNothingIsSaid() async throws {
        let server = try await TinyServer()
        #expect(try await server.complete().headers["traceparent"] == nil)
        #expect(try await server.ask("GET", "/metrics").text.contains("kinglet_otlp") == false)
        await server.running.stop()
    }
}
