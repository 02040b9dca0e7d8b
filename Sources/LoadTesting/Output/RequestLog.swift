import Documents
import OrderedCollections

/// Every request of one point as a line of JSON. Times in milliseconds from the start of the point.
public struct RequestLog: Sendable {
    private let point: PointRecords, run: Int, plan: LoadPlan
    private let window: ClosedRange<Double>?

    init(_ point: PointRecords, run: Int, _ plan: LoadPlan) {
        (self.point, self.run, self.plan, window) = (point, run, plan, point.steadyWindow(plan.pace))
    }

    /// The lines, each with its end.
    public var lines: some Sequence<String> { point.records.lazy.map { line($0) + "\n" } }

    private func line(_ record: RequestRecord) -> String {
        var members: JSONObject = [
            "n": .integer(record.number), "run": .integer(run),
            "step": .string(point.step.label), "workload": .string(plan.mix.parts[record.part].workload.name),
            "phase": .string(point.phase(of: record, plan.pace, window).rawValue),
            "planned_ms": Self.number(record.planned), "sent_ms": Self.number(record.sent),
            "end_ms": Self.number(record.end),
            "e2el_ms": Self.number(record.responseTime), "status": .integer(record.status),
            "error": record.failure.map { .string($0.label) } ?? .null,
        ]
        if let failure = record.failure { members["message"] = .string(failure.message) }
        if let time = record.timeToFirstToken { members["ttft_ms"] = Self.number(time) }
        if let time = record.timePerToken { members["tpot_ms"] = Self.number(time) }
        for (name, count) in [
            ("input_tokens", record.usage.promptTokens), ("cached_tokens", record.usage.cachedTokens),
            ("output_tokens", record.usage.completionTokens),
        ] {
            if let count { members[name] = .integer(count) }
        }
        if !record.stages.isEmpty {
            members["server_ms"] = .object(
                JSONObject(record.stages.map { ($0.name, Self.number($0.seconds)) }) { $1 })
        }
        return JSONValue.object(members).text()
    }

    /// Milliseconds to the microsecond.
    private static func number(_ seconds: Double) -> JSONValue { .number((seconds * 1e6).rounded() / 1000) }
}
