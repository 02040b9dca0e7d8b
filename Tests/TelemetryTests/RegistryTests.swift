import Telemetry
import TestSupport
import Testing

/// Metrics by their names: what is registered, under which labels it is read, and what its text says.
@Suite struct RegistryTests {
    private static func lines(_ registry: Registry) -> [String] {
        PrometheusText.prometheus.render(registry).split(separator: "\n").map(String.init)
    }

    private static func values(_ registry: Registry) -> [String] { lines(registry).filter { !$0.hasPrefix("#") } }

    @Test func everyKindHasItsTypeAndItsValue() {
        let registry = Registry()
        registry.counter("asked_total", help: "h").add(3)
        let level = registry.gauge("level", help: "h")
        level.set(2)
        level.add(-0.5)
        registry.counter("read_total", help: "h") { 7 }
        registry.gauge("now", help: "h") { -1.25 }
        registry.gauge("by_window", help: "h", label: "window") { [("b", 2), ("a", 1)] }
        registry.info("build_info", help: "h", labels: [("version", "1.0"), ("arch", "x")])
        registry.histogram("size", help: "h", bounds: [1, 10]).record(10)
        let text = Self.lines(registry)
        for (name, kind) in [
            ("asked_total", "counter"), ("level", "gauge"), ("read_total", "counter"), ("now", "gauge"),
            ("by_window", "gauge"), ("build_info", "gauge"), ("size", "histogram"),
        ] {
            #expect(text.count { $0 == "# TYPE \(name) \(kind)" } == 1 && text.contains("# HELP \(name) h"), "\(name)")
        }
        #expect(
            Self.values(registry) == [
                "asked_total 3", "level 1.5", "read_total 7", "now -1.25", "by_window{window=\"b\"} 2",
                "by_window{window=\"a\"} 1", "build_info{version=\"1.0\",arch=\"x\"} 1", "size_bucket{le=\"1\"} 0",
                "size_bucket{le=\"10\"} 1", "size_bucket{le=\"+Inf\"} 1", "size_sum 10", "size_count 1",
            ])
    }

    @Test func whatIsReadIsReadAtEachScrape() {
        let registry = Registry(), counter = Counter()
        registry.gauge("now", help: "h") {
            counter.add()
            return Double(counter.value)
        }
        #expect((0..<3).map { _ in Self.values(registry) } == [["now 1"], ["now 2"], ["now 3"]])
    }

    /// Other names for other dashboards: the same numbers.
    @Test func anAliasHasTheValuesOfItsOriginal() {
        let registry = Registry()
        let hits = registry.counter("hits_total", help: "Hits.", labels: ["route"])
        registry.alias("vllm:hits_total", of: "hits_total", labels: [("model", "m")], renaming: ["route": "path"])
        hits.with("/a").add(2)
        hits.with("/b").add()
        #expect(
            Self.values(registry) == [
                "hits_total{route=\"/a\"} 2", "hits_total{route=\"/b\"} 1",
                "vllm:hits_total{model=\"m\",path=\"/a\"} 2",
                "vllm:hits_total{model=\"m\",path=\"/b\"} 1",
            ])
    }

    @Test func labelsComeInFrontOfThoseThatAreThere() {
        let registry = Registry()
        registry.gauge("a", help: "h", labels: ["x"]).with("1").set(1)
        registry.gauge("b", help: "h").set(2)
        registry.gauge("c", help: "h").set(3)
        registry.label(["a", "b"], with: [("model", "m")])
        #expect(Self.values(registry) == ["a{model=\"m\",x=\"1\"} 1", "b{model=\"m\"} 2", "c 3"])
    }

    @Test func childrenAreSortedAndMadeOnce() {
        let family = Registry().counter("x_total", help: "h", labels: ["a", "b"])
        #expect(family.labels == ["a", "b"])
        let first = family.with("1", "2")
        #expect(family.with(["1", "2"]) === first && family.with("2", "1") !== first)
        first.add(5)
        #expect(family.with("1", "2").value == 5)
    }

    /// How numbers are written: whole ones without a fraction, and what no number is by its name.
    static let numbers: [(Double, String)] = [
        (0, "0"), (-3, "-3"), (1.5, "1.5"), (1e15, "1000000000000000"), (1e300, "1e+300"), (0.1, "0.1"), (.nan, "NaN"),
        (.infinity, "+Inf"), (-.infinity, "-Inf"), (-0.0, "0"), (123_456_789.25, "123456789.25"),
        (-0x1p63, "-9.223372036854776e+18"),
    ]
    @Test(arguments: numbers) func numbersAreAsPrometheusReadsThem(_ value: Double, _ text: String) {
        let registry = Registry()
        registry.gauge("x", help: "h").set(value)
        #expect(Self.values(registry) == ["x \(text)"])
    }

    /// Texts that would break a line apart, and how they stand in it.
    static let texts: [(String, String)] = [
        ("plain", "plain"), ("a\"b", "a\\\"b"), ("a\\b", "a\\\\b"), ("a\nb", "a\\nb"), ("", ""), ("ü 灯", "ü 灯"),
        ("{x=\"1\"} 5", "{x=\\\"1\\\"} 5"), ("\\n", "\\\\n"),
    ]
    @Test(arguments: texts) func noTextBreaksALine(_ text: String, _ written: String) {
        let registry = Registry()
        registry.counter("x_total", help: text, labels: ["a"]).with(text).add()
        #expect(Self.values(registry) == ["x_total{a=\"\(written)\"} 1"])
        #expect(Self.lines(registry).count == 3)
    }

    @Test("law: a histogram's buckets rise to its count, whatever comes", arguments: UInt64(0)..<10)
    func buckets(seed: UInt64) {
        var random = SeededGenerator(seed)
        let bounds = (0..<Int.random(in: 1...12, using: &random)).map { Double($0) - 3 }
        let histogram = Histogram(bounds: bounds)
        var sum = 0.0
        let values = (0..<500).map { _ in Double(Int.random(in: -40...120, using: &random)) / 8 }
        for value in values {
            histogram.record(value)
            sum += value
        }
        histogram.record(.nan)
        let buckets = histogram.samples().filter { $0.suffix == "_bucket" }
        for (bucket, bound) in zip(buckets, bounds + [.infinity]) {
            #expect(bucket.upperBound == bound && bucket.value == Double(values.count { $0 <= bound }))
        }
        #expect(histogram.count == 500 && abs(histogram.sum - sum) < 1e-9)
    }

    // MARK: Traffic

    private static let second: UInt64 = 1_000_000_000

    @Test func ratesAndTimesOfARouteAreItsOwn() {
        let traffic = TrafficStatistics()
        traffic.count(routes: ["/a", "/b"])
        for number in 0..<40 {
            traffic.began("/a")
            traffic.ended(
                "/a", .milliseconds(10), failed: number % 10 == 0, at: 100 * Self.second + UInt64(number) * 20_000_000)
        }
        traffic.began("/b")
        let routes = traffic.byRoute(at: 101 * Self.second)
        #expect(routes.map(\.route) == ["/a", "/b"])
        #expect(routes[0].requests == 40 && routes[0].failures == 4 && routes[0].perSecond1 == 40)
        #expect(routes[0].perSecond10 == 4 && abs(routes[0].recent.mean - 0.01) < 1e-9)
        #expect(routes[1].requests == 0 && routes[1].concurrent == 1 && routes[1].peakConcurrent == 1)
        let all = traffic.total(at: 101 * Self.second)
        #expect(all.route == "all" && all.requests == 40 && all.concurrent == 1)
    }

    @Test func unknownRoutesShareOneWindow() {
        let traffic = TrafficStatistics()
        traffic.count(routes: ["/a"])
        for route in [nil, "/x", "/y"] {
            traffic.began(route)
            traffic.ended(route, .seconds(1), failed: false, at: 50 * Self.second)
        }
        let routes = traffic.byRoute(at: 51 * Self.second)
        #expect(routes.map(\.route) == ["other"] && routes.map(\.requests) == [3])
        #expect(TrafficStatistics().byRoute(at: 5).isEmpty)
    }

    @Test func theFirstListOfRoutesCounts() {
        let traffic = TrafficStatistics()
        traffic.count(routes: ["/a", "/a"])
        traffic.count(routes: ["/b"])
        traffic.began("/b")
        #expect(traffic.byRoute(at: 5).map(\.route) == ["other"])
    }
}
