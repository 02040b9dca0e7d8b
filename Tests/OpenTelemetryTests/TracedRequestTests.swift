import OpenTelemetry
import Telemetry
import Testing

/// The spans of a request.
@Suite struct TracedRequestTests {
    static let now: UInt64 = 1_800_000_000_000_000_000
    static let joined = TraceContext("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", state: "a=b")

    /// A chat of 100 ms: 10 ms queue, 60 prefill, 20 decode.
    static func chat(_ trace: TraceContext, status: Int = 200) -> TracedRequest {
        var request = TracedRequest(
            trace, method: "POST", path: "/v1/chat/completions", status: status, ended: now, took: .milliseconds(100))
        request.route = "/v1/chat/completions"
        request.stages = TracedRequest.Stage.sequence(
            endingAt: now - 1_000_000,
            [("queue", .milliseconds(10)), ("prefill", .milliseconds(60)), ("decode", .milliseconds(20))])
        var work = TracedRequest.Work(operation: "chat", model: "m")
        (work.promptTokens, work.cachedTokens, work.completionTokens, work.outcome) = (30, 16, 5, "call")
        request.work = work
        return request
    }

    static func value(_ name: String, of span: Span) -> Attribute.Value? {
        span.attributes.first { $0.name == name }?.value
    }

    @Test func stagesLieWithinTheWorkWithinTheRequest() throws {
        let spans = Self.chat(try #require(Self.joined)).spans
        #expect(spans.map(\.name) == ["POST /v1/chat/completions", "chat m", "queue", "prefill", "decode"])
        #expect(spans.map(\.kind) == [.server, .within, .within, .within, .within])
        #expect(spans[0].parentID == "b7ad6b7169203331" && spans[1].parentID == spans[0].spanID)
        #expect(spans[2...].allSatisfy { $0.parentID == spans[1].spanID })
        #expect(spans.allSatisfy { $0.traceID == "0af7651916cd43dd8448eb211c80319c" && $0.state == "a=b" })
        #expect(Set(spans.map(\.spanID)).count == spans.count)
        #expect(spans[0].start == Self.now - 100_000_000 && spans[0].end == Self.now)
        #expect(spans[1].start == spans[2].start && spans[1].end == spans[4].end)
        #expect(zip(spans[2...], spans[3...]).allSatisfy { $0.end == $1.start })
        #expect(spans[3].end - spans[3].start == 60_000_000)
    }

    @Test func attributesHaveTheNamesOfTheConventions() throws {
        let spans = Self.chat(TraceContext(isSampled: true)).spans
        let http: [(String, Attribute.Value)] = [
            ("http.request.method", .text("POST")), ("http.route", .text("/v1/chat/completions")),
            ("http.response.status_code", .integer(200)), ("url.path", .text("/v1/chat/completions")),
        ]
        for (name, value) in http { #expect(Self.value(name, of: spans[0]) == value, "\(name)") }
        let model: [(String, Attribute.Value)] = [
            ("gen_ai.operation.name", .text("chat")), ("gen_ai.request.model", .text("m")),
            ("gen_ai.usage.input_tokens", .integer(30)), ("gen_ai.usage.output_tokens", .integer(5)),
            ("gen_ai.usage.cache_read.input_tokens", .integer(16)), ("kinglet.outcome", .text("call")),
        ]
        for (name, value) in model { #expect(Self.value(name, of: spans[1]) == value, "\(name)") }
        #expect(spans[0].parentID.isEmpty && spans[0].failure == nil)
        #expect(Self.value("error.type", of: spans[0]) == nil)
    }

    @Test func whatFailsSaysSo() {
        for (status, end, type) in [(500, "answered", "500"), (503, "answered", "503"), (200, "failed", "failed")] {
            var request = Self.chat(TraceContext(isSampled: true), status: status)
            request.end = end
            let spans = request.spans
            #expect(spans[0].failure != nil && Self.value("error.type", of: spans[0]) == .text(type))
            #expect(spans[1...].allSatisfy { $0.failure == nil })
        }
        for status in [200, 400, 404, 429, 499] {
            #expect(Self.chat(TraceContext(isSampled: true), status: status).spans[0].failure == nil, "\(status)")
        }
    }

    @Test func aRequestWithoutWorkIsOneSpan() {
        let request = TracedRequest(
            TraceContext(isSampled: true), method: "GET", path: "/x", status: 404, ended: Self.now, took: .zero)
        #expect(request.spans.map(\.name) == ["GET"])
    }

    @Test func methodsThatNobodyKnowsAreOneMethod() {
        for (method, told, name) in [("PATCH", "PATCH", "PATCH"), ("FOO", "_OTHER", "HTTP"), ("get", "_OTHER", "HTTP")]
        {
            let request = TracedRequest(
                TraceContext(isSampled: true), method: method, path: "/x", status: 405, ended: Self.now, took: .zero)
            #expect(request.spans.map(\.name) == [name])
            #expect(Self.value("http.request.method", of: request.spans[0]) == .text(told))
        }
    }

    @Test("property: no stage reaches beyond its request", arguments: [0, 1, 50, 99, 100, 500, 5_000])
    func stagesAreClamped(milliseconds: Int) {
        var request = Self.chat(TraceContext(isSampled: true))
        request.stages = TracedRequest.Stage.sequence(
            endingAt: Self.now + 7, [("a", .milliseconds(milliseconds)), ("b", .zero), ("c", .milliseconds(1))])
        let spans = request.spans
        #expect(spans.allSatisfy { $0.start >= spans[0].start && $0.end <= spans[0].end && $0.start <= $0.end })
        #expect(!spans.map(\.name).contains("b"))
    }
}
