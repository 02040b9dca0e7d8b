import Documents
import Foundation

/// Plots as inline SVG, in the colours of the page around them.
enum PagePlots {
    /// A share as a bar with its interval; it takes the width of its place.
    static func bar(_ share: Share) -> String {
        let (low, high) = (percent(share.interval.lowerBound), percent(share.interval.upperBound))
        return """
            <svg class="bar" viewBox="0 0 100 14" preserveAspectRatio="none" role="img" \
            aria-label="\(MarkupText.escape(share.text))"><rect class="ground" width="100" height="14"/>\
            <rect class="value" width="\(percent(share.value))" height="14"/>\
            <path class="whisker" d="M\(low) 7H\(high)M\(low) 3V11M\(high) 3V11"/></svg>
            """
    }

    /// Confidence against the share of right answers, a bar a bin; on the diagonal they are equal.
    static func reliability(_ calibration: Calibration) -> String {
        let bars = calibration.bins.enumerated().filter { $0.element.right.total > 0 }.map { index, bin in
            let height = 200 * bin.right.value
            return "<rect class=\"value\" x=\"\(number(40 + 20 * Double(index) + 1))\" y=\"\(number(210 - height))\" "
                + "width=\"18\" height=\"\(number(max(height, 1)))\"><title>\(bin.right.total) answers of a confidence of "
                + "\(Share.percent(bin.confidence)) % in the mean: \(MarkupText.escape(bin.right.text)) right</title></rect>"
        }
        return frame(
            "confidence", "right", "Reliability of the confidence",
            bars.joined() + "<path class=\"guide\" d=\"M40 210L240 10\"/>")
    }

    /// The share of right answers among those kept, against how many are kept, as the threshold falls.
    static func coverage(_ calibration: Calibration) -> String {
        let list = calibration.coverages, step = max(1, list.count / 200)
        let shown = list.enumerated().filter { $0.offset % step == 0 || $0.offset == list.count - 1 }.map(\.element)
        let points = shown.map { "\(number(40 + 200 * $0.kept.value)) \(number(210 - 200 * $0.right.value))" }
        let line = points.isEmpty ? "" : "<path class=\"line\" d=\"M\(points.joined(separator: "L"))\"/>"
        let mark =
            calibration.coverage(atPrecision: 0.95).map { kept in
                "<circle class=\"mark\" cx=\"\(number(40 + 200 * kept.kept.value))\" "
                    + "cy=\"\(number(210 - 200 * kept.right.value))\" r=\"4\"/>"
            } ?? ""
        return frame(
            "kept", "right among them", "Right answers among those kept",
            "<path class=\"guide\" d=\"M40 20H240\"/>" + line + mark)
    }

    /// How many answers took how long, up to the 99th percentile.
    static func times(_ sorted: [Double]) -> String {
        guard let last = sorted.last, last > 0 else { return "" }
        let most = max(sorted[min(sorted.count - 1, Int(0.99 * Double(sorted.count)))], .leastNonzeroMagnitude)
        var bins = [Int](repeating: 0, count: 20)
        for time in sorted { bins[min(19, max(0, Int(time / most * 20)))] += 1 }
        let top = Double(bins.max() ?? 1)
        let bars = bins.enumerated().filter { $0.element > 0 }.map { index, count in
            let height = 200 * Double(count) / top
            return "<rect class=\"value\" x=\"\(number(40.5 + 10 * Double(index)))\" y=\"\(number(210 - height))\" "
                + "width=\"9\" height=\"\(number(height))\"><title>\(count)</title></rect>"
        }
        return frame("ms", "answers", "Time a sample", bars.joined(), ["0", "\(Int(most))"], ["", "\(Int(top))"])
    }

    /// Axes around what is drawn in the square from 40, 10 to 240, 210.
    private static func frame(
        _ across: String, _ up: String, _ title: String, _ content: String, _ ends: [String] = ["0", "100 %"],
        _ sides: [String] = ["", "100 %"]
    ) -> String {
        """
        <svg class="plot" viewBox="0 0 260 250" role="img" aria-label="\(title)"><path class="axis" d="M40 10V210H240"/>\
        \(content)<text x="40" y="226">\(ends[0])</text><text x="240" y="226" text-anchor="end">\(ends[1])</text>\
        <text x="140" y="242" text-anchor="middle">\(across)</text><text x="36" y="18" text-anchor="end">\(sides[1])</text>\
        <text x="14" y="120" text-anchor="middle" transform="rotate(-90 14 120)">\(up)</text></svg>
        """
    }

    private static func percent(_ share: Double) -> String { number(100 * share) }

    /// Two decimals, with a point wherever the program runs.
    private static func number(_ value: Double) -> String {
        value.isFinite ? "\((value * 100).rounded() / 100)" : "0"
    }
}
