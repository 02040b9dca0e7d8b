import Foundation
import Logging
import OpenTelemetry
import Synchronization
import Telemetry
import TestSupport
import Testing

/// What a collector gets, and what becomes of what it does not take.
@Suite struct ExporterTests {
    /// A collector that answers as told, and keeps what came.
    final class Fake: Sendable {
        private let came = Mutex<[(route: String, body: [UInt8], content: String?, key: String?)]>([])
        let server: ScriptedServer

        init(_ status: @escaping @Sendable (_ route: String, _ number: Int) -> String) throws {
            let box = Box()
            server = try ScriptedServer { request in
                box.note(request)
                return .json("{}", status: status(request.route, request.number))
            }
            box.fake.withLock { $0 = self }
        }

        private final class Box: Sendable {
            let fake = Mutex<Fake?>(nil)
            func note(_ request: ScriptedServer.Request) {
                fake.withLock { $0 }?.came.withLock {
                    $0.append((request.route, request.body, request.field("content-type"), request.field("api-key")))
                }
            }
        }

        var requests: [(route: String, body: [UInt8], content: String?, key: String?)] { came.withLock { $0 } }
        func bodies(_ route: String) -> [ProtobufReader] {
            requests.filter { $0.route == route }.map { .init($0.body) }
        }
        var spans: Int { bodies("/v1/traces").reduce(0) { $0 + $1.message(1, 2).messages(2).count } }
    }

    static func plan(_ fake: Fake, _ change: (inout ExportPlan) -> Void = { _ in }) -> ExportPlan {
        var plan = ExportPlan(endpoint: "http://127.0.0.1:\(fake.server.port)")
        (plan.interval, plan.patience, plan.firstWait) = (.seconds(60), .milliseconds(20), .milliseconds(10))
        plan.headers = [("api-key", "secret")]
        change(&plan)
        return plan
    }

    static func count(_ registry: Registry, _ name: String, _ labels: [String]) -> Double {
        let entry = registry.all.first { $0.name == name }
        return entry?.children().first { $0.values == labels }?.samples.first?.value ?? 0
    }

    static func wait(_ seconds: Double = 10, _ isSo: () -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while !isSo(), ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(5)) }
    }

    @Test func tracesComeSoonAndMetricsAtTheEnd() async throws {
        let fake = try Fake { _, _ in "200 OK" }, registry = Registry()
        let exporter = Exporter(Self.plan(fake), registry: registry)
        for _ in 0..<3 { exporter.record(TracedRequestTests.chat(TraceContext(isSampled: true))) }
        exporter.record(TracedRequestTests.chat(TraceContext(isSampled: false)))
        try await Self.wait { fake.spans == 15 }
        #expect(fake.spans == 15 && fake.bodies("/v1/metrics").isEmpty)
        exporter.stop()
        let metrics = fake.bodies("/v1/metrics")
        #expect(metrics.count == 1)
        let names = metrics.first?.message(1, 2).messages(2).map { $0.text(1) } ?? []
        #expect(names.contains("kinglet_otlp_traces_total") && names.contains("gen_ai.server.request.duration"))
        #expect(fake.requests.allSatisfy { $0.content == "application/x-protobuf" && $0.key == "secret" })
        #expect(Self.count(registry, "kinglet_otlp_traces_total", ["exported"]) == 3)
    }

    @Test func metricsComeAtTheirInterval() async throws {
        let fake = try Fake { _, _ in "200 OK" }
        let exporter = Exporter(Self.plan(fake) { $0.interval = .milliseconds(30) }, registry: Registry())
        try await Self.wait { fake.bodies("/v1/metrics").count >= 3 }
        #expect(fake.bodies("/v1/metrics").count >= 3 && fake.bodies("/v1/traces").isEmpty)
        exporter.stop()
    }

    @Test func whatMayPassIsTriedAgain() async throws {
        let fake = try Fake { _, number in ["503 Busy", "429 Slow", "502 Bad"].dropFirst(number).first ?? "200 OK" }
        let registry = Registry(), exporter = Exporter(Self.plan(fake), registry: registry)
        exporter.record(TracedRequestTests.chat(TraceContext(isSampled: true)))
        try await Self.wait { fake.bodies("/v1/traces").count == 4 }
        try await Self.wait { Self.count(registry, "kinglet_otlp_traces_total", ["exported"]) == 1 }
        #expect(fake.bodies("/v1/traces").count == 4)
        #expect(Self.count(registry, "kinglet_otlp_requests_total", ["traces", "failed"]) == 3)
        #expect(Self.count(registry, "kinglet_otlp_requests_total", ["traces", "sent"]) == 1)
        exporter.stop()
    }

    @Test func whatIsNeverTakenIsGivenUp() async throws {
        let fake = try Fake { _, _ in "503 Busy" }, registry = Registry()
        let exporter = Exporter(Self.plan(fake) { $0.attempts = 3 }, registry: registry)
        exporter.record(TracedRequestTests.chat(TraceContext(isSampled: true)))
        try await Self.wait { Self.count(registry, "kinglet_otlp_traces_total", ["failed"]) == 1 }
        #expect(Self.count(registry, "kinglet_otlp_traces_total", ["failed"]) == 1)
        #expect(fake.bodies("/v1/traces").count == 3)
        #expect(Self.count(registry, "kinglet_otlp_requests_total", ["traces", "failed"]) == 3)
        exporter.stop()
    }

    /// More bodies than one wait when the end comes.
    @Test func whatIsLeftAtTheEndIsSent() async throws {
        let fake = try Fake { _, number in
            if number == 0 { usleep(300_000) }
            return "200 OK"
        }
        let registry = Registry(), exporter = Exporter(Self.plan(fake), registry: registry)
        let request = TracedRequestTests.chat(TraceContext(isSampled: true))
        for _ in 0..<700 { exporter.record(request) }
        exporter.stop()
        exporter.record(request)
        #expect(fake.spans == 700 * 5)
        #expect(Self.count(registry, "kinglet_otlp_traces_total", ["exported"]) == 700)
        #expect(Self.count(registry, "kinglet_otlp_traces_total", ["dropped"]) == 1)
    }

    /// A collector that takes traces alone, as some do: one line, not one with every body.
    @Test func theLogSaysOnceWhatCannotBeSent() async throws {
        let fake = try Fake { route, number in
            route == "/v1/metrics" && number < 6 ? "404 Not Found" : "200 OK"
        }
        let lines = Lines()
        let logger = Logger(label: "otlp") {
            LineLogHandler(label: $0, format: .text, level: .info) { lines.add(String(decoding: $0, as: UTF8.self)) }
        }
        let exporter = Exporter(
            Self.plan(fake) { $0.interval = .milliseconds(20) }, registry: Registry(), logger: logger)
        for _ in 0..<3 {
            let before = fake.bodies("/v1/traces").count
            exporter.record(TracedRequestTests.chat(TraceContext(isSampled: true)))
            try await Self.wait { fake.bodies("/v1/traces").count > before }
        }
        try await Self.wait { lines.all.count >= 2 }
        exporter.stop()
        #expect(lines.all.map { $0.contains("metrics cannot be sent") } == [true, false])
        #expect(lines.all.map { $0.contains("takes metrics again") } == [false, true])
    }

    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }

    @Test func theCollectorSaysHowLongToWait() async throws {
        let fake = try Fake { _, number in number == 0 ? "503 Busy\r\nRetry-After: 1" : "200 OK" }
        let exporter = Exporter(Self.plan(fake), registry: Registry())
        let start = ContinuousClock.now
        exporter.record(TracedRequestTests.chat(TraceContext(isSampled: true)))
        try await Self.wait { fake.bodies("/v1/traces").count == 2 }
        #expect(ContinuousClock.now - start >= .seconds(1))
        exporter.stop()
    }

    @Test func whatIsRefusedIsNotSentAgain() async throws {
        let fake = try Fake { _, _ in "400 Bad Request" }
        let registry = Registry(), exporter = Exporter(Self.plan(fake), registry: registry)
        exporter.record(TracedRequestTests.chat(TraceContext(isSampled: true)))
        try await Self.wait { Self.count(registry, "kinglet_otlp_traces_total", ["failed"]) == 1 }
        #expect(fake.bodies("/v1/traces").count == 1)
        #expect(Self.count(registry, "kinglet_otlp_requests_total", ["traces", "refused"]) == 1)
        exporter.stop()
    }

    /// A collector that is away: the queue is bounded, recording never waits, and the end comes soon.
    @Test func withoutACollectorRequestsAreDroppedAndCounted() async throws {
        var plan = ExportPlan(endpoint: "http://127.0.0.1:1")
        (plan.queue, plan.firstWait, plan.interval) = (10, .seconds(30), .seconds(60))
        let registry = Registry(), exporter = Exporter(plan, registry: registry)
        let request = TracedRequestTests.chat(TraceContext(isSampled: true))
        for _ in 0..<10 { exporter.record(request) }
        // The first batch is taken and waits for its second attempt.
        try await Self.wait { Self.count(registry, "kinglet_otlp_requests_total", ["traces", "failed"]) == 1 }
        let start = ContinuousClock.now
        for _ in 0..<1000 { exporter.record(request) }
        #expect(ContinuousClock.now - start < .milliseconds(500))
        #expect(Self.count(registry, "kinglet_otlp_traces_total", ["dropped"]) == 990)
        exporter.stop()
        #expect(ContinuousClock.now - start < .seconds(5))
    }
}
