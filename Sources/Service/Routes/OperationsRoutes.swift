import Configuration
import Documents
import Foundation
import Grammar
import HTTPServer
import HTTPTypes
import Inference
import Synchronization
import Telemetry

/// Health, metrics, statistics and what the server knows about itself.
struct OperationsRoutes: Sendable {
    let engine: Engine
    let metrics: ServerMetrics
    let lifecycle: Lifecycle

    func register(in table: inout RouteTable) {
        registerHealth(in: &table)
        // Some milliseconds each: not on the connections' queues, where health is answered.
        table.on(.get, "/metrics", .metrics) { request in
            let formats = PrometheusText.allCases
            let wanted = WeightedList(request.list("accept")).preferred(among: formats.map(\.mediaType)) ?? 0
            var response = ServerResponse.content(
                formats[wanted].contentType, formats[wanted].render(metrics.registry).utf8)
            response.headerFields.addVary("accept")
            return response
        }
        table.on(.get, "/v1/stats", .metrics) { _ in .json(statistics()) }
        table.on(.get, "/v1/schema-keywords", .read) { _ in
            .json([
                "enforced": .array(SchemaKeywords.enforced.map { .string($0) }),
                "annotations": .array(SchemaKeywords.annotations.map { .string($0) }),
                "formats": .array(SchemaKeywords.formats.map { .string($0) }),
            ])
        }
    }

    /// `/healthz`: the process lives. The others, which balancers, SageMaker and clients of vLLM ask for, also say when it is
    /// about to leave.
    private func registerHealth(in table: inout RouteTable) {
        let (healthy, ready) = (ServerResponse.json(#"{"status":"ok"}"#), ServerResponse.json(#"{"status":"ready"}"#))
        let version = ServerResponse.json(["version": .string(KingletVersion.text)])
        @Sendable func unlessLeaving(_ response: ServerResponse) -> ServerResponse {
            lifecycle.isLeaving
                ? .error(.serviceUnavailable, code: "draining", message: "the server is shutting down", retryAfter: 1)
                : response
        }
        table.small(.get, "/healthz") { healthy }
        table.small(.get, "/readyz") { unlessLeaving(ready) }
        table.small(.get, "/health") { unlessLeaving(healthy) }
        table.small(.get, "/ping") { unlessLeaving(healthy) }
        table.small(.post, "/ping") { unlessLeaving(healthy) }
        table.small(.get, "/version") { version }
    }

    private func statistics() -> JSONValue {
        let state = engine.statistics
        return [
            "uptime_seconds": .integer(Int(Date().timeIntervalSince1970) - lifecycle.started),
            "all": Self.json(metrics.traffic.total()),
            "routes": .array(metrics.traffic.byRoute().map(Self.json)),
            "engine": [
                "model": .string(engine.modelName), "running": .integer(state.running),
                "waiting": .integer(state.waiting),
                "steps": .integer(state.steps), "busy_seconds": .number(state.busy.seconds),
                "prompt_tokens": .integer(state.promptTokens),
                "cached_prompt_tokens": .integer(state.cachedPromptTokens),
                "generated_tokens": .integer(state.generatedTokens), "forced_tokens": .integer(state.forcedTokens),
                "drafted_tokens": .integer(state.draftedTokens), "accepted_tokens": .integer(state.acceptedTokens),
                "preemptions": .integer(state.preemptions), "cancelled": .integer(state.cancelled),
                "kv_cache": [
                    "blocks": .integer(state.blocks), "in_use": .integer(state.blocksInUse),
                    "pinned": .integer(state.pinnedBlocks),
                    "usage_ratio": .number(state.cacheUsage),
                ],
                "prefix_cache": [
                    "blocks": .integer(state.cachedBlocks), "queries": .integer(state.prefixQueries),
                    "hits": .integer(state.prefixHits),
                ],
            ],
        ]
    }

    private static func json(_ route: RouteStatistics) -> JSONValue {
        [
            "route": .string(route.route), "requests": .integer(route.requests), "failures": .integer(route.failures),
            "qps": [
                "1s": .number(route.perSecond1), "10s": .number(route.perSecond10), "60s": .number(route.perSecond60),
            ],
            "concurrent_clients": ["now": .integer(route.concurrent), "peak": .integer(route.peakConcurrent)],
            "response_time_seconds": json(route.recent), "total": json(route.total),
        ]
    }

    private static func json(_ times: Window.Times) -> JSONValue {
        [
            "count": .integer(times.count), "mean": .number(times.mean), "p50": .number(times.p50),
            "p90": .number(times.p90), "p95": .number(times.p95), "p99": .number(times.p99), "max": .number(times.max),
        ]
    }
}

/// When the server started and whether it is shutting down.
final class Lifecycle: Sendable {
    let started = Int(Date().timeIntervalSince1970)
    private let leaving = Atomic<Bool>(false)
    private let draining = Atomic<Bool>(false)

    /// Whoever sends requests here is asked to send them elsewhere; those that come are still answered.
    var isLeaving: Bool { leaving.load(ordering: .relaxed) }
    func beginLeaving() { leaving.store(true, ordering: .relaxed) }

    /// Work is refused.
    var isDraining: Bool { draining.load(ordering: .relaxed) }
    func beginDraining() {
        beginLeaving()
        draining.store(true, ordering: .relaxed)
    }
}
