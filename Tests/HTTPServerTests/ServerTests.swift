import Glibc
import HTTPServer
import HTTPTypes
import Testing

@Suite(.blocking) struct ServerTests {
    @Test func answersOverKeepAlive() throws {
        let server = try TestServer()
        let client = try server.client()
        for number in 0..<50 {
            try client.send("GET /now/\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
            let answer = try client.answer()
            #expect(answer.status == 200 && answer.text == "\(number)")
            #expect(answer["connection"] == nil)
            #expect(answer["server-timing"]?.hasPrefix("total;dur=") == true)
            #expect(answer["date"]?.hasSuffix("GMT") == true)
        }
    }

    @Test func answersInPiecesOfOneByte() throws {
        let server = try TestServer()
        let client = try server.client()
        for byte in "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc".utf8 { try client.send([byte]) }
        #expect(try client.answer().text == "abc")
    }

    @Test("a header line cut in two after an empty read still belongs to its request")
    func chunkedUpload() throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
        try client.send("4;x=y\r\ndefg\r\n0\r\nT: u\r\n\r\nGET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try client.answer().text == "abcdefg")
        #expect(try client.answer().text == "ok\n")
    }

    @Test func headHasNoBody() throws {
        let client = try TestServer.shared.client()
        try client.send("HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\nHEAD /count/3 HTTP/1.1\r\nHost: a\r\n\r\n")
        try client.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = try client.answer(toHead: true)
        #expect(answer.status == 200 && answer["content-length"] == "3")
        #expect(try client.answer(toHead: true)["transfer-encoding"] == "chunked")
        #expect(try client.answer().text == "ok\n")
    }

    @Test func http10() throws {
        let client = try TestServer.shared.client()
        try client.send("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        #expect(try client.answer()["connection"] == "keep-alive")
        try client.send("GET /count/3 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        let answer = try client.answer()  // delimited by the end of the connection
        #expect(answer.text == "0,1,2," && answer["transfer-encoding"] == nil && answer["connection"] == "close")
    }

    static let refusals: [(String, Int, String)] = [
        ("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n", 404, "unknown_route"),
        ("POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab", 405, "method_not_allowed"),
        ("GET /now/%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_path"),
        ("GET /fail HTTP/1.1\r\nHost: a\r\n\r\n", 500, "internal_error"),
    ]

    @Test("a refused request leaves the connection usable", arguments: refusals)
    func refuses(_ request: String, status: Int, code: String) throws {
        let client = try TestServer.shared.client()
        try client.send(request + "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        let answer = try client.answer()
        #expect(answer.status == status && answer["content-type"] == "application/json")
        #expect(answer.text.contains("\"code\": \"\(code)\", \"message\": ") && answer.text.contains("\"param\": null"))
        #expect(status != 405 || answer["allow"] == "GET, HEAD, OPTIONS")
        #expect(try client.answer().text == "ok\n")
    }

    static let endings: [(String, Int)] = [
        ("GET / HTTP/1.1\r\n\r\n", 400), ("GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n", 413),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1048577\r\n\r\n", 413),
        ("POST /nothing HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n", 404),
        ("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nContent-Length: 1\r\n\r\n", 417),
        ("GET /\(String(repeating: "a", count: 9000)) HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 40_000))\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "a: b\r\n", count: 101))\r\n", 431),
        ("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 200),
    ]

    @Test("the connection ends behind these", arguments: endings)
    func ends(_ request: String, status: Int) throws {
        let client = try TestServer.shared.client()
        try client.send(request)
        let answer = try client.answer()
        #expect(answer.status == status && answer["connection"] == "close")
        #expect(status == 200 || answer.text.hasPrefix("{\"error\": {\"type\": \""))
        #expect(try client.isAtEnd())
    }

    @Test func expectContinue() throws {
        let client = try TestServer.shared.client()
        try client.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
        #expect(try client.head().status == 100)
        try client.send("abc")
        #expect(try client.answer().text == "abc")
    }

    @Test func requestIdentifiers() throws {
        let client = try TestServer.shared.client()
        for (sent, isEchoed) in [("abc-1_2.3:4", true), ("a b", false), (String(repeating: "x", count: 129), false)] {
            try client.send("GET /healthz HTTP/1.1\r\nHost: a\r\nX-Request-Id: \(sent)\r\n\r\n")
            let id = try #require(try client.answer()["x-request-id"])
            #expect((id == sent) == isEchoed && !id.isEmpty && !id.contains(" "))
        }
    }

    @Test("pipelined answers come in order, immediate and asynchronous ones mixed")
    func pipelining() throws {
        let server = try TestServer()
        let client = try server.client()
        var names: [String] = []
        var requests = ""
        for index in 0..<120 {
            let path = index % 3 == 0 ? "/later/\(index % 7)/n\(index)" : "/now/n\(index)"
            requests += "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n"
            names.append("n\(index)")
        }
        try client.send(requests)
        for name in names { #expect(try client.answer().text == name) }
        #expect(server.seen.started == 120)
    }

    @Test func limitsRequestsOnAConnection() throws {
        let server = try TestServer(limits: { $0.requestsPerConnection = 2 })
        let client = try server.client()
        let request = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
        try client.send(request + request + request)
        #expect(try client.answer()["connection"] == nil)
        #expect(try client.answer()["connection"] == "close")
        #expect(try client.isAtEnd())
    }

    @Test func listensOnIPv6AndUnixSockets() async throws {
        let path = "/tmp/kinglet-http-\(getpid()).sock"
        for address in [SocketAddress.ip(host: "::1", port: 0), .unix(path: path), .unix(path: path)] {
            let server = try TestServer(address: address)
            let client = try server.client()
            try client.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.answer().text == "ok\n")
            client.close()
            await server.server.drain(deadline: .seconds(5))
            #expect(await eventually { access(path, F_OK) != 0 })
        }
    }

    @Test func saysWhyItCannotListen() throws {
        let first = try TestServer()
        #expect(throws: ServerError.self) { try TestServer(address: first.address) }
        #expect(throws: ServerError.self) { try TestServer(address: .ip(host: "no.such.host.invalid", port: 0)) }
        #expect(throws: ServerError.self) {
            try TestServer(address: .unix(path: "/" + String(repeating: "x", count: 120)))
        }
        #expect(throws: ServerError.started) { try first.server.start() }
    }
}

extension TestServer {
    /// One server for tests that leave nothing behind.
    static let shared: TestServer = {
        do { return try TestServer() } catch { preconditionFailure("no server: \(error)") }
    }()
}
