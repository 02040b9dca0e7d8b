import Dispatch
import Foundation
import HTTPClient
import Logging
import Telemetry

/// Sends traces and metrics to an OpenTelemetry collector by OTLP/HTTP, from a thread of its own: a request only leaves a note.
/// What cannot be sent is tried again, then dropped and counted.
package final class Exporter: Sendable {
    package let plan: ExportPlan
    private let queue: SpanQueue
    private let registry: Registry
    private let requests = RequestMetrics()
    private let traces: Family<Counter>
    private let sent: Family<Counter>
    private let started = WallClock.nanoseconds
    private let ended = DispatchSemaphore(value: 0)
    private let logger: Logger

    /// Requests that one body has.
    private static let batch = 256
    /// Seconds that the end of the process waits for the last bodies.
    private static let lastSeconds = 3.0

    /// - Parameter registry: is sent, and gets counters of what was.
    package init(_ plan: ExportPlan, registry: Registry, logger: Logger = Logger(label: "otlp")) {
        (self.plan, self.registry, self.logger) = (plan, registry, logger)
        queue = SpanQueue(capacity: plan.queue, batch: Self.batch)
        traces = registry.counter(
            "kinglet_otlp_traces_total", help: "Requests whose spans were exported, dropped or failed to be.",
            labels: ["result"])
        sent = registry.counter(
            "kinglet_otlp_requests_total", help: "Attempts to send traces or metrics.", labels: ["signal", "result"])
        let thread = Thread { [self] in
            run()
            ended.signal()
        }
        thread.name = "otlp"
        thread.start()
    }

    /// Whether a trace that begins here is recorded.
    package func samples() -> Bool { plan.sendsTraces && Double.random(in: 0..<1) < plan.sampleRatio }

    /// Notes a request that is over. Never waits.
    package func record(_ request: TracedRequest) {
        requests.record(request)
        guard plan.sendsTraces, request.trace.isSampled else { return }
        if !queue.add(request) { traces.with("dropped").add() }
    }

    /// Sends what is there, once, and ends.
    package func stop() {
        queue.stop()
        _ = ended.wait(timeout: .now() + Self.lastSeconds)
    }

    private func run() {
        let body = ExportBody(resource: plan.resource, version: plan.version)
        var collector = Collector(plan, queue: queue, logger: logger) { [sent] signal, result in
            sent.with(signal, result).add()
        }
        var next = Date(timeIntervalSinceNow: plan.interval.seconds)
        while true {
            let soon = Date(timeIntervalSinceNow: plan.patience.seconds)
            let (batch, isLast) = queue.take(until: plan.sendsMetrics ? min(soon, next) : soon)
            if !batch.isEmpty {
                let isSent = collector.send(body.traces(batch.flatMap(\.spans)), of: .traces)
                traces.with(isSent ? "exported" : "failed").add(batch.count)
            }
            if plan.sendsMetrics, isLast || Date() >= next {
                let all = MetricSnapshot.all(of: registry) + requests.metrics
                _ = collector.send(body.metrics(all, since: started, now: WallClock.nanoseconds), of: .metrics)
                next = Date(timeIntervalSinceNow: plan.interval.seconds)
            }
            if isLast { return }
        }
    }
}
