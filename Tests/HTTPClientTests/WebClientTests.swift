import Foundation
import HTTPClient
import TestSupport
import Testing

/// The client against servers that behave badly: none ends the process, each is an error that says what happened.
@Suite struct WebClientTests {
    typealias Reply = ScriptedServer.Reply

    private func ask(
        _ url: String, patience: Double = 5, proxies: ProxySettings = .none, limit: Int = 1 << 20,
        change: (inout WebClient.Request) -> Void = { _ in }
    ) async throws -> HTTPAnswer {
        var request = WebClient.Request(try #require(URL(string: url)))
        change(&request)
        return try await WebClient(patience: patience, proxies: proxies).answer(request, maximumBytes: limit)
    }

    static let bad: [(Reply, ExchangeError)] = [
        (.silence, .closed(receivedBytes: 0)),
        (.last("H"), .closed(receivedBytes: 1)),
        (.last("HTTP/1.1 200 OK\r\nContent-Le"), .closed(receivedBytes: 27)),
        (.last("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), .closed(receivedBytes: 41)),
        (.last("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"), .closed(receivedBytes: 52)),
        (.last("HTTP/1.1 200 OK\r\nContent-Length: 9x\r\n\r\n"), .malformed("Content-Length is 9x")),
        (.last("\u{1}\u{2}\r\n\r\n"), .malformed("its first line is \"\u{1}\u{2}\"")),
        (.last("HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 3000)), .tooLarge(limit: 1000)),
        (.json(String(repeating: "x", count: 3000)), .tooLarge(limit: 1000)),
        (.last("HTTP/1.1 302 Found\r\nLocation: ftp://a/\r\n\r\n"), .badRedirect("to ftp://a/")),
        (.last("HTTP/1.1 302 Found\r\nLocation: http://\r\n\r\n"), .badRedirect("to http://")),
        (Reply(pieces: [Array("HTTP/1.1 200 OK\r\n".utf8)], delay: 0), .timedOut(afterSeconds: 0.3)),
    ]

    @Test(arguments: bad) func badServers(_ reply: Reply, error: ExchangeError) async throws {
        let server = try ScriptedServer { _ in reply }
        defer { server.stop() }
        await #expect(throws: error) { try await ask(server.url, patience: 0.3, limit: 1000) }
    }

    @Test("bytes that come now and then put the time-out off, silence does not") func patience() async throws {
        let pieces = ["HTTP/1.1 200 OK\r\n", "Content-Length: 3\r\n\r\n", "a", "b", "c"].map { Array($0.utf8) }
        let server = try ScriptedServer { _ in Reply(pieces: pieces, pause: 0.2) }
        defer { server.stop() }
        #expect(try await ask(server.url, patience: 0.6).body == Array("abc".utf8))
    }

    /// Status, method; the method of the second request, nil where it is not made.
    static let redirects: [(Int, String, String?)] = [
        (301, "GET", "GET"), (302, "GET", "GET"), (303, "HEAD", "HEAD"), (307, "GET", "GET"), (308, "PUT", "PUT"),
        (307, "POST", "POST"), (301, "PUT", nil), (302, "POST", nil), (303, "PUT", nil), (300, "GET", nil),
        (304, "GET", nil),
    ]

    @Test(arguments: redirects) func redirect(_ status: Int, _ method: String, next: String?) async throws {
        let server = try ScriptedServer { request in
            guard request.route == "/a/b?c" else {
                return .json(
                    "\(request.method) \(request.route) \(request.text) \(request.field("authorization") ?? "-")")
            }
            return .last("HTTP/1.1 \(status) Elsewhere\r\nLocation: ../d%20e?f#g\r\nContent-Length: 400\r\n\r\nsome")
        }
        defer { server.stop() }
        let body: [UInt8]? = method == "PUT" || method == "POST" ? Array("body".utf8) : nil
        do {
            let answer = try await ask(server.url + "/a/b?c") {
                ($0.method, $0.body, $0.key) = (method, body, "secret")
            }
            #expect(answer.status == (next == nil ? status : 200))
            let expected = "\(method) /d%20e?f \(body == nil ? "" : "body") Bearer secret"
            if next != nil, method != "HEAD" { #expect(String(decoding: answer.body, as: UTF8.self) == expected) }
        } catch ExchangeError.closed {
            #expect(next == nil, "an answer that is read to its end has none here")
        }
        #expect(server.requests == (next == nil ? 1 : 2))
    }

    @Test("a server that was stopped takes no client of the next") func stopped() async throws {
        for _ in 0..<100 {
            let first = try ScriptedServer { _ in .silence }
            let clients = (0..<4).map { _ in Task { _ = try? await ask(first.url, patience: 1) } }
            while first.connections == 0 { await Task.yield() }
            first.stop()
            let next = try ScriptedServer { _ in .json("{}") }
            defer { next.stop() }
            #expect(try await ask(next.url).status == 200 && next.requests == 1)
            for client in clients { await client.value }
        }
    }

    @Test func redirectsInACircle() async throws {
        let server = try ScriptedServer { request in
            .last("HTTP/1.1 302 Found\r\nLocation: \(request.route == "/a" ? "/b" : "/a")\r\n\r\n")
        }
        defer { server.stop() }
        await #expect(throws: ExchangeError.tooManyRedirects(10)) { try await ask(server.url + "/a") }
        #expect(server.requests == 11)
    }

    @Test("a key stays with the server that it was given for") func keysStayAtHome() async throws {
        let other = try ScriptedServer { .json($0.field("authorization") ?? "none") }
        let server = try ScriptedServer { _ in
            .last("HTTP/1.1 307 There\r\nLocation: http://localhost:\(other.port)/\r\n\r\n")
        }
        defer {
            server.stop()
            other.stop()
        }
        #expect(try await ask(server.url, change: { $0.key = "secret" }).body == Array("none".utf8))
        await #expect(throws: ExchangeError.badKey) { try await ask(server.url, change: { $0.key = "a\r\nb: c" }) }
    }

    @Test("what began with TLS does not go on without") func noWayBackFromTLS() async throws {
        let proxy = try ScriptedServer { request in
            request.method == "CONNECT" ? .last("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n") : .silence
        }
        defer { proxy.stop() }
        let proxies = ProxySettings(environment: ["https_proxy": proxy.url])
        await #expect(throws: ExchangeError.proxy("refuses a tunnel to a.example:443: status 403")) {
            try await ask("https://a.example/x", proxies: proxies)
        }
        await #expect(throws: ExchangeError.self) { try await ask(proxy.url.replacing("http:", with: "https:")) }
    }

    @Test("what goes through a proxy names the server") func proxied() async throws {
        let proxy = try ScriptedServer { request in
            .json("\(request.route) \(request.field("host") ?? "") \(request.field("proxy-authorization") ?? "-")")
        }
        defer { proxy.stop() }
        let proxies = ProxySettings(environment: [
            "http_proxy": "http://me:pass@127.0.0.1:\(proxy.port)", "no_proxy": "localhost",
        ])
        let answer = try await ask("http://a.example:81/x?y", proxies: proxies)
        #expect(
            String(decoding: answer.body, as: UTF8.self) == "http://a.example:81/x?y a.example:81 Basic bWU6cGFzcw==")
        // An exception is asked directly: nothing listens at port 1.
        await #expect(throws: ExchangeError.cannotConnect("Connection refused")) {
            try await ask("http://localhost:1/", proxies: proxies)
        }
    }

    @Test("a cancelled task does not wait for the server") func cancels() async throws {
        let server = try ScriptedServer { _ in Reply(pieces: [Array("HTTP/1.1 200 OK\r\n\r\n".utf8)], delay: 20) }
        defer { server.stop() }
        let task = Task { try await ask(server.url, patience: 30) }
        while server.requests == 0 { try await Task.sleep(for: .milliseconds(5)) }
        let start = ContinuousClock.now
        task.cancel()
        await #expect(throws: ExchangeError.cancelled) { try await task.value }
        #expect(start.duration(to: .now) < .seconds(15))
    }

    /// URL, what the environment says, and whether a proxy is asked.
    static let choices: [(String, String, [String: String], String?)] = [
        ("http", "a.example", ["http_proxy": "http://p:1"], "p:1"),
        ("http", "a.example", ["HTTP_PROXY": "http://p:1"], nil),  // what CGI makes of a client's field
        ("https", "a.example", ["http_proxy": "http://p:1"], nil),
        ("https", "a.example", ["HTTPS_PROXY": "p:2"], "p:2"),
        ("https", "a.example", ["https_proxy": "http://q", "HTTPS_PROXY": "p:2"], "q:1080"),
        ("http", "a.example", ["all_proxy": "http://[::1]:3128/"], "::1:3128"),
        ("http", "a.example", ["http_proxy": ""], nil),
        ("http", "a.example", ["http_proxy": "p:1", "no_proxy": "*"], nil),
        ("http", "a.example", ["http_proxy": "p:1", "no_proxy": "b.test, Example"], nil),
        ("http", "a.example", ["http_proxy": "p:1", "NO_PROXY": ".example"], nil),
        ("http", "a.example", ["http_proxy": "p:1", "no_proxy": "*.example"], nil),
        ("http", "ba.example", ["http_proxy": "p:1", "no_proxy": "a.example"], "p:1"),
        ("http", "10.1.2.3", ["http_proxy": "p:1", "no_proxy": "10.0.0.0/8"], nil),
        ("http", "11.1.2.3", ["http_proxy": "p:1", "no_proxy": "10.0.0.0/8,127.0.0.1"], "p:1"),
        ("http", "::1", ["http_proxy": "p:1", "no_proxy": "[::1]"], nil),
    ]

    @Test(arguments: choices)
    func chooses(_ scheme: String, _ host: String, _ environment: [String: String], expected: String?) throws {
        let proxy = try ProxySettings(environment: environment).proxy(scheme: scheme, host: host)
        let found = proxy.map { "\($0.host.filter { $0 != "[" && $0 != "]" }):\($0.port)" }
        #expect(found == expected)
    }

    @Test(arguments: ["socks5://p:1", "https://p:1", "http://", "http://p:0", "http://p:99999"])
    func refusesProxies(_ text: String) {
        #expect(throws: EndpointError.badProxy(text)) { try ProxySettings.Proxy(text) }
    }

    static let ranges: [(range: String, inside: [String], outside: [String])] = [
        ("192.0.2.0/24", ["192.0.2.0", "192.0.2.255", "::ffff:192.0.2.7"], ["192.0.3.0", "::1", "a.example", ""]),
        ("10.0.0.0/9", ["10.127.255.255"], ["10.128.0.0"]), ("192.0.2.1", ["192.0.2.1"], ["192.0.2.2"]),
        ("0.0.0.0/0", ["1.2.3.4"], ["::1"]), ("::/0", ["2001:db8::1"], ["1.2.3.4"]),
        ("2001:db8::/33", ["2001:db8:7fff::1"], ["2001:db8:8000::1"]), ("::1", ["::1", "0:0:0:0:0:0:0:1"], ["::2"]),
        ("::ffff:10.0.0.0/104", ["10.9.9.9"], ["11.0.0.1"]),
    ]

    @Test(arguments: ranges) func range(_ row: (range: String, inside: [String], outside: [String])) throws {
        let range = try #require(AddressRange(row.range))
        for host in row.inside { #expect(range.contains(host), "\(host)") }
        for host in row.outside { #expect(!range.contains(host), "\(host)") }
    }

    @Test(arguments: [
        "", "a", "1.2.3", "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/", "1.2.3.4/+8", "::1/129", "::1/8/8",
        "::ffff:1.2.3.4/8",
    ])
    func noRange(_ text: String) { #expect(AddressRange(text) == nil) }
}
