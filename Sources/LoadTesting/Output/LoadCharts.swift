import Charts
import Foundation

/// The charts of a page, each nil where there is nothing to show.
struct LoadCharts {
    private let reports: [SavedReport]
    /// Of all points, in the order of the reports.
    let names: [(name: String, title: String)]

    init(_ reports: [SavedReport]) {
        self.reports = reports
        var names: [(name: String, title: String)] = []
        for point in reports.flatMap(\.points) where !names.contains(where: { $0.name == point.name }) {
            names.append((point.name, point.title))
        }
        self.names = names
    }

    private var ticks: [(x: Double, name: String)] { names.enumerated().map { (Double($0.offset), $0.element.name) } }
    private var axis: String {
        reports.allSatisfy { $0.points.allSatisfy { !$0.isOpen } } ? "number of clients" : "load"
    }

    /// QPS over load, a line a report.
    var rates: Chart? {
        chart(
            "QPS over \(axis)", "answers a second",
            reports.map { line($0, "request_throughput", named: $0.label, "QPS") })
    }

    /// RT over load: of one report mean, median and 99th percentile; of several the mean.
    var times: Chart? {
        guard let one = reports.first, reports.count == 1 else {
            return chart(
                "RT over \(axis)", "mean, ms", reports.map { line($0, "mean_e2el_ms", named: $0.label, "ms") })
        }
        let figures = [("mean_e2el_ms", "mean"), ("median_e2el_ms", "p50"), ("p99_e2el_ms", "p99")]
        return chart("RT over \(axis)", "ms", figures.map { line(one, $0.0, named: $0.1, "ms") })
    }

    /// RT of every other report over that of the first, by load (the paper's Fig. 5).
    var ratios: Chart? {
        guard let first = reports.first, reports.count > 1 else { return nil }
        let series = reports.dropFirst().map { report in
            let marks = names.enumerated().compactMap { index, name -> Chart.Mark? in
                guard let one = first.points.first(where: { $0.name == name.name }),
                    let other = report.points.first(where: { $0.name == name.name }),
                    let ratio = LoadComparison.ratio(one, other, "mean_e2el_ms")
                else { return nil }
                return Chart.Mark(
                    x: Double(index), y: ratio.ratio, low: ratio.interval?.lowerBound, high: ratio.interval?.upperBound,
                    note: "\(name.title): \(Decimals.fixed(ratio.ratio, 3))")
            }
            return Chart.Series(name: "\(report.label) / \(first.label)", marks: marks)
        }
        var made = chart("RT ratio between variants", "mean RT over that of \(first.label)", series)
        made?.form = .bars
        made?.base = 1
        return made
    }

    /// The share of answers (every step to the right halves or tenths those that are slower) and their times: of one report a line
    /// a point, of several their largest common load.
    var distribution: Chart? {
        let chosen: [(String, SavedPoint)]
        if let one = reports.first, reports.count == 1 {
            chosen = one.points.suffix(6).map { ($0.title, $0) }
        } else {
            let name = names.last { name in reports.allSatisfy { $0.points.contains { $0.name == name.name } } }
            chosen = reports.compactMap { report in
                report.points.first { $0.name == name?.name }.map { ("\(report.label), \($0.title)", $0) }
            }
        }
        let series = chosen.map { title, point in
            let marks = point.distribution.map { step in
                Chart.Mark(
                    x: Self.place(step.percentile), y: step.milliseconds,
                    note: "\(Decimals.shortest(step.percentile)) %: \(Decimals.shortest(step.milliseconds)) ms")
            }
            return Chart.Series(name: title, marks: marks)
        }.filter { $0.marks.count > 1 }
        guard !series.isEmpty else { return nil }
        let ticks = [0.0, 50, 90, 99, 99.9, 99.99].map { (x: Self.place($0), name: "\(Decimals.shortest($0))") }
        return Chart(
            title: "RT distribution", unit: "ms by percentile", ticks: ticks, series: series, isScale: true)
    }

    /// Where the server's time goes: mean of each stage by load, of the first report.
    var stages: Chart? {
        guard let report = reports.first else { return nil }
        var order: [String] = []
        for stage in report.points.flatMap(\.stages) where !order.contains(stage.name) && stage.name != "total" {
            order.append(stage.name)
        }
        let series = order.prefix(6).map { name in
            let marks = report.points.compactMap { point -> Chart.Mark? in
                guard let index = names.firstIndex(where: { $0.name == point.name }),
                    let stage = point.stages.first(where: { $0.name == name })
                else { return nil }
                let note = "\(point.title): \(Decimals.shortest(stage.milliseconds)) ms"
                return Chart.Mark(x: Double(index), y: stage.milliseconds, note: note)
            }
            return Chart.Series(name: name, marks: marks)
        }
        var made = chart(
            "Stages of the server\(reports.count > 1 ? ", \(report.label)" : "")", "mean, ms", Array(series))
        made?.form = .bars
        return made
    }

    private func line(_ report: SavedReport, _ figure: String, named name: String, _ unit: String) -> Chart.Series {
        let marks = names.enumerated().compactMap { index, name -> Chart.Mark? in
            guard let point = report.points.first(where: { $0.name == name.name }), let value = point.number(figure)
            else {
                return nil
            }
            let interval = point.interval(figure)
            return Chart.Mark(
                x: Double(index), y: value, low: interval.map { max(0, $0.mean - $0.halfWidth) },
                high: interval.map { $0.mean + $0.halfWidth },
                note: "\(name.title): \(Decimals.fixed(value, 2)) \(unit)")
        }
        return Chart.Series(name: name, marks: marks)
    }

    private func chart(_ title: String, _ unit: String, _ series: [Chart.Series]) -> Chart? {
        let filled = series.filter { !$0.marks.isEmpty }
        return filled.isEmpty ? nil : Chart(title: title, unit: unit, ticks: ticks, series: filled)
    }

    /// 0 at nothing, then equal room for every nine tenths of the rest; 99.99 % is the right edge.
    private static func place(_ percentile: Double) -> Double {
        min(1, log10(1 / max(1e-4, 1 - min(100, max(0, percentile)) / 100)) / 4)
    }
}
