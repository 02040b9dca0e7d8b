import Charts
import Documents
import Foundation
import LoadTesting
import OrderedCollections
import TestSupport
import Testing

@Suite struct LoadPageTests {
    /// A point as `--json` writes it, with what pages show.
    static func point(
        _ clients: Int, qps: Double, mean: Double, half: Double? = nil, runs: Int = 1
    ) -> JSONValue {
        func interval(_ mean: Double) -> JSONValue {
            ["mean": .number(mean), "half_width": half.map { .number($0) } ?? .null]
        }
        return [
            "cc": .integer(clients), "request_rate": "inf", "completed": 100, "failed": 1,
            "steady_state": [
                "request_throughput": .number(qps), "mean_e2el_ms": .number(mean),
                "median_e2el_ms": .number(mean * 0.9),
                "p99_e2el_ms": .number(mean * 2), "completed": 90, "failed": 0,
                "server_stages_ms": ["queue": 1, "decode": .number(mean / 2), "total": .number(mean)],
            ],
            "runs": .array(Array(repeating: [:], count: runs)),
            "interval_95": ["request_throughput": interval(qps), "mean_e2el_ms": interval(mean)],
            "e2el_distribution": [[50, .number(mean)], [90, .number(mean * 1.5)], [100, .number(mean * 2)]],
            "errors_by_kind": ["http_503": 1], "first_error": "<b>busy</b>", "saturated": true, "meets_goals": false,
            "server_metrics": ["kinglet_requests_total{route=\"/x\"}": 100],
        ]
    }

    static func report(_ label: String, _ points: [JSONValue]) throws -> SavedReport {
        try SavedReport(
            [
                "format": "kinglet-load-1",
                "settings": [
                    "label": .string(label), "url": "http://127.0.0.1:1", "runs": 3, "seconds": 10,
                    "workloads": [["name": "paper", "weight": 1]], "goals": ["p99<200ms"],
                ],
                "points": .array(points),
            ], name: "file.json")
    }

    /// Every element is closed in its order, as XML would have it.
    static func balance(_ html: String) -> String? {
        var open: [String] = []
        for match in html.matches(of: /<(\/?)([a-z0-9]+)([^<>]*)>/) {
            let name = String(match.2)
            if ["meta", "!doctype"].contains(name) { continue }
            if match.1.isEmpty {
                open.append(name)
            } else if open.popLast() != name {
                return "</\(name)> closes nothing"
            }
        }
        return open.isEmpty ? nil : "\(open) stay open"
    }

    @Test func showsOneReport() throws {
        let points = [Self.point(1, qps: 10, mean: 100), Self.point(8, qps: 40, mean: 200, half: 3, runs: 3)]
        let html = LoadPage([try Self.report("base", points)]).html
        #expect(Self.balance(html) == nil)
        for text in [
            "QPS over number of clients", "RT over number of clients", "RT distribution", "Stages of the server",
            "cc 8",
            "40.00", "saturated", "missed", "1 http_503; first: &lt;b&gt;busy&lt;/b&gt;", "paper × 1",
            "goal p99&lt;200ms",
            "kinglet_requests_total{route=&quot;/x&quot;}", "prefers-color-scheme:dark", "width=device-width",
        ] {
            #expect(html.contains(text), "\(text)")
        }
        #expect(
            !html.contains("RT ratio") && !html.contains("<script") && !html.contains("src=") && !html.contains("href=")
        )
        #expect(html.components(separatedBy: "<svg ").count == 5)
        let headings = html.matches(of: /<th[ >]/).count
        #expect(headings > 20 && headings == html.matches(of: /<th scope="(row|col)">[^<]/).count)
    }

    /// Mean in milliseconds; how mean and p50, nine tenths of it, stand in the table.
    static let times: [(Double, String, String)] = [
        (0.06, "0.06", "0.05"), (1.8, "1.80", "1.62"), (20, "20.0", "18.0"), (20_000, "20000", "18000"),
    ]
    @Test(arguments: times) func timesHaveTheDigitsThatTheyNeed(_ mean: Double, _ shown: String, _ median: String)
        throws
    {
        let html = LoadPage([try Self.report("base", [Self.point(1, qps: 10, mean: mean)])]).html
        #expect(html.contains("<td>\(shown)</td><td>\(median)</td>"), "\(html)")
    }

    @Test func showsTheRatioOfVariants() throws {
        let base = try Self.report(
            "fp16", [Self.point(1, qps: 10, mean: 100, half: 1, runs: 5), Self.point(8, qps: 40, mean: 200)])
        let other = try Self.report(
            "w4a16", [Self.point(1, qps: 12, mean: 80, half: 1, runs: 5), Self.point(64, qps: 9, mean: 9)])
        let html = LoadPage([base, other]).html
        #expect(Self.balance(html) == nil)
        #expect(
            html.contains("RT ratio between variants") && html.contains("w4a16 / fp16") && html.contains("cc 1: 0.800"))
        #expect(html.contains("w4a16 beside fp16"))
        #expect(html.contains("<rect "))
    }

    static let hostile = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onload='x", "a\u{0}b\u{1b}[2J", "&amp;",
        "</style>",
    ]
    @Test(arguments: hostile) func escapes(_ text: String) throws {
        var fields = try #require(Self.point(1, qps: 1, mean: 1).objectValue)
        fields["first_error"] = .string(text)
        fields["errors_by_kind"] = [text: 1]
        fields["server_metrics"] = [text: 1]
        let html = LoadPage([try Self.report(text, [.object(fields)]), try Self.report("x" + text, [.object(fields)])])
            .html
        #expect(Self.balance(html) == nil)
        #expect(
            !html.contains("<script") && !html.contains("<img") && !html.contains("\u{0}") && !html.contains("\u{1b}"))
        #expect(html.components(separatedBy: "</style>").count == 2)
        #expect(!html.contains("' onload="))
    }

    static let bad: [(JSONValue, String)] = [
        ([:], "is no report of kinglet load --json"), ([1], "is no report of kinglet load --json"),
        (["format": "kinglet-load-1"], "is no report of kinglet load --json"),
        (["format": "kinglet-load-1", "points": []], "has points without a number of clients or a rate"),
        (["format": "kinglet-load-1", "points": [[:]]], "has points without a number of clients or a rate"),
        (
            ["format": "kinglet-load-1", "points": [["cc": "8"], 3]], "has points without a number of clients or a rate"
        ),
    ]
    @Test(arguments: bad) func refuses(_ document: JSONValue, _ reason: String) {
        #expect(throws: LoadError.report(path: "f", reason: reason)) { try SavedReport(document, name: "f") }
    }

    @Test func namesAFileThatCannotBeRead() throws {
        #expect(throws: LoadError.report(path: "/nowhere/x", reason: "cannot be read")) {
            try SavedReport.read("/nowhere/x")
        }
    }

    @Test("pages of points with nothing in them are pages") func emptyPoints() throws {
        let html = LoadPage([try Self.report("x", [["cc": 1], ["cc": .null, "request_rate": 2.5]])]).html
        #expect(Self.balance(html) == nil && html.contains("2.5/s"))
    }

    /// Means, half widths and runs of both; the interval of their ratio (R: Welch on the logarithms, delta method).
    @Test func ratiosHaveIntervals() throws {
        let interval = try #require(LoadComparison.interval((100, 4.303, 3), (80, 4.303, 3)))
        // Relative errors 0.01 and 0.0125, their root 0.016; 3.8 degrees of freedom, so 3: 3.182.
        #expect(abs(interval.lowerBound - 0.8 * exp(-3.182 * 0.0160078)) < 1e-4)
        #expect(abs(interval.upperBound - 0.8 * exp(3.182 * 0.0160078)) < 1e-4)
        #expect(LoadComparison.interval((100, 4, 1), (80, 4, 3)) == nil)
        #expect(LoadComparison.interval((100, 0, 3), (50, 0, 3)) == 0.5...0.5)
    }

    @Test func comparesPointsOfOneName() throws {
        let base = try Self.report(
            "a", [Self.point(1, qps: 10, mean: 100, half: 0.5, runs: 5), Self.point(2, qps: 1, mean: 1)])
        let other = try Self.report("b", [Self.point(1, qps: 20, mean: 50, half: 0.5, runs: 5)])
        let comparison = try LoadComparison(base, other)
        #expect(Set(comparison.ratios.map(\.point)) == ["cc 1"])
        let rate = try #require(comparison.ratios.first)
        #expect(rate.ratio == 2 && rate.differs == true)
        #expect(comparison.table.contains("B is b, A is a") && comparison.table.contains("10.00 -> 20.00"))
        // The median has no interval in these documents.
        #expect(comparison.table.contains("no interval: measure both with --runs 3 or more"))
        let same = try LoadComparison(base, base)
        #expect(same.ratios.allSatisfy { $0.ratio == 1 && $0.differs != true })
        #expect(throws: LoadError.self) {
            try LoadComparison(other, Self.report("c", [Self.point(9, qps: 1, mean: 1)]))
        }
    }

    /// Largest value; top of the axis and step.
    static let scales: [(Double, Double, Double)] = [
        (0, 1, 0.5), (1, 1, 0.2), (7, 8, 2), (100, 100, 20), (101, 120, 20), (0.003, 0.003, 0.001), (1234, 1500, 500),
    ]
    @Test(arguments: scales) func axes(_ largest: Double, _ top: Double, _ step: Double) {
        let scale = Chart.scale(largest)
        #expect(scale.top >= largest && scale.step > 0 && scale.top / scale.step <= 8)
        #expect(abs(scale.top - top) <= top * 0.6 && abs(scale.step - step) <= step * 1.1)
    }
}
