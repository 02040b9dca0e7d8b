import Charts
import Documents

/// One or more reports as one HTML page that needs nothing else: charts, tables, errors. No script, nothing from elsewhere.
public struct LoadPage {
    private let reports: [SavedReport]

    /// - Parameter reports: the first is what the others are compared with.
    public init(_ reports: [SavedReport]) { self.reports = reports }

    public var html: String {
        let title = "Load test: " + reports.map(\.label).joined(separator: ", ")
        var body =
            Markup.element("h1", text: title) + summary + Markup.element("div", [("class", "charts")], charts)
        body += qpsTable
        for report in reports { body += pointTable(report) }
        if reports.count > 1 { body += ratioTable }
        for report in reports { body += serverTable(report) }
        body += errorLists
        return ChartPage(title: title, body: body).html
    }

    private var summary: Markup {
        let lines = reports.map { report in
            Markup.element(
                "p", [],
                Markup.element("strong", text: report.label)
                    + Markup.text(": " + Self.facts(report).joined(separator: " · ")))
        }
        let note = """
            Figures are of the steady state where there is one (~ marks points without). Whiskers and ± are 95 % intervals over \
            the runs. RT counts from the planned start of a request.
            """
        return lines.joined + Markup.element("p", [("class", "note")], text: note)
    }

    /// What was asked, of whom, how long.
    private static func facts(_ report: SavedReport) -> [String] {
        let settings = report.settings
        var facts: [String] = []
        if let url = settings["url"]?.stringValue { facts.append(url) }
        if let version = settings["http"]?.stringValue { facts.append("HTTP/\(version)") }
        for load in settings["workloads"]?.arrayValue ?? [] {
            guard let name = load["name"]?.stringValue else { continue }
            facts.append(name + (load["weight"]?.doubleValue.map { " × \(Decimals.shortest($0))" } ?? ""))
        }
        if let seconds = settings["seconds"]?.doubleValue { facts.append("\(Decimals.shortest(seconds)) s a point") }
        if let runs = settings["runs"]?.intValue { facts.append(runs == 1 ? "one run" : "\(runs) runs") }
        let goals = (settings["goals"]?.arrayValue ?? []).compactMap(\.stringValue)
        if !goals.isEmpty { facts.append("goal " + goals.joined(separator: ", ")) }
        return facts
    }

    private var charts: Markup {
        let charts = LoadCharts(reports)
        return [charts.rates, charts.times, charts.ratios, charts.distribution, charts.stages].compactMap { $0?.svg }
            .joined
    }

    /// The paper's Table 4: a line a variant, QPS by number of clients.
    private var qpsTable: Markup {
        let names = LoadCharts(reports).names
        let head = ["QPS"] + names.map(\.title)
        let rows = reports.map { report in
            [report.label]
                + names.map { name in
                    guard let point = report.points.first(where: { $0.name == name.name }) else { return "-" }
                    return Decimals.fixed(point.number("request_throughput"), 2)
                }
        }
        return Markup.table("QPS", head, rows)
    }

    private func pointTable(_ report: SavedReport) -> Markup {
        let hasStreams = report.points.contains { $0.number("mean_ttft_ms") != nil }
        let hasGoals = report.points.contains { $0.meetsGoals != nil }
        var head = ["", "n", "failed", "QPS", "±", "RT mean", "p50", "p90", "p95", "p99", "max"]
        if hasStreams { head += ["TTFT", "TTFT p99"] }
        if hasGoals { head += ["goodput", "goal"] }
        head += ["prompt", "cached", "generated", "server QPS", ""]
        let rows = report.points.map { point -> [String] in
            func time(_ name: String) -> String { Decimals.milliseconds(point.number(name).map { $0 / 1000 }) }
            func count(_ name: String) -> String { Decimals.fixed(point.number(name), 0) }
            var row = [
                point.title, count("completed"), count("failed"), Decimals.fixed(point.number("request_throughput"), 2),
                Decimals.fixed(point.interval("request_throughput")?.halfWidth, 2), time("mean_e2el_ms"),
                time("median_e2el_ms"), time("p90_e2el_ms"), time("p95_e2el_ms"), time("p99_e2el_ms"),
                time("max_e2el_ms"),
            ]
            if hasStreams { row += [time("mean_ttft_ms"), time("p99_ttft_ms")] }
            if hasGoals {
                row += [
                    Decimals.fixed(point.number("request_goodput"), 2), point.meetsGoals == true ? "met" : "missed",
                ]
            }
            let marks = [point.isSteady ? nil : "~", point.isSaturated ? "saturated" : nil].compactMap { $0 }
            return row + [
                count("mean_input_tokens"), count("mean_cached_tokens"), count("mean_output_tokens"),
                Decimals.fixed(point.serverQueriesPerSecond, 2), marks.joined(separator: " "),
            ]
        }
        return Markup.table("\(report.label): times in ms, tokens a request", head, rows)
    }

    private var ratioTable: Markup {
        reports.dropFirst().compactMap { other -> Markup? in
            guard let first = reports.first, let comparison = try? LoadComparison(first, other) else { return nil }
            let rows = comparison.ratios.map { ratio in
                [
                    ratio.point, LoadComparison.figures.first { $0.name == ratio.figure }?.title ?? ratio.figure,
                    Decimals.fixed(ratio.first, 2), Decimals.fixed(ratio.second, 2), Decimals.fixed(ratio.ratio, 3),
                    LoadComparison.verdict(ratio),
                ]
            }
            return Markup.table(
                "\(other.label) beside \(first.label)", ["", "", first.label, other.label, "ratio", "95 % interval"],
                rows)
        }.joined
    }

    /// What the server's `/metrics` said of each point.
    private func serverTable(_ report: SavedReport) -> Markup {
        var names: [String] = []
        for point in report.points {
            for (name, _) in point.serverMetrics where !names.contains(name) { names.append(name) }
        }
        guard !names.isEmpty else { return Markup() }
        let rows = names.prefix(80).map { name in
            [name]
                + report.points.map { point in
                    point.serverMetrics.first { $0.name == name }.map { Decimals.shortest($0.value) } ?? ""
                }
        }
        return Markup.table(
            "\(report.label): /metrics, growth over the point", ["series"] + report.points.map(\.title), Array(rows))
    }

    private var errorLists: Markup {
        reports.flatMap { report -> [Markup] in
            report.points.filter { !$0.errors.isEmpty }.map { point -> Markup in
                let kinds = point.errors.map { "\($0.count) \($0.kind)" }.joined(separator: ", ")
                let first = point.firstError.map { "; first: \($0.prefix(300))" } ?? ""
                return Markup.element(
                    "p", [("class", "error")], text: "\(report.label), \(point.title): \(kinds)\(first)")
            }
        }.joined
    }
}
