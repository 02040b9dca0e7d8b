import Charts
import Foundation

/// Two reports, point by point: how many times a figure of the second is that of the first, with its 95 % interval.
public struct LoadComparison: Sendable {
    public struct Ratio: Sendable {
        /// Of the point.
        public let point: String
        /// In the document.
        public let figure: String
        public let first: Double, second: Double
        public var ratio: Double { second / first }
        /// nil unless both were measured in several runs.
        public let interval: ClosedRange<Double>?

        /// Whether the runs show a difference at all; nil without an interval.
        public var differs: Bool? { interval.map { !$0.contains(1) } }
    }

    public let labels: [String]
    public let ratios: [Ratio]

    static let figures: [(name: String, title: String)] = [
        ("request_throughput", "QPS"), ("mean_e2el_ms", "RT mean"), ("median_e2el_ms", "RT p50"),
        ("p99_e2el_ms", "RT p99"),
    ]

    /// - Throws: `.report` if no point of both has the same number of clients or rate.
    public init(_ first: SavedReport, _ second: SavedReport) throws(LoadError) {
        labels = [first.label, second.label]
        ratios = first.points.flatMap { one -> [Ratio] in
            guard let other = second.points.first(where: { $0.name == one.name }) else { return [] }
            return Self.figures.compactMap { Self.ratio(one, other, $0.name) }
        }
        guard !ratios.isEmpty else {
            throw .report(path: "--compare", reason: "no point of both has the same number of clients or rate")
        }
    }

    static func ratio(_ one: SavedPoint, _ other: SavedPoint, _ figure: String) -> Ratio? {
        let (left, right) = (one.interval(figure), other.interval(figure))
        // An interval belongs to the mean of the runs, which the pooled figure need not be.
        let isCertain = left != nil && right != nil
        guard let first = isCertain ? left?.mean : one.number(figure),
            let second = isCertain ? right?.mean : other.number(figure), first > 0, second > 0
        else { return nil }
        var interval: ClosedRange<Double>?
        if let left, let right {
            interval = Self.interval((first, left.halfWidth, one.runs), (second, right.halfWidth, other.runs))
        }
        return Ratio(point: one.title, figure: figure, first: first, second: second, interval: interval)
    }

    /// Of a ratio of two means, by the variance of its logarithm and Welch's degrees of freedom.
    package static func interval(
        _ first: (mean: Double, halfWidth: Double, runs: Int), _ second: (mean: Double, halfWidth: Double, runs: Int)
    ) -> ClosedRange<Double>? {
        guard first.runs > 1, second.runs > 1, first.mean > 0, second.mean > 0 else { return nil }
        let parts = [first, second].map { value in
            let freedom = Double(value.runs - 1)
            let error = value.halfWidth / StudentInterval.quantile(freedom: freedom) / value.mean
            return (variance: error * error, freedom: freedom)
        }
        let variance = parts.reduce(0) { $0 + $1.variance }
        let ratio = second.mean / first.mean
        guard variance > 0 else { return ratio...ratio }
        let freedom = variance * variance / parts.reduce(0) { $0 + $1.variance * $1.variance / $1.freedom }
        let half = StudentInterval.quantile(freedom: freedom) * variance.squareRoot()
        return ratio * exp(-half)...ratio * exp(half)
    }

    /// As lines of a terminal.
    public var table: String {
        var lines = ["B is \(labels[1]), A is \(labels[0]); ratios are B / A"]
        var point = ""
        for ratio in ratios {
            if ratio.point != point { lines.append(ratio.point) }
            point = ratio.point
            let title = Self.figures.first { $0.name == ratio.figure }?.title ?? ratio.figure
            let values = "\(Decimals.fixed(ratio.first, 2)) -> \(Decimals.fixed(ratio.second, 2))"
            lines.append(
                "  " + title.padding(toLength: 9, withPad: " ", startingAt: 0)
                    + values.padding(toLength: max(26, values.count), withPad: " ", startingAt: 0)
                    + "  \(Decimals.fixed(ratio.ratio, 3))  \(Self.verdict(ratio))")
        }
        return lines.joined(separator: "\n")
    }

    static func verdict(_ ratio: Ratio) -> String {
        guard let interval = ratio.interval else { return "no interval: measure both with --runs 3 or more" }
        let range = "\(Decimals.fixed(interval.lowerBound, 3)) to \(Decimals.fixed(interval.upperBound, 3))"
        return range + (ratio.differs == true ? "" : ", no difference shown")
    }
}
