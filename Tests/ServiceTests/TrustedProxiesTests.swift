import Configuration
import Foundation
import HTTPServer
import Testing

import Service
import ServiceTestSupport

@Suite struct TrustedProxiesTests {
    private static func head(_ lines: [String]) throws -> RequestHead {
        var parser = RequestParser()
        var input = ByteQueue()
        input.append(Array("GET / HTTP/1.1\r\nhost: a\r\n\(lines.map { $0 + "\r\n" }.joined())\r\n".utf8))
        guard case .head(let head, _)? = try parser.next(&input) else { throw RequestError.badRequestLine }
        return head
    }

    /// Who is trusted, the peer, lines of the head, the client.
    static let clients: [(trusted: [String], peer: String, lines: [String], client: String)] = [
        ([], "10.0.0.1", ["x-forwarded-for: 192.0.2.7"], "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", ["x-forwarded-for: 192.0.2.7"], "192.0.2.7"),
        (["10.0.0.0/8"], "11.0.0.1", ["x-forwarded-for: 192.0.2.7"], "11.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", [], "10.0.0.1"),
        (["10.0.0.0/8"], "::ffff:10.0.0.1", ["x-forwarded-for: 192.0.2.7"], "192.0.2.7"),
        // Only what trusted proxies wrote counts: the first of them is the client's own invention.
        (["10.0.0.0/8"], "10.0.0.1", ["x-forwarded-for: 6.6.6.6, 192.0.2.7, 10.0.0.2"], "192.0.2.7"),
        (["10.0.0.0/8"], "10.0.0.1", ["x-forwarded-for: 6.6.6.6", "x-forwarded-for: 192.0.2.7"], "192.0.2.7"),
        (["10.0.0.0/8"], "10.0.0.1", ["x-forwarded-for: 10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        (["10.0.0.0/8"], "10.0.0.1", ["x-forwarded-for: 192.0.2.7, unknown"], "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", ["x-forwarded-for: 192.0.2.7, 10.0.0.2, "], "10.0.0.1"),
        (["10.0.0.0/8"], "10.0.0.1", ["x-forwarded-for: 192.0.2.7:4711"], "192.0.2.7"),
        (["10.0.0.0/8"], "10.0.0.1", ["x-forwarded-for: 2001:db8::7"], "2001:db8::7"),
        (["10.0.0.0/8"], "10.0.0.1", ["x-forwarded-for: [2001:db8::7]:47"], "2001:db8::7"),
        (
            ["fd00::/8"], "fd00::1", ["forwarded: for=\"[2001:db8:cafe::17]:4711\";proto=https, For=fd00::2;by=x"],
            "2001:db8:cafe::17"
        ),
        (["10.0.0.1"], "10.0.0.1", ["forwarded: for=192.0.2.43, for=198.51.100.17;by=203.0.113.60"], "198.51.100.17"),
        (["10.0.0.1"], "10.0.0.1", ["forwarded: for=_hidden"], "10.0.0.1"),
        (["10.0.0.1"], "10.0.0.1", ["forwarded: by=1.2.3.4"], "10.0.0.1"),
        // The field that the proxy writes; the other one is what the client sent through it.
        (["10.0.0.1"], "10.0.0.1", ["forwarded: for=6.6.6.6", "x-forwarded-for: 192.0.2.7"], "192.0.2.7"),
        (
            ["0.0.0.0/0"], "10.0.0.1",
            ["x-forwarded-for: \(Array(repeating: "1.2.3.4", count: 40).joined(separator: ","))"], "1.2.3.4"
        ),
    ]

    @Test(arguments: clients)
    func findsTheClient(_ row: (trusted: [String], peer: String, lines: [String], client: String)) throws {
        let proxies = try #require(TrustedProxies(row.trusted))
        let client = proxies.client(try Self.head(row.lines), peer: .ip(host: row.peer, port: 1))
        guard case .ip(let host, _)? = client else {
            Issue.record("no address")
            return
        }
        #expect(host == row.client)
    }

    @Test func theFieldMayBeChosen() throws {
        var proxies = try #require(TrustedProxies(["unix"]))
        let head = try Self.head(["forwarded: for=192.0.2.1", "x-forwarded-for: 192.0.2.2"])
        #expect(proxies.client(head, peer: .unix(path: ""))?.account == "192.0.2.2")
        proxies.field = .forwarded
        #expect(proxies.client(head, peer: .unix(path: ""))?.account == "192.0.2.1")
        proxies.field = .xForwardedFor
        #expect(proxies.client(try Self.head(["forwarded: for=192.0.2.1"]), peer: .unix(path: ""))?.account == "unix")
        #expect(proxies.client(head, peer: nil) == nil)
    }

    @Test(arguments: ["10.0.0.0/33", "proxy.example", "", "10.0.0.0/8, ::1"]) func noProxy(_ text: String) {
        #expect(TrustedProxies([text]) == nil)
        #expect(throws: SettingsError.self) {
            try Settings.load(flags: ["server.trusted_proxies": "[\"\(text)\"]"], environment: [:], file: nil)
        }
    }

    @Test("rates are counted by client, not by proxy") func rates() async throws {
        let server = try await TinyServer([
            "server.trusted_proxies": "127.0.0.0/8", "access.requests_per_second": "0.001", "access.burst": "1",
        ])
        func ask(_ client: String?) async throws -> Int {
            try await server.ask("GET", "/v1/models", headers: client.map { ["x-forwarded-for": $0] } ?? [:]).status
        }
        #expect(try await ask("192.0.2.1") == 200)
        #expect(try await ask("192.0.2.1") == 429)
        #expect(try await ask("6.6.6.6, 192.0.2.1") == 429, "a client cannot make itself another one")
        #expect(try await ask("192.0.2.2") == 200)
        #expect(try await ask(nil) == 200)
        #expect(try await ask(nil) == 429)
        await server.running.stop()
    }
}
