import Documents
import Foundation
import OrderedCollections

/// Rows of several tasks, as a table in the form of the paper's Table 5, as JSON and as a plot.
public struct RetrievalReport: Sendable {
    /// The rows of one set.
    public struct Section: Sendable {
        public var task: String
        public var functions: Int
        public var rows: [RetrievalEvaluation.Row]

        /// A set, the size of its pool and a row a retriever.
        public init(task: String, functions: Int, rows: [RetrievalEvaluation.Row]) {
            (self.task, self.functions, self.rows) = (task, functions, rows)
        }
    }

    public var sections: [Section]
    public var cuts: [Int]
    /// The table shows the 95 % interval of each share.
    public var showsIntervals = false

    /// A report of several sets.
    public init(_ sections: [Section], cuts: [Int]) { (self.sections, self.cuts) = (sections, cuts) }

    /// The table for people.
    public var markdown: String {
        let heads = cuts.map { "@\($0)" }.joined(separator: " | ")
        var lines = [
            "| set | functions | samples | retriever | \(heads) | MRR |",
            "|---|---|---|---|\(cuts.map { _ in "---|" }.joined())---|",
        ]
        for section in sections {
            for row in section.rows {
                let shares = cuts.map { share(row, at: $0) }.joined(separator: " | ")
                lines.append(
                    "| \(section.task) | \(section.functions) | \(row.samples) | \(row.retriever) | \(shares) | "
                        + String(format: "%.3f |", row.meanReciprocalRank))
            }
        }
        return lines.joined(separator: "\n")
    }

    private func share(_ row: RetrievalEvaluation.Row, at cut: Int) -> String {
        let text = String(format: "%.2f", 100 * (row.recall[cut] ?? 0))
        guard showsIntervals else { return text }
        let interval = row.share(at: cut).interval
        return text + String(format: " (%.1f-%.1f)", 100 * interval.lowerBound, 100 * interval.upperBound)
    }

    /// The rows for programs.
    public var json: JSONValue {
        .array(
            sections.map { section -> JSONValue in
                [
                    "set": .string(section.task), "functions": .integer(section.functions),
                    "rows": .array(
                        section.rows.map { row -> JSONValue in
                            var recall: JSONObject = [:], intervals: JSONObject = [:]
                            for cut in cuts {
                                recall["\(cut)"] = .number(row.recall[cut] ?? 0)
                                let interval = row.share(at: cut).interval
                                intervals["\(cut)"] = [.number(interval.lowerBound), .number(interval.upperBound)]
                            }
                            return [
                                "retriever": .string(row.retriever), "samples": .integer(row.samples),
                                "recall": .object(recall), "intervals": .object(intervals),
                                "mrr": .number(row.meanReciprocalRank),
                                "ms_per_query": .number(row.secondsPerQuery * 1000),
                            ]
                        }),
                ]
            })
    }

    /// Recall over the number of candidates, a panel a task, a line a retriever.
    public var svg: String {
        let width = 260, height = 190, columns = max(1, min(3, sections.count))
        let rows = (sections.count + columns - 1) / columns
        var parts: [String] = []
        for (index, section) in sections.enumerated() {
            let origin = "translate(\(index % columns * width),\(index / columns * height))"
            parts.append("<g transform=\"\(origin)\">\(panel(section))</g>")
        }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(columns * width)" height="\(rows * height)" \
            font-family="sans-serif" font-size="10">
            <rect width="100%" height="100%" fill="white"/>
            \(parts.joined(separator: "\n"))
            </svg>

            """
    }

    private static let colours = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b"]

    /// One set's curves, as SVG.
    private func panel(_ section: Section) -> String {
        let lowest = section.rows.flatMap { $0.recall.values }.min() ?? 0
        let floor = max(0, (lowest * 10).rounded(.down) / 10 - (lowest == 1 ? 0.1 : 0))
        func x(_ index: Int) -> Double { 34 + 210 * Double(index) / Double(max(cuts.count - 1, 1)) }
        func y(_ share: Double) -> Double { 24 + 110 * (1 - (share - floor) / (1 - floor)) }
        var parts = ["<text x=\"34\" y=\"14\" font-weight=\"bold\">\(Self.escaped(section.task))</text>"]
        for share in [floor, (1 + floor) / 2, 1] {
            parts.append("<line x1=\"34\" x2=\"244\" y1=\"\(y(share))\" y2=\"\(y(share))\" stroke=\"#ddd\"/>")
            parts.append(
                "<text x=\"30\" y=\"\(y(share) + 3)\" text-anchor=\"end\">\(Int((100 * share).rounded()))</text>")
        }
        for (index, cut) in cuts.enumerated() {
            parts.append("<text x=\"\(x(index))\" y=\"147\" text-anchor=\"middle\">@\(cut)</text>")
        }
        for (index, row) in section.rows.enumerated() {
            let colour = Self.colours[index % Self.colours.count]
            let points = cuts.enumerated().map { "\(x($0)),\(y(row.recall[$1] ?? 0))" }.joined(separator: " ")
            parts.append("<polyline fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.5\" points=\"\(points)\"/>")
            let (column, line) = (index % 3, index / 3)
            parts.append(
                "<text x=\"\(34 + column * 72)\" y=\"\(162 + line * 12)\" fill=\"\(colour)\">"
                    + "\(Self.escaped(row.retriever))</text>")
        }
        return parts.joined()
    }

    /// A text as it may stand in SVG.
    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    }
}
