import Configuration
import FunctionCalling
import Functions
import HTTPServer
import Inference
import OpenTelemetry
import Telemetry

/// Counts every request. Shared by all connection queues; every part is atomic.
package final class ServerMetrics: Sendable {
    let registry = Registry()
    let traffic = TrafficStatistics()
    private let requests: Family<Counter>
    private let responseTimes: Family<Histogram>
    private let rejected: Family<Counter>
    private let disconnected: Family<Counter>
    private let outcomes: Family<Counter>
    private let judgements: Family<Counter>
    private let connections: Gauge
    private let queueTime: Histogram
    private let prefillTime: Histogram
    private let decodeTime: Histogram
    private let firstTokenTime: Histogram
    private let perTokenTime: Histogram
    private let retrievalTime: Histogram
    private let generationTime: Histogram
    private let finishes: Family<Counter>

    init() {
        requests = registry.counter(
            "kinglet_requests_total", help: "Requests answered.", labels: ["route", "method", "status"])
        responseTimes = registry.histogram(
            "kinglet_response_time_seconds", help: "From the complete request head to the last byte of the answer.",
            labels: ["route"])
        rejected = registry.counter(
            "kinglet_rejected_total", help: "Requests refused, by the reason.", labels: ["reason"])
        disconnected = registry.counter(
            "kinglet_disconnected_total", help: "Requests whose client left before the whole answer.", labels: ["route"]
        )
        outcomes = registry.counter("kinglet_outcomes_total", help: "Function calls by outcome.", labels: ["outcome"])
        judgements = registry.counter("kinglet_judgements_total", help: "Judgements by verdict.", labels: ["verdict"])
        connections = registry.gauge("kinglet_connections", help: "Open connections.")
        queueTime = registry.histogram("kinglet_queue_seconds", help: "From arrival to the first step.")
        prefillTime = registry.histogram("kinglet_prefill_seconds", help: "From the first step to the first token.")
        decodeTime = registry.histogram("kinglet_decode_seconds", help: "From the first token to the last.")
        firstTokenTime = registry.histogram(
            "kinglet_time_to_first_token_seconds", help: "From arrival to the first token.")
        perTokenTime = registry.histogram(
            "kinglet_time_per_output_token_seconds", help: "Between tokens of an answer, mean of each request.")
        retrievalTime = registry.histogram("kinglet_retrieval_seconds", help: "Finding the candidates.")
        generationTime = registry.histogram(
            "kinglet_generation_seconds", help: "From arrival at the engine to the last token.")
        finishes = registry.counter(
            "kinglet_generations_total", help: "Finished generations by what ended them.", labels: ["finish"])
        let traffic = traffic
        registry.gauge("kinglet_concurrent_clients", help: "Requests in flight.") {
            Double(traffic.total().concurrent)
        }
        registry.gauge("kinglet_queries_per_second", help: "Requests a second.", label: "window") {
            let total = traffic.total()
            return [("1s", total.perSecond1), ("10s", total.perSecond10), ("60s", total.perSecond60)]
        }
        registry.info(
            "kinglet_build_info", help: "What runs here.",
            labels: KingletVersion.build)
        ProcessMetrics.register(in: registry)
    }

    /// The engine's counters, read when they are scraped.
    func register(_ engine: Engine) {
        func gauge(_ name: String, _ help: String, _ read: @escaping @Sendable (EngineStatistics) -> Double) {
            registry.gauge(name, help: help) { read(engine.statistics) }
        }
        func counter(_ name: String, _ help: String, _ read: @escaping @Sendable (EngineStatistics) -> Int) {
            registry.counter(name, help: help) { Double(read(engine.statistics)) }
        }
        gauge("kinglet_requests_running", "Sequences in the batch.") { Double($0.running) }
        gauge("kinglet_requests_waiting", "Sequences that wait for a place.") { Double($0.waiting) }
        gauge("kinglet_kv_cache_usage_ratio", "Share of KV blocks that running sequences hold.") { $0.cacheUsage }
        counter("kinglet_prompt_tokens_total", "Prompt tokens of finished requests.") { $0.promptTokens }
        counter("kinglet_cached_prompt_tokens_total", "Those found in the prefix cache.") { $0.cachedPromptTokens }
        counter("kinglet_generated_tokens_total", "Tokens generated.") { $0.generatedTokens }
        counter("kinglet_forced_tokens_total", "Those appended without sampling.") { $0.forcedTokens }
        counter("kinglet_drafted_tokens_total", "Tokens guessed from the text before.") { $0.draftedTokens }
        counter("kinglet_accepted_tokens_total", "Drafted tokens that were chosen.") { $0.acceptedTokens }
        counter("kinglet_prefix_cache_queries_total", "Finished requests.") { $0.prefixQueries }
        counter("kinglet_prefix_cache_hits_total", "Those with a cached prefix.") { $0.prefixHits }
        counter("kinglet_preemptions_total", "Sequences that gave up their blocks.") { $0.preemptions }
        counter("kinglet_integrity_checks_total", "Looks at the KV blocks while idle.") { $0.integrityChecks }
        counter("kinglet_integrity_failures_total", "Those that found them damaged.") { $0.integrityFailures }
    }

    /// The embedder's counters, read when they are scraped.
    func register(_ embedder: Embedder) {
        registry.counter("kinglet_embedded_texts_total", help: "Texts turned into vectors.") {
            Double(embedder.statistics.texts)
        }
        registry.counter("kinglet_embedded_tokens_total", help: "Tokens of these texts.") {
            Double(embedder.statistics.tokens)
        }
        registry.counter("kinglet_embedding_busy_seconds_total", help: "Time that the encoder computed.") {
            embedder.statistics.busySeconds
        }
    }

    /// The same under the names of vLLM's dashboards (vllm-project/vllm, docs/design/metrics.md). Call after `register`.
    func exposeVLLMNames(model: String) {
        let labels = [(name: "model_name", value: model)]
        for (name, original) in [
            ("num_requests_running", "kinglet_requests_running"),
            ("num_requests_waiting", "kinglet_requests_waiting"),
            ("kv_cache_usage_perc", "kinglet_kv_cache_usage_ratio"),
            ("prefix_cache_queries_total", "kinglet_prompt_tokens_total"),
            ("prefix_cache_hits_total", "kinglet_cached_prompt_tokens_total"),
            ("prompt_tokens_total", "kinglet_prompt_tokens_total"),
            ("generation_tokens_total", "kinglet_generated_tokens_total"),
            ("num_preemptions_total", "kinglet_preemptions_total"),
            ("spec_decode_num_draft_tokens_total", "kinglet_drafted_tokens_total"),
            ("spec_decode_num_accepted_tokens_total", "kinglet_accepted_tokens_total"),
            ("time_to_first_token_seconds", "kinglet_time_to_first_token_seconds"),
            ("inter_token_latency_seconds", "kinglet_time_per_output_token_seconds"),
            ("e2e_request_latency_seconds", "kinglet_generation_seconds"),
            ("request_queue_time_seconds", "kinglet_queue_seconds"),
            ("request_prefill_time_seconds", "kinglet_prefill_seconds"),
            ("request_decode_time_seconds", "kinglet_decode_seconds"),
        ] {
            registry.alias("vllm:\(name)", of: original, labels: labels)
        }
        registry.alias(
            "vllm:request_success_total", of: "kinglet_generations_total", labels: labels,
            renaming: ["finish": "finished_reason"])
    }

    /// Says of which model the engine's metrics speak. Call after `exposeVLLMNames`, which has a label of its own for it.
    func label(model: String) {
        let names = [
            "requests_running", "requests_waiting", "kv_cache_usage_ratio", "prompt_tokens_total",
            "cached_prompt_tokens_total", "generated_tokens_total", "forced_tokens_total",
            "drafted_tokens_total", "accepted_tokens_total", "prefix_cache_queries_total", "prefix_cache_hits_total",
            "preemptions_total", "integrity_checks_total", "integrity_failures_total", "time_to_first_token_seconds",
            "time_per_output_token_seconds", "queue_seconds", "prefill_seconds", "decode_seconds",
            "generation_seconds", "generations_total",
        ]
        registry.label(names.map { "kinglet_\($0)" }, with: [("model", model)])
    }

    package func record(_ result: FunctionCallResult, of context: RequestContext) {
        context.note(outcome: result.outcome.rawValue)
        outcomes.with(result.outcome.rawValue).add()
        retrievalTime.record(result.timings.retrieval)
        context.note(stages: Self.stages(of: result.timings))
        record(
            queue: result.timings.queue, prefill: result.timings.prefill, decode: result.timings.decode,
            tokens: result.usage.completionTokens, finish: .grammar)
    }

    func record(_ generation: Generation, of context: RequestContext) {
        let timings = generation.timings
        context.note(
            stages: TracedRequest.Stage.sequence(
                endingAt: WallClock.nanoseconds,
                [("queue", timings.queue), ("prefill", timings.prefill), ("decode", timings.decode)]))
        record(
            queue: timings.queue, prefill: timings.prefill, decode: timings.decode, tokens: generation.tokens.count,
            finish: generation.finish)
    }

    /// Candidates are looked for first; what the engine did ended just now.
    private static func stages(of timings: FunctionCallResult.Timings) -> [TracedRequest.Stage] {
        let now = WallClock.nanoseconds
        let begun = now - min(now, UInt64(max(0, timings.total / .nanoseconds(1))))
        let found = TracedRequest.Stage.sequence(
            endingAt: begun + UInt64(max(0, timings.retrieval / .nanoseconds(1))), [("retrieval", timings.retrieval)])
        return found
            + TracedRequest.Stage.sequence(
                endingAt: now, [("queue", timings.queue), ("prefill", timings.prefill), ("decode", timings.decode)])
    }

    func record(verdict: Int) {
        judgements.with(String(verdict)).add()
    }

    private func record(queue: Duration, prefill: Duration, decode: Duration, tokens: Int, finish: FinishReason) {
        generationTime.record(queue + prefill + decode)
        finishes.with(finish == .length ? "length" : "stop").add()
        queueTime.record(queue)
        prefillTime.record(prefill)
        decodeTime.record(decode)
        firstTokenTime.record(queue + prefill)
        if tokens > 1 { perTokenTime.record(decode / (tokens - 1)) }
    }
}

extension ServerMetrics {
    /// A request was routed; `finished` follows.
    func began(_ route: Route?) { traffic.began(route?.pattern) }

    /// - Parameter rejection: why it was refused, if it was.
    func finished(_ exchange: FinishedExchange, rejection: String?) {
        let route = exchange.route ?? "other"
        requests.with(route, exchange.head.map { "\($0.method)" } ?? "none", String(exchange.status)).add()
        responseTimes.with(route).record(exchange.duration)
        if exchange.end == .disconnected {
            disconnected.with(route).add()
        } else if let rejection {
            rejected.with(rejection).add()
        }
        if exchange.head != nil {
            traffic.ended(
                exchange.route, exchange.duration, failed: exchange.status >= 500 || exchange.end == .failed)
        }
    }

    func connectionsChanged(by difference: Int) { connections.add(Double(difference)) }
}
