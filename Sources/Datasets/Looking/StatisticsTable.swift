import Documents
import Foundation

/// Statistics of data sets side by side, as the paper's table 1 has them.
package struct StatisticsTable: Sendable {
    /// A row of the paper's table 1, as printed; its test sizes of Snips and ATIS look exchanged.
    package struct Published: Sendable {
        let name: String
        let samples: Int, intents: Int, slots: Int
        let ratio: Double, entropy: Double
    }

    package static let published = [
        Published(name: "TinyAgent", samples: 1023, intents: 17, slots: 48, ratio: 0.0087, entropy: 7.8220),
        Published(name: "Snips", samples: 893, intents: 7, slots: 72, ratio: 0.0207, entropy: 7.6997),
        Published(name: "ATIS", samples: 700, intents: 21, slots: 120, ratio: 0.0111, entropy: 7.4148),
        Published(name: "the paper's own", samples: 11_922, intents: 74, slots: 225, ratio: 0.1410, entropy: 9.4250),
    ]

    private let sets: [DatasetStatistics]
    private let withPublished: Bool

    /// - Parameter withPublished: the paper's rows below.
    package init(_ sets: [DatasetStatistics], withPublished: Bool) {
        (self.sets, self.withPublished) = (sets, withPublished)
    }

    package var json: JSONValue { .array(sets.map(\.json)) }

    package var text: String {
        let width = max(
            16, (sets.map(\.name) + (withPublished ? Self.published.map(\.name) : [])).map(\.count).max() ?? 0)
        let titles = ["samples", "offered", "functions", "parameters", "TTR", "entropy"]
        var lines = [pad("", width) + titles.map(right).joined()]
        for set in sets {
            lines.append(
                line(
                    set.name, width, [set.samples, set.functions, set.called, set.parameters].map { "\($0)" },
                    set.diversity.ratio, set.diversity.entropy))
        }
        if withPublished {
            lines += ["", "in the paper (table 1; intents and slots)"]
            for row in Self.published {
                lines.append(
                    line(
                        row.name, width, ["\(row.samples)", "-", "\(row.intents)", "\(row.slots)"], row.ratio,
                        row.entropy))
            }
        }
        lines += sets.flatMap { ["", "\($0.name):"] + details($0).map { "  " + $0 } }
        return lines.joined(separator: "\n")
    }

    private func details(_ set: DatasetStatistics) -> [String] {
        var lines = [
            "outcomes: " + list(set.outcomes), "languages: " + list(set.languages),
            String(
                format: "several calls %d, with history %d, %.1f functions offered a sample, %.1f characters a query",
                set.severalCalls, set.withHistory, set.offered, set.queryLength),
        ]
        if let rarest = set.rarest, let commonest = set.commonest {
            lines.append(
                "calls a function: \(rarest.calls) (\(rarest.name)) to \(commonest.calls) (\(commonest.name))")
        }
        return lines
    }

    private func list(_ counts: [String: Int]) -> String {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }
            .joined(separator: ", ")
    }

    private func line(_ name: String, _ width: Int, _ counts: [String], _ ratio: Double, _ entropy: Double) -> String {
        let figures = counts + [String(format: "%.4f", ratio), String(format: "%.4f", entropy)]
        return pad(name, width) + figures.map(right).joined()
    }

    private func right(_ text: String) -> String { String(repeating: " ", count: max(1, 12 - text.count)) + text }
    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
