import Charts
import Testing

@Suite struct ChartTests {
    private static func chart(_ values: [Double], base: Double? = nil) -> String {
        var chart = Chart(
            title: "T", unit: "u", ticks: values.indices.map { (Double($0), "\($0)") },
            series: [
                .init(
                    name: "s", marks: values.enumerated().map { .init(x: Double($0.offset), y: $0.element, note: "n") })
            ])
        chart.base = base
        return chart.svg.text
    }

    @Test("a table's headings say what they head; a cell without words heads nothing") func tables() {
        let table = Markup.table("t & u", ["", "a"], [["x", "1"], ["", "<2>"]]).text
        #expect(table.contains(#"<tr><td></td><th scope="col">a</th></tr>"#))
        #expect(table.contains(#"<tr><th scope="row">x</th><td>1</td></tr><tr><td></td><td>&lt;2&gt;</td></tr>"#))
        #expect(table.contains(#"tabindex="0" role="region" aria-label="t &amp; u""#))
    }

    /// largest value, and the axis
    static let scales: [(Double, Double, Double)] = [
        (0, 1, 0.5), (-3, 1, 0.5), (1, 1, 0.2), (7, 8, 2), (42, 50, 10), (99, 100, 20), (0.03, 0.03, 0.005),
        (.nan, 1, 0.5),
    ]
    @Test(arguments: scales) func scale(_ largest: Double, top: Double, step: Double) {
        let scale = Chart.scale(largest)
        #expect(abs(scale.top - top) < 1e-9 && abs(scale.step - step) < 1e-9)
    }

    @Test("law: every value lies on its axis, also below zero") func places() {
        for values in [[0, 1, 2], [-2, 3], [-1, -0.5], [5, 4.5], [-1.5, 0, 2]] {
            let svg = Self.chart(values)
            let points = svg.split(separator: "points=\"").last?.prefix { $0 != "\"" }.split(separator: " ") ?? []
            #expect(points.count == values.count)
            let heights = points.compactMap { Double($0.split(separator: ",")[1]) }
            #expect(heights.allSatisfy { (10...196).contains($0) })
            // The larger, the higher; equal distances for equal differences.
            for (index, value) in values.enumerated().dropFirst() {
                #expect((heights[index] < heights[0]) == (value > values[0]))
            }
        }
        #expect(Self.chart([-1, 1]).contains(">-1</text>") && !Self.chart([1, 2]).contains(">-"))
    }

    /// values that no axis can say, or hardly, beside one that it can
    static let wild: [[Double]] = [
        [1e308, -1e308], [.nan, -1], [.infinity, -2], [-.infinity, 3], [1e15, 1], [-1e-300, 0], [1e-300],
    ]
    @Test("values of any size are drawn within the picture", arguments: wild) func anySize(_ values: [Double]) {
        let svg = Self.chart(values, base: values[0])
        #expect((2...9).contains(svg.split(separator: "class=\"grid\"").count - 1), "\(svg)")
        let points = svg.split(separator: "points=\"").last?.prefix { $0 != "\"" }.split(separator: " ") ?? []
        let heights = points.compactMap { Double($0.split(separator: ",")[1]) }
        #expect(heights.count == values.count && heights.allSatisfy { (10...196).contains($0) }, "\(heights)")
    }

    @Test func textsAreEscaped() {
        let chart = Chart(title: "<b>", unit: "\"", ticks: [], series: [])
        #expect(chart.svg.text.contains("&lt;b&gt;") && !chart.svg.text.contains("<b>"))
        let page = ChartPage(title: "a & b", body: Markup.element("p", text: "<x>")).html
        #expect(page.contains("<title>a &amp; b</title>") && page.contains("<p>&lt;x&gt;</p>"))
        #expect(page.hasPrefix("<!doctype html>") && page.contains("default-src &#39;none&#39;"))
    }

    /// a number, digits, and how it is read
    static let numbers: [(Double?, Int, String)] = [
        (12.3, 2, "12.30"), (nil, 2, "-"), (.infinity, 1, "-"), (-0.04, 1, "0.0"), (-0.06, 1, "-0.1"), (1e13, 0, "-"),
        (2.5, 0, "3"), (0, 2, "0.00"), (-0.001, 2, "0.00"), (-1.5, 1, "-1.5"), (0.999, 2, "1.00"),
        (1e11, 1, "100000000000.0"), (1e12, 1, "-"), (.nan, 1, "-"), (2.0 / 3, 3, "0.667"), (99.99, 1, "100.0"),
    ]
    @Test(arguments: numbers) func decimals(_ value: Double?, _ digits: Int, _ text: String) {
        #expect(Decimals.fixed(value, digits) == text)
    }

    static let short: [(Double, String)] = [
        (1, "1"), (1.5, "1.5"), (0.1234, "0.123"), (100, "100"), (-2.50, "-2.5"), (0, "0"), (10.001, "10.001"),
        (0.0004, "0"),
    ]
    @Test(arguments: short) func noZerosAtTheEnd(_ value: Double, _ text: String) {
        #expect(Decimals.shortest(value) == text)
    }

    static let times: [(Double?, String)] = [
        (nil, "-"), (0.00052, "0.52"), (0.0481, "48.1"), (1.83, "1830.0"), (12.3456, "12346"), (0, "0.00"),
    ]
    @Test(arguments: times) func timesHaveTheDigitsThatMatter(_ seconds: Double?, _ text: String) {
        #expect(Decimals.milliseconds(seconds) == text)
    }
}
