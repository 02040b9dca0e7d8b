import Charts
import Documents

/// The report as one page that needs nothing else.
struct VariantPage {
    private let report: VariantReport

    init(_ report: VariantReport) { self.report = report }

    var html: String {
        let facts = report.facts.map { name, fact in
            Markup.element(
                "p", [],
                Markup.element("strong", text: name.replacing("_", with: " "))
                    + Markup.text(": \(ModelCard.text(fact))"))
        }
        let tables = report.tables.map { table in
            Markup.table(table.title, table.columns, table.rows.map { $0.map(ModelCard.text) })
        }
        let body =
            Markup.element("h1", text: VariantReport.title) + facts.joined
            + Markup.element("div", [("class", "charts")], charts.map(\.svg).joined) + tables.joined
        return ChartPage(title: VariantReport.title, body: body).html
    }

    /// What is known of at least one variant.
    private var charts: [Chart] {
        let clients = report.clients
        var charts: [Chart] = []
        if !clients.isEmpty {
            charts.append(lines("QPS", "requests a second by clients", clients) { $0.point($1)?.rate })
            var ratios = lines("RT", "beside \(report.variants[0].name), by clients", clients) { variant, clients in
                variant.timeRatio(clients, to: report.variants[0])
            }
            ratios.base = 1
            charts.append(ratios)
        }
        charts += [
            bars("Exact calls", "%") { variant in variant.calls("exact").map(VariantReport.percent) },
            bars("Perplexity", "a token") { $0.perplexity },
            bars("Memory", "MiB when loaded") { $0.serving("resident_mib") },
            bars("Loading", "s") { $0.serving("load_seconds") },
        ].compactMap { $0 }
        if let scatter { charts.append(scatter) }
        return charts
    }

    private func lines(
        _ title: String, _ unit: String, _ clients: [Int], _ value: (VariantFigures, Int) -> Double?
    ) -> Chart {
        Chart(
            title: title, unit: unit, ticks: clients.enumerated().map { (Double($0.offset), "\($0.element)") },
            series: report.variants.compactMap { variant in
                let marks = clients.enumerated().compactMap { index, clients in
                    value(variant, clients).map {
                        Chart.Mark(x: Double(index), y: $0, note: "cc \(clients): \(Decimals.shortest($0))")
                    }
                }
                return marks.isEmpty ? nil : Chart.Series(name: variant.name, marks: marks)
            })
    }

    /// A bar a variant; nil where nothing is known.
    private func bars(_ title: String, _ unit: String, _ value: (VariantFigures) -> Double?) -> Chart? {
        let series = report.variants.compactMap { variant in
            value(variant).map {
                Chart.Series(name: variant.name, marks: [Chart.Mark(x: 0, y: $0, note: Decimals.shortest($0))])
            }
        }
        guard !series.isEmpty else { return nil }
        var chart = Chart(title: title, unit: unit, ticks: [(0, "")], series: series)
        chart.form = .bars
        return chart
    }

    /// Figure 3 in form: what is right by what it takes.
    private var scatter: Chart? {
        let known = report.variants.compactMap { variant -> (name: String, size: Double, right: Double)? in
            guard let size = variant.serving("weights_mib") ?? variant.size("bytes").map({ Double($0) / 0x1p20 }),
                let calls = variant.calls("exact")
            else { return nil }
            return (variant.name, size, VariantReport.percent(calls))
        }
        guard known.count > 1, let most = known.map(\.size).max(), most > 0 else { return nil }
        let top = Chart.scale(most).top
        return Chart(
            title: "Exact calls by size", unit: "%, by MiB of weights",
            ticks: [0, 0.25, 0.5, 0.75, 1].map { ($0, Decimals.shortest($0 * top)) },
            series: known.map { variant in
                let note = "\(Decimals.shortest(variant.size)) MiB: \(Decimals.shortest(variant.right)) %"
                return Chart.Series(
                    name: variant.name, marks: [Chart.Mark(x: variant.size / top, y: variant.right, note: note)])
            }, isScale: true)
    }
}
