import LoadTesting
import Testing

@Suite struct ServerMetricsTests {
    static let before = """
        # HELP a_total Things.
        # TYPE a_total counter
        a_total{route="/x y",say="\\"}"} 3
        a_total{route="/z"} 1
        # TYPE busy gauge
        busy 5
        # TYPE t_seconds histogram
        t_seconds_bucket{le="1"} 2
        t_seconds_sum{route="/x"} 1.5
        t_seconds_count{route="/x"} 2
        """
    static let after = """
        # TYPE a_total counter
        a_total{route="/x y",say="\\"}"} 10
        a_total{route="/z"} 1
        a_total{route="/new"} 2 1700000000
        # TYPE busy gauge
        busy 0
        # TYPE t_seconds histogram
        t_seconds_bucket{le="1"} 9
        t_seconds_sum{route="/x"} 3.5
        t_seconds_count{route="/x"} 6
        nonsense
        b NaN
        c{ 1
        """

    @Test func readsWhatGrew() throws {
        let metrics = try #require(ServerMetrics(before: MetricsText(Self.before), after: MetricsText(Self.after)))
        let expected: [(String, Double)] = [
            (#"a_total{route="/x y",say="\"}"}"#, 7), (#"a_total{route="/new"}"#, 2), ("busy", 0),
            (#"t_seconds_mean{route="/x"}"#, 0.5),
        ]
        #expect(metrics.entries.map(\.name) == expected.map(\.0))
        #expect(metrics.entries.map(\.value) == expected.map(\.1))
    }

    @Test func aRestartGivesNothing() {
        #expect(ServerMetrics(before: MetricsText(Self.after), after: MetricsText(Self.before)) == nil)
        #expect(ServerMetrics(before: MetricsText(""), after: MetricsText("")) == nil)
    }

    @Test(arguments: ["", "\n\n", "# TYPE", "# TYPE a", "{", "a{b=\"", "a ", " 1", "a 1e999", "\"", "\\ 1"])
    func nothingCrashes(_ text: String) {
        #expect(MetricsText(text).value("a") == nil)
    }
}
