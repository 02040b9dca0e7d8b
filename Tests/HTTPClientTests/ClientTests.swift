import Foundation
import HTTPClient
import TestSupport
import Testing

/// One client and one server: addresses, connections that stay, answers that are none.
@Suite struct ClientTests {
    /// An address, how it is shown, the host that `Host` and a certificate name, and what stands before routes.
    static let addresses: [(url: String, shown: String, authority: String, tls: String?, prefix: String)] = [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", "127.0.0.1:8080", nil, ""),
        ("http://127.0.0.1", "http://127.0.0.1", "127.0.0.1", nil, ""),
        ("http://127.0.0.1:80/", "http://127.0.0.1", "127.0.0.1", nil, ""),
        ("https://127.0.0.1:443/v1", "https://127.0.0.1/v1", "127.0.0.1", "127.0.0.1", "/v1"),
        ("https://127.0.0.1:80", "https://127.0.0.1:80", "127.0.0.1:80", "127.0.0.1", ""),
        ("HTTP://127.0.0.1:9/a/b//", "http://127.0.0.1:9/a/b", "127.0.0.1:9", nil, "/a/b"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x", "[::1]:8080", nil, "/x"),
        ("https://[::1]", "https://[::1]", "[::1]", "::1", ""),
        ("http://127.0.0.1/a%20b", "http://127.0.0.1/a%20b", "127.0.0.1", nil, "/a%20b"),
    ]
    @Test(arguments: addresses.indices) func readsAddresses(_ row: Int) throws {
        let (url, shown, authority, tls, prefix) = Self.addresses[row]
        let endpoint = try HTTPEndpoint(url)
        #expect(endpoint.description == shown && endpoint.authority == authority, "\(url): \(endpoint)")
        #expect(endpoint.tlsHost == tls && endpoint.prefix == prefix && !endpoint.addresses.isEmpty, "\(url)")
    }

    @Test(arguments: [
        "", "127.0.0.1", "127.0.0.1:80", "ftp://127.0.0.1", "http://", "http://127.0.0.1:0", "http://127.0.0.1:65536",
        "http://user@127.0.0.1", "http://127.0.0.1?a=b", "http://127.0.0.1#a", "http://127.0.0.1:x", "//127.0.0.1",
        "http:/x",
    ])
    func refusesWhatIsNone(url: String) {
        #expect(throws: EndpointError.badURL(url)) { try HTTPEndpoint(url) }
    }

    @Test func aNameThatNobodyHasIsNamed() {
        do {
            _ = try HTTPEndpoint("http://no-such-host.invalid:1")
            Issue.record("resolved")
        } catch {
            guard case .cannotResolve(host: "no-such-host.invalid", _) = error else {
                Issue.record("\(error)")
                return
            }
            #expect("\(error)".hasPrefix("no-such-host.invalid: "))
        }
    }

    private static func client(_ server: ScriptedServer, timeout: Double = 5, bytes: Int = 1 << 20) throws -> HTTPClient
    {
        HTTPClient(
            endpoint: try HTTPEndpoint("http://127.0.0.1:\(server.port)/base"), timeout: timeout, apiKey: "sk-1",
            maximumBytes: bytes)
    }

    @Test func requestsSayWhatTheyAre() throws {
        let server = try ScriptedServer { request in
            .json(
                "\(request.method) \(request.route) \(request.field("host") ?? "") \(request.field("authorization") ?? "")|\(request.text)"
            )
        }
        defer { server.stop() }
        let client = try Self.client(server)
        let here = "127.0.0.1:\(server.port) Bearer sk-1|"
        let got = try client.get("/x?y=1"), posted = try client.post("/z", json: Array("{}".utf8))
        #expect(String(decoding: got.body, as: UTF8.self) == "GET /base/x?y=1 \(here)")
        #expect(String(decoding: posted.body, as: UTF8.self) == "POST /base/z \(here){}")
        #expect(got.status == 200 && got.keepsAlive && got.head["content-type"] == "application/json")
    }

    @Test func connectionsStayAsLongAsTheServerLikes() throws {
        let server = try ScriptedServer { request in
            request.number % 3 == 2
                ? .last("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx") : .json("{}")
        }
        defer { server.stop() }
        let client = try Self.client(server)
        for number in 0..<9 {
            #expect(try client.get("/").status == 200)
            #expect(client.connections == number / 3 + 1, "request \(number)")
        }
    }

    @Test("a connection that was closed between two requests is replaced without an error") func renewed() throws {
        let server = try ScriptedServer { _ in
            ScriptedServer.Reply(pieces: [Array("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx".utf8)], closes: true)
        }
        defer { server.stop() }
        let client = try Self.client(server)
        #expect(try client.get("/").keepsAlive)
        usleep(100_000)
        #expect(try client.get("/").status == 200 && client.connections == 2)
    }

    /// What a server sends, and the error that it is.
    static let faults: [(ScriptedServer.Reply, ExchangeError?)] = [
        (.silence, .closed(receivedBytes: 0)), (.last("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), nil),
        (.last("hello"), nil), (.last("HTTP/1.1 abc\r\n\r\n"), nil),
        (.json(String(repeating: "x", count: 4096)), .tooLarge(limit: 1000)),
        (.last("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), nil),
    ]
    @Test(arguments: faults.indices) func faultsAreErrorsAndTheNextRequestIsNone(_ row: Int) throws {
        let (reply, expected) = Self.faults[row]
        let server = try ScriptedServer { $0.route == "/base/bad" ? reply : .json("{}") }
        defer { server.stop() }
        let client = try Self.client(server, bytes: 1000)
        do {
            let answer = try client.get("/bad")
            Issue.record("taken: \(answer.status)")
        } catch {
            if let expected { #expect(error == expected) }
            #expect(!"\(error)".isEmpty && !"\(error)".contains("\n"))
        }
        #expect(try client.get("/good").status == 200, "behind \(reply)")
    }

    @Test func silenceEndsAtTheTimeOut() throws {
        let server = try ScriptedServer { _ in .json("{}", delay: 3) }
        defer { server.stop() }
        let client = try Self.client(server, timeout: 0.3), start = ContinuousClock.now
        #expect(throws: ExchangeError.timedOut(afterSeconds: 0.3)) { try client.get("/") }
        #expect(ContinuousClock.now - start < .seconds(2))
    }

    static let waits: [(String?, Int?)] = [(nil, nil), ("7", 7), ("soon", nil), ("", nil), ("0", 0)]
    @Test(arguments: waits) func readsHowLongToWait(_ field: String?, _ seconds: Int?) {
        let head = ResponseHead(status: 429, fields: field.map { [.init(name: "retry-after", value: $0)] } ?? [])
        #expect(HTTPAnswer(head: head, body: []).retryAfterSeconds == seconds)
    }

    /// Errors are one line that says what happened.
    static let errors: [(ExchangeError, String)] = [
        (.endpoint(.badURL("x")), "x: not a URL"), (.cannotConnect("refused"), "cannot connect: refused"),
        (.timedOut(afterSeconds: 2), "no whole answer after 2.0 s"), (.closed(receivedBytes: 5), "after 5 bytes"),
        (.socket("broken pipe"), "broken pipe"), (.malformed("no status"), "not an HTTP/1.1 answer: no status"),
        (.tooLarge(limit: 9), "more than 9 bytes"), (.tls("expired"), "no TLS: expired"),
        (.proxy("says no"), "the proxy says no"),
        (.badRedirect("to ftp"), "not followed: to ftp"), (.tooManyRedirects(10), "more than 10 redirects"),
        (.badKey, "visible ASCII"), (.cancelled, "cancelled"), (.endpoint(.badProxy("p")), "p: not a proxy"),
        (.endpoint(.cannotResolve(host: "h", reason: "no name")), "h: no name"),
    ]
    @Test(arguments: errors.indices) func errorsSayWhatHappened(_ row: Int) {
        #expect("\(Self.errors[row].0)".contains(Self.errors[row].1))
    }
}
