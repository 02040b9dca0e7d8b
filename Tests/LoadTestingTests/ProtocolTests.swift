import Documents
import Foundation
import HTTPClient
import HTTPServer
import LoadTesting
import TestSupport
import Testing

/// The generator's protocols against our own server, and against peers that speak something else.
@Suite(.serialized) struct ProtocolTests {
    /// A server of both protocols with a page and an answer to calls.
    final class Peer {
        let server: Server

        init() throws {
            var router = Router()
            router.get("/healthz", immediate: { _ in .text("ok\n") })
            router.post("/v1/functioncall", bodyLimit: 1 << 20) { request in
                let isWhole = String(decoding: request.body, as: UTF8.self).contains("\"query\":")
                return .text(isWhole ? ClosedRunTests.call : "cut")
            }
            server = Server(
                configuration: ServerConfiguration(addresses: [.ip(host: "127.0.0.1", port: 0)]), router: router)
            try server.start()
        }

        deinit { server.stop() }

        var url: String { "http://127.0.0.1:\(server.port ?? 0)" }
    }

    static func plan(
        _ url: String, _ version: WireVersion, _ kind: Workload.Kind, clients: Int = 4, connections: Int = 1
    ) throws -> LoadPlan {
        var (pace, wire) = (LoadPace(), LoadWire())
        (pace.seconds, pace.warmUps, pace.count) = (1, 0, 400)
        (wire.version, wire.connections, wire.apiKey, wire.requestTimeout) = (version, connections, "sk-1", 5)
        return try LoadPlan(
            endpoint: HTTPEndpoint(url), mix: WorkloadMix(Workload(name: "t", kind: kind, seed: 1)),
            steps: [.clients(clients)], pace: pace, wire: wire)
    }

    @Test("requests of many slots over few connections", arguments: WireVersion.allCases, [1, 2])
    func answersOverBoth(_ version: WireVersion, connections: Int) throws {
        let peer = try Peer()
        let long = String(repeating: "a long query ", count: 20_000)
        let kinds: [Workload.Kind] = [
            .get(path: "/healthz"), .functionCall(queries: ["a", long], pool: nil),
        ]
        for kind in kinds {
            let plan = try Self.plan(peer.url, version, kind, connections: connections)
            let point = try #require(try LoadRun(plan).run().points.first)
            #expect(point.whole.answers == 400 && point.whole.errors == 0, "\(point.firstError ?? "")")
            #expect(point.connections == (version == .http1 ? 4 : connections))
        }
    }

    @Test func aMissingPageIsAnErrorOfItsStatus() throws {
        let peer = try Peer()
        for version in WireVersion.allCases {
            var plan = try Self.plan(peer.url, version, .get(path: "/nowhere"))
            plan.pace.count = 3
            let point = try #require(try LoadRun(plan).run().points.first)
            #expect(point.whole.errorKinds == ["http_404": 3])
        }
    }

    @Test func aServerThatDoesNotSpeakHTTP2IsTold() throws {
        let server = try ScriptedServer { _ in .last("HTTP/1.1 400 Bad Request\r\n\r\n") }
        defer { server.stop() }
        var plan = try Self.plan(server.url, .http2, .get(path: "/"))
        plan.pace.count = 4
        let point = try #require(try LoadRun(plan).run().points.first)
        #expect(point.whole.answers == 0 && point.whole.errors == 4)
        #expect(Set(point.whole.errorKinds.keys).isSubset(of: ["other", "closed", "malformed"]))
    }

    @Test func aSilentServerTimesOutOverHTTP2() throws {
        let server = try ScriptedServer { _ in .json("{}", delay: 3) }
        defer { server.stop() }
        var plan = try Self.plan(server.url, .http2, .get(path: "/"), clients: 2)
        (plan.pace.count, plan.wire.requestTimeout) = (2, 0.2)
        let point = try #require(try LoadRun(plan).run().points.first)
        #expect(point.whole.errors == 2 && point.whole.answers == 0)
    }

    @Test func aPlainServerIsNoTLSServer() throws {
        let server = try ScriptedServer { _ in .json("{}") }
        defer { server.stop() }
        let plan = try Self.plan("https://127.0.0.1:\(server.port)", .http1, .get(path: "/"))
        #expect(throws: LoadError.self) { try LoadRun(plan).run() }
    }

    @Test func aGoneServerIsToldByKind() throws {
        let peer = try Peer()
        var plan = try Self.plan(peer.url, .http1, .get(path: "/healthz"), clients: 2)
        var listener = LoadRun.Listener()
        listener.started = { peer.server.stop() }
        plan.pace.count = 4
        let point = try #require(try LoadRun(plan).run(listener).points.first)
        #expect(point.whole.answers == 0 && point.whole.errorKinds == ["connect": 4])
    }

    /// Fields as both protocols send them.
    @Test func requestsNameTheirFields() throws {
        let endpoint = try HTTPEndpoint("http://127.0.0.1:9/base")
        let template = RequestTemplate(endpoint, method: "POST", route: "/v1/x", apiKey: "sk-1")
        let text = String(decoding: template.http1(body: Array("{}".utf8)), as: UTF8.self)
        #expect(
            text == "POST /base/v1/x HTTP/1.1\r\nHost: 127.0.0.1:9\r\nAccept: application/json\r\n"
                + "Content-Type: application/json\r\nAuthorization: Bearer sk-1\r\nContent-Length: 2\r\n\r\n{}")
        let names = template.fields.map { String(decoding: $0.name, as: UTF8.self) }
        #expect(names == [":method", ":scheme", ":authority", ":path", "accept", "content-type", "authorization"])
        let page = RequestTemplate(endpoint, method: "GET", route: "/", apiKey: nil)
        #expect(String(decoding: page.http1(body: []), as: UTF8.self).hasSuffix("Accept: application/json\r\n\r\n"))
    }
}
