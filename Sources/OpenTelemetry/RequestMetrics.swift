import Telemetry

/// Histograms by OpenTelemetry's conventions, of requests that are over: its names have dots, which Prometheus' have not.
package struct RequestMetrics: Sendable {
    private static let httpSeconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
    /// 0.01 · 2ⁿ
    private static let seconds = (0..<14).map { 0.01 * Double(1 << $0) }
    private static let firstToken = [
        0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
    ]
    private static let perToken = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5]
    /// 4ⁿ
    private static let tokens = (0..<14).map { Double(1 << (2 * $0)) }
    private static let work = ["gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.request.model"]

    private let requests: Family<Histogram>
    private let durations: Family<Histogram>
    private let firstTokens: Family<Histogram>
    private let betweenTokens: Family<Histogram>
    private let usage: Family<Histogram>

    package init() {
        func family(_ labels: [String], _ bounds: [Double]) -> Family<Histogram> {
            Family(labels: labels, limit: 512) { Histogram(bounds: bounds) }
        }
        requests = family(["http.request.method", "http.route", "http.response.status_code"], Self.httpSeconds)
        durations = family(Self.work, Self.seconds)
        firstTokens = family(Self.work, Self.firstToken)
        betweenTokens = family(Self.work, Self.perToken)
        usage = family(Self.work + ["gen_ai.token.type"], Self.tokens)
    }

    package func record(_ request: TracedRequest) {
        requests.with(request.method, request.route ?? "", String(request.status)).record(request.duration)
        guard let work = request.work else { return }
        let labels = [work.operation, "kinglet", work.model]
        durations.with(labels).record(request.duration)
        if work.promptTokens > 0 { usage.with(labels + ["input"]).record(Double(work.promptTokens)) }
        guard work.completionTokens > 0 else { return }
        usage.with(labels + ["output"]).record(Double(work.completionTokens))
        func seconds(_ names: Set<String>) -> Double {
            request.stages.filter { names.contains($0.name) }.reduce(0) { $0 + Double($1.end - $1.start) } * 1e-9
        }
        if request.stages.contains(where: { $0.name == "prefill" }) {
            firstTokens.with(labels).record(seconds(["queue", "prefill"]))
        }
        if work.completionTokens > 1 {
            betweenTokens.with(labels).record(seconds(["decode"]) / Double(work.completionTokens - 1))
        }
    }

    /// As they are now.
    package var metrics: [MetricSnapshot] {
        [
            ("http.server.request.duration", "Duration of HTTP server requests.", "s", requests),
            ("gen_ai.server.request.duration", "Duration of requests to the model.", "s", durations),
            ("gen_ai.server.time_to_first_token", "Queue and prompt, until the first token.", "s", firstTokens),
            (
                "gen_ai.server.time_per_output_token", "Between tokens after the first, mean of each request.", "s",
                betweenTokens
            ),
            ("gen_ai.client.token.usage", "Tokens of prompts and answers.", "{token}", usage),
        ].map { name, about, unit, family in
            MetricSnapshot(name: name, about: about, unit: unit, kind: .histogram, points: family.labelled)
        }
    }
}

extension Family {
    fileprivate var labelled: [MetricSnapshot.Point] {
        children().map { child in
            let attributes = zip(labels, child.values).filter { !$1.isEmpty }.map { Attribute($0, $1) }
            return .init(attributes: attributes, samples: child.samples)
        }
    }
}
