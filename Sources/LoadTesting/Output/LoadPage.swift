import Documents

/// One or more reports as one HTML page that needs nothing else: charts, tables, errors. No script, nothing from elsewhere.
public struct LoadPage {
    private let reports: [SavedReport]

    /// - Parameter reports: the first is what the others are compared with.
    public init(_ reports: [SavedReport]) { self.reports = reports }

    public var html: String {
        let title = "Load test: " + reports.map(\.label).joined(separator: ", ")
        var body =
            Markup.element("h1", text: title) + summary + Markup.element("section", [("class", "charts")], charts)
        body += qpsTable
        for report in reports { body += pointTable(report) }
        if reports.count > 1 { body += ratioTable }
        for report in reports { body += serverTable(report) }
        body += errorLists
        let head = [
            Markup.void("meta", [("charset", "utf-8")]),
            Markup.void("meta", [("name", "viewport"), ("content", "width=device-width, initial-scale=1")]),
            Markup.void("meta", [("name", "color-scheme"), ("content", "light dark")]),
            Markup.void(
                "meta",
                [
                    ("http-equiv", "Content-Security-Policy"),
                    ("content", "default-src 'none'; style-src 'unsafe-inline'"),
                ]),
            Markup.element("title", text: title), Markup.style(Self.style),
        ].joined
        let page = Markup.element(
            "html", [("lang", "en")],
            Markup.element("head", [], head) + Markup.element("body", [], Markup.element("main", [], body)))
        return "<!doctype html>\n" + page.text + "\n"
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
            func time(_ name: String) -> String { Decimals.fixed(point.number(name), 1) }
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

    /// Six colours that differ in lightness too; lines differ by their dashes as well.
    private static let style: StaticString = """
        :root{--back:#fff;--text:#1b1f24;--dim:#57606a;--rule:#d0d7de;--c0:#0550ae;--c1:#b35900;--c2:#116329;--c3:#8250df;--c4:#a40e26;--c5:#57606a}
        @media(prefers-color-scheme:dark){:root{--back:#0d1117;--text:#e6edf3;--dim:#9198a1;--rule:#3d444d;--c0:#79c0ff;--c1:#ffa657;--c2:#7ee787;--c3:#d2a8ff;--c4:#ff7b72;--c5:#c9d1d9}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--back);color:var(--text);font:16px/1.5 system-ui,sans-serif}
        main{max-width:72rem;margin:0 auto;padding:1rem}
        h1{font-size:1.4rem;line-height:1.25;overflow-wrap:anywhere}p{overflow-wrap:anywhere}.note{color:var(--dim)}
        .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));gap:1.5rem}
        figure{margin:0;min-width:0}figcaption{font-weight:600}
        svg{width:100%;height:auto;display:block}svg text{font-size:11px;fill:var(--dim)}
        .grid{stroke:var(--rule);stroke-width:.6}.base{stroke:var(--text);stroke-dasharray:3 3}
        .s{fill:none;stroke-width:2}.w{stroke:var(--text);stroke-width:1.5}
        .s0{stroke:var(--c0)}.s1{stroke:var(--c1);stroke-dasharray:7 3}.s2{stroke:var(--c2);stroke-dasharray:2 3}
        .s3{stroke:var(--c3);stroke-dasharray:9 3 2 3}.s4{stroke:var(--c4);stroke-dasharray:4 2}.s5{stroke:var(--c5);stroke-dasharray:1 2}
        .f0{fill:var(--c0)}.f1{fill:var(--c1)}.f2{fill:var(--c2)}.f3{fill:var(--c3)}.f4{fill:var(--c4)}.f5{fill:var(--c5)}
        .legend{list-style:none;margin:.25rem 0 0;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1rem;font-size:.875rem}
        .legend li{overflow-wrap:anywhere}.k{display:inline-block;width:.8em;height:.8em;margin-right:.4em}
        .k0{background:var(--c0)}.k1{background:var(--c1)}.k2{background:var(--c2)}.k3{background:var(--c3)}.k4{background:var(--c4)}.k5{background:var(--c5)}
        .scroll{overflow-x:auto;margin:1.5rem 0}
        table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums}
        caption{text-align:left;font-weight:600;padding-bottom:.25rem}
        th,td{padding:.25rem .6rem;border-bottom:1px solid var(--rule);text-align:right;white-space:nowrap}
        th:first-child,td:first-child{text-align:left}.error{color:var(--c4)}
        """
}
