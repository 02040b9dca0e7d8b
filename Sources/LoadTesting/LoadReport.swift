import Documents
import HTTPClient

/// All points of a run, as a table and as JSON.
public struct LoadReport: Sendable {
    public let plan: LoadPlan
    /// What was wrong with the first bad warm-up request.
    public let warmUpError: String?
    public internal(set) var points: [LoadPoint] = []

    init(plan: LoadPlan, warmUpError: String?) { (self.plan, self.warmUpError) = (plan, warmUpError) }

    /// Whether some number of clients got no good answer at all.
    public var hasFailed: Bool { points.isEmpty || points.contains { $0.answers == 0 } }

    /// The columns of the paper's Table 4 (QPS by number of clients) with RT beside it, times in milliseconds, and the
    /// server's own figures where it has any; with streams the time to the first token (TTFT).
    public static func header(_ workload: Workload) -> String {
        let streamed = workload.streams ? ["TTFT", "p50", "p99"] : []
        return columns(
            ["cc", "n", "errors", "QPS", "RT mean", "p50", "p90", "p95", "p99", "p99.9"] + streamed
                + ["cached", "server QPS", "RT mean"])
    }

    public static func row(_ point: LoadPoint, _ workload: Workload) -> String {
        let (times, first) = (point.times, point.firstTokenTimes)
        let streamed =
            workload.streams
            ? [milliseconds(first?.mean), milliseconds(first?.p50), percentile(first, 990)] : []
        let line = columns(
            [
                String(point.clients), String(point.answers), String(point.errors),
                decimals(point.queriesPerSecond, 2),
                milliseconds(times?.mean), milliseconds(times?.p50), percentile(times, 900),
                percentile(times, 950), percentile(times, 990), percentile(times, 999),
            ] + streamed + [
                decimals(point.cachedTokens, 0), decimals(point.server?.queriesPerSecond, 2),
                milliseconds(point.server?.meanSeconds),
            ])
        guard let error = point.firstError else { return line }
        return line + "  first error: " + error.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    /// What the marks of the rows mean; nil where there is none.
    public var footnote: String? {
        let isMarked = points.contains { $0.times?.isMaximum(999) == true }
        return isMarked ? "* of so few answers: the largest time" : nil
    }

    private static func percentile(_ times: ResponseTimes?, _ permille: Int) -> String {
        guard let times else { return "-" }
        let value = [900: times.p90, 950: times.p95, 990: times.p99][permille] ?? times.p999
        return milliseconds(value) + (times.isMaximum(permille) ? "*" : "")
    }

    /// Settings and points; times in milliseconds.
    public var json: JSONValue {
        [
            "settings": [
                "url": .string(plan.endpoint.description), "workload": plan.workload.json,
                "cc": .array(plan.clients.map { .integer($0) }), "seconds": .number(plan.seconds),
                "min_rounds": .number(plan.minimumRounds), "max_seconds": .number(plan.maximumSeconds),
                "request_timeout": .number(plan.requestTimeout), "warmup": .integer(plan.warmUps),
            ],
            "warmup_error": warmUpError.map { .string($0) } ?? .null,
            "points": .array(points.map(Self.json)),
        ]
    }

    private static func json(_ point: LoadPoint) -> JSONValue {
        func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
        func scaled(_ seconds: Double?) -> JSONValue { number(seconds.map { $0 * 1000 }) }
        let times = point.times
        return [
            "cc": .integer(point.clients), "seconds": .number(point.seconds), "ok": .integer(point.answers),
            "errors": .integer(point.errors), "first_error": point.firstError.map { .string($0) } ?? .null,
            "qps": .number(point.queriesPerSecond), "connections": .integer(point.connections),
            "rt_mean_ms": scaled(times?.mean), "rt_min_ms": scaled(times?.minimum), "rt_p50_ms": scaled(times?.p50),
            "rt_p90_ms": scaled(times?.p90), "rt_p95_ms": scaled(times?.p95), "rt_p99_ms": scaled(times?.p99),
            "rt_p99_9_ms": scaled(times?.p999), "rt_max_ms": scaled(times?.maximum),
            "rt_percentiles_that_are_max": .array(
                [(900, "p90"), (950, "p95"), (990, "p99"), (999, "p99.9")].filter { times?.isMaximum($0.0) == true }
                    .map { .string($0.1) }),
            "ttft_mean_ms": scaled(point.firstTokenTimes?.mean), "ttft_p50_ms": scaled(point.firstTokenTimes?.p50),
            "ttft_p99_ms": scaled(point.firstTokenTimes?.p99),
            "prompt_tokens_mean": number(point.promptTokens), "cached_tokens_mean": number(point.cachedTokens),
            "completion_tokens_mean": number(point.completionTokens),
            "server": point.server.map { server in
                [
                    "requests": .integer(server.requests), "qps": .number(server.queriesPerSecond),
                    "rt_mean_ms": scaled(server.meanSeconds),
                ]
            } ?? .null,
        ]
    }

    private static func columns(_ cells: [String]) -> String {
        let widths = [5, 7, 7, 9] + Array(repeating: 9, count: cells.count - 7) + [7, 11, 9]
        return zip(cells, widths).map { cell, width in
            String(repeating: " ", count: max(1, width - cell.count)) + cell
        }.joined()
    }

    private static func milliseconds(_ seconds: Double?) -> String {
        guard let seconds else { return "-" }
        return decimals(seconds * 1000, seconds < 0.01 ? 2 : 1)
    }

    /// `12.30`; "-" for nil.
    private static func decimals(_ value: Double?, _ digits: Int) -> String {
        guard let value, value.isFinite, abs(value) < 1e12 else { return "-" }
        let scale = (0..<digits).reduce(1) { result, _ in result * 10 }
        let units = Int((abs(value) * Double(scale)).rounded())
        let sign = value < 0 && units > 0 ? "-" : ""
        guard digits > 0 else { return "\(sign)\(units)" }
        let fraction = String(units % scale)
        return "\(sign)\(units / scale)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}
