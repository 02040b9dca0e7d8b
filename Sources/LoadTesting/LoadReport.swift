import Documents
import HTTPClient

/// All points of a run, as a table and as JSON.
public struct LoadReport: Sendable {
    public let plan: LoadPlan
    /// What was wrong with the first bad warm-up request.
    public let warmUpError: String?
    public internal(set) var points: [LoadPoint] = []

    init(plan: LoadPlan, warmUpError: String?) { (self.plan, self.warmUpError) = (plan, warmUpError) }

    /// The columns of the paper's Table 4 (QPS by number of clients) with RT beside it, times in milliseconds, and the
    /// server's own figures where it has any.
    public static let header =
        columns(["cc", "n", "errors", "QPS", "RT mean", "p50", "p95", "p99", "cached", "server QPS", "RT mean"])

    public static func row(_ point: LoadPoint) -> String {
        let times = point.times
        let line = columns([
            String(point.clients), String(point.answers), String(point.errors), decimals(point.queriesPerSecond, 2),
            milliseconds(times?.mean), milliseconds(times?.p50), milliseconds(times?.p95), milliseconds(times?.p99),
            decimals(point.cachedTokens, 0), decimals(point.server?.queriesPerSecond, 2),
            milliseconds(point.server?.meanSeconds),
        ])
        guard let error = point.firstError else { return line }
        return line + "  first error: " + error.split(whereSeparator: \.isNewline).joined(separator: " ")
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
            "rt_p95_ms": scaled(times?.p95), "rt_p99_ms": scaled(times?.p99), "rt_max_ms": scaled(times?.maximum),
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
        zip(cells, [5, 7, 7, 9, 9, 9, 9, 9, 7, 11, 9]).map { cell, width in
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
