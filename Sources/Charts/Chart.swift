import Foundation

/// A chart as inline SVG, 360 by 220 units, readable on a phone: lines over a scale or over names, or bars over names.
package struct Chart {
    package struct Mark {
        /// On the scale from 0 to 1, or the index of a name.
        package var x: Double
        package var y: Double
        /// The whiskers of an interval.
        package var low: Double?, high: Double?
        /// What is shown where a pointer rests on it.
        package var note: String

        package init(x: Double, y: Double, low: Double? = nil, high: Double? = nil, note: String) {
            (self.x, self.y, self.low, self.high, self.note) = (x, y, low, high, note)
        }
    }

    package struct Series {
        package var name: String
        package var marks: [Mark]

        package init(name: String, marks: [Mark]) { (self.name, self.marks) = (name, marks) }
    }

    package enum Form { case lines, bars }

    package let title: String, unit: String
    /// Under the axis: a name for each index, or words at places of the scale.
    package let ticks: [(x: Double, name: String)]
    package let series: [Series]
    package var form = Form.lines
    /// Marks stand on a scale from 0 to 1; else over names, each in the middle of its part.
    package var isScale = false
    /// A line across, as the 1 of ratios.
    package var base: Double?

    package init(
        title: String, unit: String, ticks: [(x: Double, name: String)], series: [Series], isScale: Bool = false
    ) {
        (self.title, self.unit, self.ticks, self.series, self.isScale) = (title, unit, ticks, series, isScale)
    }

    private static let left = 44.0, right = 338.0, top = 10.0, bottom = 196.0

    /// The largest value of an axis from 0, and its steps: 1, 2 or 5 times a power of ten, at most six of them.
    package static func scale(_ largest: Double) -> (top: Double, step: Double) {
        guard largest > 1e-100, largest.isFinite else { return (1, 0.5) }
        let power = pow(10, floor(log10(largest / 5)))
        let step = [1, 2, 5, 10].map { $0 * power }.first { largest / $0 <= 6 } ?? power * 10
        return (max(step, ceil(largest / step - 1e-9) * step), step)
    }

    package var svg: Markup {
        let span = span
        var drawing = axis(span)
        for (index, one) in series.enumerated() {
            drawing += form == .lines ? line(one, index, span) : bars(one, index, span)
        }
        if let base { drawing += Self.line(Self.left, place(base, span), Self.right, place(base, span), "base") }
        let described = series.map { one in
            one.name + ": " + one.marks.map(\.note).joined(separator: "; ")
        }.joined(separator: ". ")
        let picture = Markup.element(
            "svg", [("viewBox", "0 0 360 220"), ("role", "img"), ("aria-label", "\(title). \(described)")], drawing)
        return Markup.element(
            "figure", [], Markup.element("figcaption", text: "\(title), \(unit)") + picture + legend)
    }

    private var legend: Markup {
        guard series.count > 1 else { return Markup() }
        let entries = series.enumerated().map { index, one in
            Markup.element("li", [], Markup.element("i", [("class", "k k\(index % 6)")]) + Markup.text(one.name))
        }
        return Markup.element("ul", [("class", "legend")], entries.joined)
    }

    /// The values of an axis.
    private struct Span {
        let low: Double, top: Double, step: Double
    }

    /// From 0, or from below it where a value is. What no axis can say is drawn at its end.
    private var span: Span {
        let values = series.flatMap(\.marks).flatMap { [$0.y, $0.low, $0.high] } + [base]
        let known = values.compactMap { $0 }.filter { (1e-100..<1e12).contains(abs($0)) }
        let largest = max(0, known.max() ?? 0), least = min(0, known.min() ?? 0)
        guard least < 0 else {
            let (top, step) = Self.scale(largest)
            return Span(low: 0, top: top, step: step)
        }
        let step = Self.scale(largest - least).step
        return Span(
            low: floor(least / step + 1e-9) * step, top: max(0, ceil(largest / step - 1e-9) * step), step: step)
    }

    private func axis(_ span: Span) -> Markup {
        var drawing = Markup()
        for index in 0...Int(((span.top - span.low) / span.step).rounded()) {
            let value = span.low + Double(index) * span.step, y = place(value, span)
            drawing += Self.line(Self.left, y, Self.right, y, "grid")
            drawing += Self.label(Self.left - 5, y + 4, Decimals.shortest(value), "end")
        }
        let every = max(1, (ticks.count + 7) / 8)
        for (index, tick) in ticks.enumerated() where index % every == 0 {
            drawing += Self.label(across(tick.x), Self.bottom + 16, tick.name, "middle")
        }
        return drawing
    }

    private func line(_ one: Series, _ index: Int, _ span: Span) -> Markup {
        var drawing = Markup()
        let places = one.marks.map { (across($0.x), place($0.y, span)) }
        let path = places.map { "\(Self.round($0.0)),\(Self.round($0.1))" }.joined(separator: " ")
        drawing += Markup.element("polyline", [("points", path), ("class", "s s\(index % 6)")])
        for (mark, (x, y)) in zip(one.marks, places) {
            if let low = mark.low, let high = mark.high {
                drawing += Self.line(x, place(low, span), x, place(high, span), "w s\(index % 6)")
            }
            guard one.marks.count <= 16 else { continue }
            let dot = [("cx", Self.round(x)), ("cy", Self.round(y)), ("r", "3"), ("class", "f\(index % 6)")]
            drawing += Markup.element("circle", dot, Markup.element("title", text: "\(one.name), \(mark.note)"))
        }
        return drawing
    }

    private func bars(_ one: Series, _ index: Int, _ span: Span) -> Markup {
        let room = (Self.right - Self.left) / Double(max(1, ticks.count)) * 0.8
        let width = room / Double(max(1, series.count))
        return one.marks.map { mark in
            let x = across(mark.x) - room / 2 + width * Double(index), y = place(mark.y, span)
            let box = [
                ("x", Self.round(x)), ("y", Self.round(y)), ("width", Self.round(width * 0.9)),
                ("height", Self.round(max(0, Self.bottom - y))), ("class", "f\(index % 6)"),
            ]
            var bar = Markup.element("rect", box, Markup.element("title", text: "\(one.name), \(mark.note)"))
            if let low = mark.low, let high = mark.high {
                let middle = x + width * 0.45
                bar += Self.line(middle, place(low, span), middle, place(high, span), "w")
            }
            return bar
        }.joined
    }

    private func across(_ x: Double) -> Double {
        let share = isScale ? min(1, max(0, x)) : (x + 0.5) / Double(max(1, ticks.count))
        return Self.left + (Self.right - Self.left) * share
    }

    private func place(_ y: Double, _ span: Span) -> Double {
        Self.bottom - (Self.bottom - Self.top) * min(1, max(0, (y - span.low) / (span.top - span.low)))
    }

    private static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) -> Markup {
        Markup.element(
            "line", [("x1", round(x1)), ("y1", round(y1)), ("x2", round(x2)), ("y2", round(y2)), ("class", style)])
    }

    private static func label(_ x: Double, _ y: Double, _ text: String, _ anchor: String) -> Markup {
        Markup.element("text", [("x", round(x)), ("y", round(y)), ("text-anchor", anchor)], text: text)
    }

    private static func round(_ value: Double) -> String { Decimals.shortest((value * 10).rounded() / 10) }
}
