import Charts

/// Points as lines of a terminal; times in milliseconds.
public struct LoadTable: Sendable {
    private let plan: LoadPlan
    private var streams: Bool { plan.mix.streams }

    public init(_ plan: LoadPlan) { self.plan = plan }

    private struct Column {
        let name: String, width: Int
        let cell: (LoadPoint) -> String
    }

    private var columns: [Column] {
        let isOpen = plan.steps.first?.isOpen == true
        var columns = [
            Column(name: isOpen ? "rate" : "cc", width: isOpen ? 9 : 5) { $0.step.label },
            Column(name: "n", width: 7) { String($0.answers) },
            Column(name: "errors", width: 7) { String($0.errors) },
            Column(name: "QPS", width: 10) { Decimals.fixed($0.queriesPerSecond, 2) },
        ]
        if plan.pace.runs > 1 { columns.append(Column(name: "±", width: 8) { Self.halfWidth($0) }) }
        columns += [
            Column(name: "RT mean", width: 9) { Decimals.milliseconds($0.times?.mean) },
            Column(name: "p50", width: 9) { Decimals.milliseconds($0.times?.p50) },
        ]
        for (name, permille) in [("p90", 900), ("p95", 950), ("p99", 990), ("p99.9", 999)] {
            columns.append(Column(name: name, width: 9) { Self.percentile($0.times, permille) })
        }
        if streams {
            columns += [
                Column(name: "TTFT", width: 9) { Decimals.milliseconds($0.firstTokenTimes?.mean) },
                Column(name: "p99", width: 9) { Self.percentile($0.firstTokenTimes, 990) },
            ]
        }
        if !plan.goals.isEmpty {
            columns.append(Column(name: "goodput", width: 9) { Decimals.fixed($0.figures.goodput, 2) })
        }
        columns += [
            Column(name: "cached", width: 7) { Decimals.fixed($0.cachedTokens, 0) },
            Column(name: "server QPS", width: 11) { Decimals.fixed($0.server?.queriesPerSecond, 2) },
            Column(name: "RT mean", width: 9) { Decimals.milliseconds($0.server?.meanSeconds) },
        ]
        return columns
    }

    /// The names of the columns: the paper's Table 4 (QPS by number of clients) with RT beside it, and the server's own
    /// figures where it has any; with streams the time to the first token (TTFT).
    public var header: String { columns.map { Self.right($0.name, $0.width) }.joined() }

    public func row(_ point: LoadPoint) -> String {
        var line = columns.map { Self.right($0.cell(point), $0.width) }.joined()
        if point.steady == nil { line += " ~" }
        if point.isSaturated { line += " saturated" }
        if let meets = point.meets(plan.goals) { line += meets ? " meets the goal" : " misses the goal" }
        if point.generatorShare > 0.9 { line += " (the generator itself is at its limit)" }
        return line + Self.errors(point)
    }

    private static func errors(_ point: LoadPoint) -> String {
        let kinds = (point.errors > 0 ? point.figures : point.whole).errorKinds
        guard let error = point.firstError, !kinds.isEmpty else { return "" }
        let list = kinds.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
        let text = error.split(whereSeparator: \.isNewline).joined(separator: " ")
        return "  errors: \(list.joined(separator: ", ")); first error: \(text)"
    }

    /// What the marks of the rows mean; empty where there is none.
    public func footnotes(_ report: LoadReport) -> [String] {
        var notes: [String] = []
        if report.points.contains(where: { $0.times?.isMaximum(999) == true }) {
            notes.append("* of so few answers: the largest time")
        }
        if report.points.contains(where: { $0.steady == nil }) {
            notes.append("~ too short for a steady state: from the first request to the last answer")
        }
        if plan.pace.runs > 1 { notes.append("± half of the 95 % interval of the mean of \(plan.pace.runs) runs") }
        if let best = report.best {
            let goals = plan.goals.map(\.description).joined(separator: ", ")
            let name = best.step.isOpen ? best.step.label : "cc \(best.step.label)"
            notes.append("most that meets \(goals): \(Decimals.fixed(best.queriesPerSecond, 2)) QPS at \(name)")
        } else if !plan.goals.isEmpty {
            notes.append("no point meets \(plan.goals.map(\.description).joined(separator: ", "))")
        }
        return notes
    }

    /// The form of the paper's Table 4: a line a variant, QPS by number of clients.
    public static func paper(_ report: LoadReport) -> String {
        let label = report.plan.label
        let width = max(8, label.count)
        var (head, line) = ("QPS" + spaces(width - 3), label + spaces(width - label.count))
        for (index, point) in report.points.enumerated() {
            let name = index == 0 && !point.step.isOpen ? "cc=\(point.step.label)" : point.step.label
            head += right(name, 10)
            line += right(Decimals.fixed(point.queriesPerSecond, 2), 10)
        }
        return head + "\n" + line
    }

    /// One run's point in a few words.
    public static func brief(_ point: LoadPoint) -> String {
        "\(Decimals.fixed(point.queriesPerSecond, 2)) QPS, p50 \(Decimals.milliseconds(point.times?.p50)), p99 "
            + percentile(point.times, 990) + errors(point)
    }

    private static func halfWidth(_ point: LoadPoint) -> String {
        Decimals.fixed(point.interval(\.queriesPerSecond)?.halfWidth, 2)
    }

    private static func percentile(_ times: ResponseTimes?, _ permille: Int) -> String {
        guard let times else { return "-" }
        return Decimals.milliseconds(times.percentile(permille)) + (times.isMaximum(permille) ? "*" : "")
    }

    private static func right(_ text: String, _ width: Int) -> String { spaces(max(1, width - text.count)) + text }
    private static func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
}
