import Documents
import HTTPClient
import OrderedCollections
import Foundation
import Histogram

/// A report as JSON: each point an object with the names that `vllm bench serve --save-result` writes, and more behind them.
/// Times in milliseconds.
public struct LoadDocument {
    private let report: LoadReport
    private let date: Date

    public init(_ report: LoadReport, date: Date = Date()) { (self.report, self.date) = (report, date) }

    public var json: JSONValue {
        let plan = report.plan, pace = plan.pace
        return [
            "format": "kinglet-load-1",
            "settings": [
                "url": .string(plan.endpoint.description), "label": .string(plan.label),
                "http": .string(plan.wire.version.rawValue), "workloads": plan.mix.json,
                "seconds": .number(pace.seconds), "min_rounds": .number(pace.minimumRounds),
                "max_seconds": .number(pace.maximumSeconds), "ramp_seconds": .number(pace.ramp),
                "settle_seconds": .number(pace.settling), "drain_seconds": .number(pace.drain),
                "runs": .integer(pace.runs), "num_warmups": .integer(pace.warmUps),
                "request_timeout": .number(plan.wire.requestTimeout),
                "goals": .array(plan.goals.map { .string($0.description) }),
                "seed": .string(String(plan.mix.seed)),
            ],
            "warmup_error": report.warmUpError.map { .string($0) } ?? .null,
            "points": .array(report.points.map(point)),
        ]
    }

    private func point(_ point: LoadPoint) -> JSONValue {
        var members: JSONObject = [
            "date": .string(Self.stamp(date)), "endpoint_type": "kinglet", "backend": "kinglet",
            "label": .string(report.plan.label),
            "model_id": report.plan.mix.parts.lazy.compactMap { $0.workload.extra["model"] }.first ?? .null,
            "num_prompts": .integer(point.whole.answers + point.whole.errors),
        ]
        switch point.step {
        case .clients(let count):
            (members["cc"], members["request_rate"]) = (.integer(count), "inf")
            (members["burstiness"], members["max_concurrency"]) = (.number(1), .integer(count))
        case .rate(let rate, let arrivals):
            (members["cc"], members["request_rate"]) = (.null, .number(rate))
            // The shape of the gamma distribution of gaps: 1 is Poisson's, vLLM knows no constant rate.
            members["burstiness"] = arrivals == .poisson ? .number(1) : "inf"
            members["max_concurrency"] = .integer(report.plan.wire.maximumConcurrency)
        }
        members.merge(figures(point.whole)) { $1 }
        members["steady_state"] = point.steady.map { .object(figures($0)) } ?? .null
        members["runs"] = .array(point.runs.map { .object(figures($0)) })
        members["interval_95"] = intervals(point)
        members["meets_goals"] = point.meets(report.plan.goals).map { .bool($0) } ?? .null
        members["saturated"] = .bool(point.isSaturated)
        members["connections"] = .integer(point.connections)
        members["generator_cpu_share"] = .number(point.generatorShare)
        members["e2el_distribution"] = Self.distribution(point.times)
        members["server"] = server(point.server)
        members["server_metrics"] =
            point.serverMetrics.map { metrics in
                JSONValue.object(JSONObject(metrics.entries.map { ($0.name, JSONValue.number($0.value)) }) { $1 })
            } ?? .null
        return .object(members)
    }

    /// One stretch, in vLLM's names as far as they go.
    private func figures(_ figures: LoadFigures) -> JSONObject {
        let (read, made) = (figures.promptTokens.sum, figures.completionTokens.sum)
        func rate(_ tokens: Int) -> JSONValue { .number(figures.seconds > 0 ? Double(tokens) / figures.seconds : 0) }
        var members: JSONObject = [
            "duration": .number(figures.seconds), "completed": .integer(figures.answers),
            "failed": .integer(figures.errors),
            "total_input_tokens": .integer(read), "total_output_tokens": .integer(made),
            "request_throughput": .number(figures.queriesPerSecond), "request_goodput": Self.number(figures.goodput),
            "output_throughput": rate(made), "total_token_throughput": rate(read + made),
        ]
        for (name, times) in [
            ("ttft", figures.firstTokenTimes), ("tpot", figures.tokenTimes), ("itl", figures.gaps),
            ("e2el", figures.times),
        ] {
            guard let times else { continue }
            members["mean_\(name)_ms"] = .number(times.mean * 1000)
            members["median_\(name)_ms"] = .number(times.p50 * 1000)
            members["std_\(name)_ms"] = .number(times.deviation * 1000)
            for (percentile, permille) in [("p90", 900), ("p95", 950), ("p99", 990), ("p99.9", 999)] {
                members["\(percentile)_\(name)_ms"] = .number(times.percentile(permille) * 1000)
            }
            members["min_\(name)_ms"] = .number(times.minimum * 1000)
            members["max_\(name)_ms"] = .number(times.maximum * 1000)
        }
        members["mean_input_tokens"] = Self.number(figures.promptTokens.mean)
        members["mean_cached_tokens"] = Self.number(figures.cachedTokens.mean)
        members["mean_output_tokens"] = Self.number(figures.completionTokens.mean)
        members["errors_by_kind"] = .object(
            JSONObject(
                uniqueKeysWithValues: figures.errorKinds.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) }
            ))
        members["first_error"] = figures.firstError.map { .string($0) } ?? .null
        members["server_stages_ms"] = .object(
            JSONObject(uniqueKeysWithValues: figures.stages.map { ($0.name, .number($0.seconds * 1000)) }))
        members["p99_lateness_ms"] = Self.number(figures.lateness.map { $0.p99 * 1000 })
        return members
    }

    private func intervals(_ point: LoadPoint) -> JSONValue {
        var members: JSONObject = [:]
        for (name, figure) in ComparedFigure.all {
            guard let interval = point.interval(figure) else { continue }
            members[name] = ["mean": .number(interval.mean), "half_width": Self.number(interval.halfWidth)]
        }
        return .object(members)
    }

    private func server(_ server: ServerFigures?) -> JSONValue {
        guard let server else { return .null }
        return [
            "requests": .integer(server.requests), "qps": .number(server.queriesPerSecond),
            "rt_mean_ms": Self.number(server.meanSeconds.map { $0 * 1000 }),
        ]
    }

    /// Percentiles with their times, ever closer to the longest: the steps of HdrHistogram, times to three digits.
    private static func distribution(_ times: ResponseTimes?) -> JSONValue {
        guard let times else { return [] }
        var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .three)
        for time in times.values { histogram.record(UInt64(max(1, min(time, 1e6) * 1e6))) }
        return .array(
            histogram.percentiles(ticksPerHalfDistance: 5).map { step in
                [.number(step.percentile), .number(Double(step.value) / 1000)]
            })
    }

    private static func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }

    /// `20261130-123000`, as vLLM's.
    private static func stamp(_ date: Date) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "yyyyMMdd-HHmmss"
        return formatter.string(from: date)
    }
}

/// Figures that are held against each other, by their names in a document.
enum ComparedFigure {
    static let all: [(name: String, figure: @Sendable (LoadFigures) -> Double?)] = [
        ("request_throughput", { $0.queriesPerSecond }), ("request_goodput", { $0.goodput }),
        ("mean_e2el_ms", { $0.times.map { $0.mean * 1000 } }), ("median_e2el_ms", { $0.times.map { $0.p50 * 1000 } }),
        ("p90_e2el_ms", { $0.times.map { $0.p90 * 1000 } }), ("p95_e2el_ms", { $0.times.map { $0.p95 * 1000 } }),
        ("p99_e2el_ms", { $0.times.map { $0.p99 * 1000 } }),
        ("mean_ttft_ms", { $0.firstTokenTimes.map { $0.mean * 1000 } }),
        ("p99_ttft_ms", { $0.firstTokenTimes.map { $0.p99 * 1000 } }),
    ]
}
