import OpenTelemetry
import Telemetry
import Testing

/// The messages of opentelemetry-proto, field by field.
@Suite struct ExportBodyTests {
    static let body = ExportBody(
        resource: [Attribute("service.name", "kinglet"), Attribute("process.pid", .integer(0))], version: "1.2")

    @Test func tracesHaveResourceScopeAndSpans() {
        var request = TracedRequestTests.chat(TraceContext(isSampled: true), status: 500)
        request.trace = TracedRequestTests.joined ?? request.trace
        let spans = request.spans
        let resource = ProtobufReader(Self.body.traces(spans)).message(1)
        #expect(resource.message(1).attributes(1) == ["service.name": "kinglet", "process.pid": "0"])
        #expect(resource.message(2, 1).text(1) == "kinglet" && resource.message(2, 1).text(2) == "1.2")
        let read = resource.message(2).messages(2)
        #expect(read.map { $0.text(5) } == spans.map(\.name))
        let first = read[0]
        #expect(first.bytes(1).first?.count == 16 && first.bytes(1).first?.prefix(2) == [0x0a, 0xf7])
        #expect(
            first.bytes(2).first?.count == 8
                && first.bytes(4).first == [0xb7, 0xad, 0x6b, 0x71, 0x69, 0x20, 0x33, 0x31])
        #expect(first.text(3) == "a=b" && first.number(6) == 2 && first.number(16) == 1)
        #expect(first.number(7) == spans[0].start && first.number(8) == spans[0].end)
        #expect(first.attributes(9)["http.response.status_code"] == "500")
        #expect(first.message(15).number(3) == 2 && read[1].bytes(15).isEmpty && read[1].number(6) == 1)
        #expect(read[1].attributes(9)["gen_ai.usage.input_tokens"] == "30")
    }

    @Test func metricsOfARegistryKeepTheirValues() {
        let registry = Registry()
        registry.counter("a_total", help: "A.", labels: ["kind"]).with("x").add(7)
        registry.gauge("b_ratio", help: "B.").set(0.25)
        let histogram = registry.histogram("c_seconds", help: "C.", bounds: [1, 2])
        for value in [0.5, 1.5, 1.5, 9] { histogram.record(value) }
        registry.alias("vllm:c_seconds", of: "c_seconds")
        let metrics = ProtobufReader(
            Self.body.metrics(MetricSnapshot.all(of: registry), since: 10, now: 20)
        ).message(1, 2).messages(2)
        #expect(metrics.map { $0.text(1) } == ["a_total", "b_ratio", "c_seconds"])
        #expect(metrics.map { $0.text(3) } == ["", "1", "s"] && metrics[0].text(2) == "A.")
        let sum = metrics[0].message(7), point = sum.message(1)
        #expect(
            sum.number(2) == 2 && sum.number(3) == 1 && point.double(4) == 7 && point.attributes(7) == ["kind": "x"])
        #expect(point.number(2) == 10 && point.number(3) == 20)
        let gauge = metrics[1].message(5, 1)
        #expect(gauge.double(4) == 0.25 && gauge.number(2) == nil)
        let counts = metrics[2].message(9, 1)
        #expect(metrics[2].message(9).number(2) == 2)
        #expect(counts.number(4) == 4 && counts.double(5) == 12.5)
        #expect(counts.packed(6) == [1, 2, 1] && counts.packed(7).map { Double(bitPattern: $0) } == [1, 2])
    }

    @Test func requestsAreCountedUnderTheNamesOfTheConventions() throws {
        let requests = RequestMetrics()
        for status in [200, 200, 503] {
            requests.record(TracedRequestTests.chat(TraceContext(isSampled: false), status: status))
        }
        let metrics = ProtobufReader(Self.body.metrics(requests.metrics, since: 1, now: 2)).message(1, 2).messages(2)
        let named = Dictionary(uniqueKeysWithValues: metrics.map { ($0.text(1), $0.message(9).messages(1)) })
        let http = try #require(named["http.server.request.duration"])
        #expect(http.map { $0.attributes(9)["http.response.status_code"] } == ["200", "503"])
        #expect(http.map { $0.number(4) } == [2, 1])
        let first = try #require(named["gen_ai.server.time_to_first_token"]?.first)
        #expect(first.number(4) == 3 && abs((first.double(5) ?? 0) - 0.21) < 1e-6)
        #expect(first.attributes(9)["gen_ai.operation.name"] == "chat")
        let between = try #require(named["gen_ai.server.time_per_output_token"]?.first)
        #expect(abs((between.double(5) ?? 0) - 3 * 0.005) < 1e-6)
        let usage = try #require(named["gen_ai.client.token.usage"])
        #expect(usage.map { $0.attributes(9)["gen_ai.token.type"] } == ["input", "output"])
        #expect(usage.map { $0.double(5) } == [90, 15])
    }
    /// What no route answered has none, not one without a name.
    @Test func requestsThatNoRouteAnsweredNameNone() throws {
        let requests = RequestMetrics()
        requests.record(
            TracedRequest(
                TraceContext(isSampled: false), method: "GET", path: "/x", status: 404, ended: 9, took: .seconds(1)))
        let metrics = ProtobufReader(Self.body.metrics(requests.metrics, since: 1, now: 2)).message(1, 2).messages(2)
        #expect(metrics.map { $0.text(1) } == ["http.server.request.duration"])
        let attributes = try #require(metrics.first?.message(9, 1).attributes(9))
        #expect(attributes == ["http.request.method": "GET", "http.response.status_code": "404"])
    }
}
