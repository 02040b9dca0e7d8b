import Telemetry
import Testing

@Suite struct PrometheusTextTests {
    private func registry() -> Registry {
        let registry = Registry()
        let requests = registry.counter("requests_total", help: "Requests.\nBy \\ route", labels: ["route", "status"])
        requests.with("/b", "200").add(3)
        requests.with("/a\"\\\n", "500").add()
        registry.gauge("clients", help: "Now \"in\" flight.").set(1.5)
        registry.gauge("rate", help: "QPS.", label: "window") { [("1s", 2), ("10s", .infinity)] }
        let times = registry.histogram("seconds", help: "RT.", labels: ["route"], bounds: [0.1, 1])
        times.with("/b").record(0.1)
        times.with("/b").record(.milliseconds(2500))
        return registry
    }

    @Test func prometheus() {
        #expect(
            PrometheusText.prometheus.render(registry()) == #"""
                # HELP requests_total Requests.\nBy \\ route
                # TYPE requests_total counter
                requests_total{route="/a\"\\\n",status="500"} 1
                requests_total{route="/b",status="200"} 3
                # HELP clients Now "in" flight.
                # TYPE clients gauge
                clients 1.5
                # HELP rate QPS.
                # TYPE rate gauge
                rate{window="1s"} 2
                rate{window="10s"} +Inf
                # HELP seconds RT.
                # TYPE seconds histogram
                seconds_bucket{route="/b",le="0.1"} 1
                seconds_bucket{route="/b",le="1"} 1
                seconds_bucket{route="/b",le="+Inf"} 2
                seconds_sum{route="/b"} 2.6
                seconds_count{route="/b"} 2

                """#)
    }

    @Test func openMetrics() {
        let format = PrometheusText.openMetrics
        let text = format.render(registry())
        #expect(text.hasPrefix("# HELP requests Requests."))
        #expect(text.contains("# TYPE requests counter\nrequests_total{"))
        #expect(text.contains("clients Now \\\"in\\\" flight."))
        #expect(text.hasSuffix("seconds_count{route=\"/b\"} 2\n# EOF\n"))
        #expect(format.contentType.hasPrefix("application/openmetrics-text"))
    }

    @Test("label combinations above the limit share one child")
    func boundsCardinality() {
        let registry = Registry()
        let family = registry.counter("hits_total", help: "h", labels: ["id"], limit: 10)
        for id in 0..<1000 { family.with("\(id)").add() }
        let lines = PrometheusText.prometheus.render(registry).split(separator: "\n")
        #expect(lines.count == 2 + 11)
        #expect(lines.last == "hits_total{id=\"other\"} 990")
        #expect(family.with("3").value == 1)
    }

    @Test func processMetrics() {
        let registry = Registry()
        ProcessMetrics.register(in: registry)
        let text = PrometheusText.prometheus.render(registry)
        func value(_ name: String) -> Double {
            let line = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
            return line.flatMap { Double($0.dropFirst(name.count + 1)) } ?? 0
        }
        #expect(value("process_resident_memory_bytes") > 1e6)
        #expect(value("process_cpu_seconds_total") >= 0)
        #expect((3...10_000).contains(value("process_open_fds")))
        #expect(value("process_max_fds") >= value("process_open_fds"))
        #expect(value("process_start_time_seconds") > 1.7e9)
        #expect(value("process_threads") >= 1)
    }
}
