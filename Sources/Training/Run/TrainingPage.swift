import Charts
import Documents
import Foundation
import OrderedCollections

/// A training's log as a page with charts.
package struct TrainingPage {
    private let record: JSONObject
    private let steps: [JSONValue]
    /// How many steps the training has.
    private let length: Double

    /// Most marks of a line: more steps than these are taken together.
    private static let mostMarks = 120

    /// - Parameter log: the text of `log.jsonl`; a line that is torn is left out.
    package init(log: String) {
        let lines = log.split(separator: "\n").compactMap { try? JSONValue(parsing: String($0)) }
        record = lines.first { $0["step"] == nil }?.objectValue ?? [:]
        steps = lines.filter { $0["step"]?.intValue != nil }
        length = max(1, steps.compactMap { $0["step"]?.doubleValue }.max() ?? 1)
    }

    package var html: String {
        let title = "Training"
        let charts = self.charts.map(\.svg).joined
        let body =
            Markup.element("h1", text: title) + summary + Markup.element("section", [("class", "charts")], charts)
            + table
        return ChartPage(title: title, body: body).html
    }

    private var charts: [Chart] {
        [
            chart(
                "Loss", record["method"] == "finder" ? "nats a query" : "nats a token",
                [("loss", "training"), ("validation_loss", "validation")]),
            chart("Found", "part of a step's queries", [("found", "nearest is right")]),
            chart("Right answers", "part of the validation's calls", [("exact_calls", "exact calls")]),
            chart("Reward", "mean of a step's answers", [("reward", "reward")]),
            chart("Right draws", "part of a step's answers", [("right", "right")]),
            chart("Divergence from the start", "nats a token", [("kl", "K2")]),
            chart("Norm of the gradients", "before clipping", [("norm", "norm")]),
            chart("Learning rate", "times 10⁻⁶", [("rate", "rate")], times: 1e6),
            chart("Time of a step", "seconds", [("seconds", "seconds")]),
        ].compactMap { $0 }
    }

    /// nil where the log has nothing of it.
    private func chart(
        _ title: String, _ unit: String, _ members: [(member: String, name: String)], times factor: Double = 1
    ) -> Chart? {
        let series = members.map { Chart.Series(name: $0.name, marks: marks($0.member, factor)) }
            .filter { !$0.marks.isEmpty }
        guard !series.isEmpty else { return nil }
        let ticks = [0, 0.25, 0.5, 0.75, 1].map { (x: $0, name: "\(Int(($0 * length).rounded()))") }
        return Chart(title: title, unit: unit, ticks: ticks, series: series, isScale: true)
    }

    /// Means of neighbouring steps where there are many.
    private func marks(_ member: String, _ factor: Double) -> [Chart.Mark] {
        let known = steps.compactMap { line in
            line[member]?.doubleValue.flatMap { value in
                line["step"]?.doubleValue.map { (step: $0, value: value * factor) }
            }
        }
        let size = max(1, (known.count + Self.mostMarks - 1) / Self.mostMarks)
        return stride(from: 0, to: known.count, by: size).map { start in
            let part = known[start..<min(start + size, known.count)]
            let value = part.reduce(0) { $0 + $1.value } / Double(part.count)
            let step = part.last?.step ?? 0
            return Chart.Mark(
                x: step / length, y: value, note: "step \(Int(step)): \(Decimals.fixed(value, 4))")
        }
    }

    private var summary: Markup {
        let facts = record.filter { $0.key != "model" }.map { "\($0.key) \($0.value.stringValue ?? $0.value.text())" }
        return Markup.element("p", [("class", "note")], text: facts.joined(separator: " · "))
    }

    /// The looks at the validation part, newest last.
    private var table: Markup {
        let looks = steps.filter { $0["validation_loss"] != nil || $0["exact_calls"] != nil }
        guard !looks.isEmpty else { return Markup() }
        return Markup.table(
            "Validation", ["step", "loss", "exact calls", "of"],
            looks.map { line in
                [
                    "\(line["step"]?.intValue ?? 0)", Decimals.fixed(line["validation_loss"]?.doubleValue, 4),
                    line["exact_calls"]?.doubleValue.map { Decimals.fixed(100 * $0, 1) + " %" } ?? "-",
                    line["calls"]?.intValue.map { "\($0)" } ?? "-",
                ]
            })
    }
}
