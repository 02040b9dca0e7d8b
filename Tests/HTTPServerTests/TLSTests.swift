import Foundation
import HTTPServer
import TestSupport
import Testing

/// TLS by curl, with certificates that openssl makes for the test.
@Suite(
    .blocking,
    .enabled(
        if: Curl.isThere && FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"),
        "curl or openssl is missing"))
struct TLSTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for name in ["a", "b"] { try makeCertificate(name) }
    }

    /// A self-signed certificate for `<name>.example`, which is its own authority.
    private func makeCertificate(_ name: String) throws {
        _ = try Curl.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=\(name).example", "-addext", "subjectAltName=DNS:\(name).example",
                "-keyout", file("\(name).key"), "-out", file("\(name).pem"),
            ])
    }

    private func file(_ name: String) -> String { "\(folder.path)/\(name)" }

    private func certificate(_ name: String) -> TLSConfiguration.Certificate {
        .init(chainFile: file("\(name).pem"), keyFile: file("\(name).key"))
    }

    private func server(
        _ change: (inout TLSConfiguration) -> Void = { _ in }, limits: (inout Limits) -> Void = { _ in }
    ) throws -> TestServer {
        var tls = TLSConfiguration(certificates: [certificate("a"), certificate("b")])
        change(&tls)
        return try TestServer(limits: limits, tls: tls)
    }

    /// curl to a server under a name, trusting that name's certificate alone.
    private func curl(_ server: TestServer, _ path: String, as name: String = "a", _ more: String...) throws -> String {
        let host = "\(name).example:\(server.port)"
        return try Curl.run(
            ["--resolve", "\(host):127.0.0.1", "--cacert", file("\(name).pem"), "https://\(host)\(path)"] + more)
    }

    static let combinations = [
        (["--http2"], "2 "), (["--http1.1"], "1.1 "), (["--no-alpn", "--http1.1"], "1.1 "),
        (["--tls-max", "1.2", "--http2"], "2 "), (["--tlsv1.3", "--http1.1"], "1.1 "),
    ]

    @Test("versions of TLS and HTTP", arguments: combinations.indices)
    func versions(_ index: Int) throws {
        let (options, expected) = Self.combinations[index]
        let server = try server()
        let (path, text) = try folder.file(768 * 1024)
        let host = "a.example:\(server.port)"
        let base = ["--resolve", "\(host):127.0.0.1", "--cacert", file("a.pem")] + options
        func get(_ path: String, _ more: [String] = []) throws -> String {
            try Curl.run(base + ["https://\(host)\(path)"] + more)
        }
        #expect(try get("/healthz", ["-w", "%{http_version} "]) == "ok\n" + expected)
        #expect(try get("/echo", ["--data-binary", "@\(path)", "-H", "Expect:"]) == text)
        #expect(try get("/count/5000") == (0..<5000).map { "\($0)," }.joined())
        #expect(try get("/flood/64").utf8.count == 1 << 20)
    }

    @Test func refusesOldVersions() throws {
        let server = try server { $0.minimumVersion = .tls13 }
        #expect(try curl(server, "/healthz", as: "a", "--tls-max", "1.2").hasPrefix("curl: (35)"))
        #expect(try curl(server, "/healthz") == "ok\n")
    }

    @Test("each name gets its certificate; an unknown one the first")
    func serverNames() throws {
        let server = try server()
        #expect(try curl(server, "/healthz", as: "a") == "ok\n")
        #expect(try curl(server, "/healthz", as: "b") == "ok\n")
        let unknown = try Curl.run(["-v", "-k", "https://127.0.0.1:\(server.port)/healthz"])
        #expect(unknown.contains("CN=a.example"))
    }

    @Test("new connections get the new certificate, old ones go on; a broken file changes nothing")
    func reload() async throws {
        let server = try server()
        // One connection over the reload: the second request waits until the certificate has changed.
        async let kept = try curl(server, "/later/1500/old", as: "a", "https://a.example:\(server.port)/now/new", "-v")
        #expect(await eventually { server.seen.started == 1 })
        try makeCertificate("b")
        #expect(try curl(server, "/healthz", as: "b").hasPrefix("curl: (60)"))
        try server.server.reloadCertificates()
        #expect(try curl(server, "/healthz", as: "b") == "ok\n")
        let text = try await kept
        #expect(text.contains("old") && text.contains("new") && text.contains("Re-using existing connection"))
        try "nonsense".write(toFile: file("b.pem"), atomically: true, encoding: .utf8)
        #expect(throws: TLSError.self) { try server.server.reloadCertificates() }
        #expect(try curl(server, "/healthz", as: "a") == "ok\n")
    }

    @Test func clientCertificates() throws {
        let server = try server {
            $0.clientAuthoritiesFile = file("b.pem")
            $0.requiresClientCertificate = true
        }
        #expect(try curl(server, "/healthz").hasPrefix("curl: ("))
        let shown = ["--cert", file("b.pem"), "--key", file("b.key")]
        #expect(try curl(server, "/healthz", as: "a", shown[0], shown[1], shown[2], shown[3]) == "ok\n")
        let wrong = ["--cert", file("a.pem"), "--key", file("a.key")]
        #expect(try curl(server, "/healthz", as: "a", wrong[0], wrong[1], wrong[2], wrong[3]).hasPrefix("curl: ("))
    }

    @Test func saysWhatIsWrong() throws {
        #expect(throws: ServerError.tls(.noCertificate)) { try server { $0.certificates = [] } }
        let mixed = TLSConfiguration.Certificate(chainFile: file("a.pem"), keyFile: file("b.key"))
        #expect(throws: ServerError.tls(.mismatch(chain: file("a.pem"), key: file("b.key")))) {
            try server { $0.certificates = [mixed] }
        }
        #expect(throws: ServerError.self) { try server { $0.certificates[1].keyFile = file("missing") } }
        #expect(throws: TLSError.notConfigured) { try TestServer.shared.server.reloadCertificates() }
    }

    @Test("what is not TLS, or stops in the middle, ends the connection and nothing else")
    func garbage() async throws {
        let server = try server(limits: { $0.handshakeTime = .milliseconds(800) })
        var random = SeededGenerator(1)
        for round in 0..<24 {
            let client = try server.client(timeout: 5)
            switch round % 3 {
            case 0: try? client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            case 1:
                let bytes = (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) }
                try? client.send([22, 3, 1, 0, 195] + bytes)
            default: try? client.send([22, 3, 1, 2, 0, 1])
            }
            let answer = try client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 400 ") == (round % 3 == 0), "\(answer)")
            #expect(answer.contains("plain_on_tls") == (round % 3 == 0), "HTTP is told so in its own words")
        }
        #expect(try curl(server, "/healthz") == "ok\n")
        #expect(await eventually { server.server.connections == 0 })
    }

    @Test("a handshake that does not come ends the connection")
    func handshakeTime() throws {
        let server = try server(limits: { $0.handshakeTime = .milliseconds(300) })
        let clock = ContinuousClock(), start = clock.now
        let client = try server.client()
        try client.send([22, 3, 1, 2, 0, 1])
        #expect(try client.isAtEnd())
        #expect(clock.now - start < .seconds(5))
    }

    @Test("a ticket resumes a session, unless tickets are off", arguments: [true, false], ["-tls1_2", "-tls1_3"])
    func tickets(areOn: Bool, version: String) throws {
        let server = try server { $0.sessionTickets = areOn }
        let session = file("session"), request = "GET /healthz HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n"
        let base = "printf '\(request)' | openssl s_client -connect 127.0.0.1:\(server.port) \(version) -ign_eof"
        let first = try Curl.run("/bin/sh", ["-c", "\(base) -sess_out \(session) 2>&1; true"])
        #expect(first.contains("New, TLSv1") && first.contains("ok"))
        let second = try Curl.run("/bin/sh", ["-c", "\(base) -sess_in \(session) 2>&1; true"])
        #expect(second.contains("Reused, TLSv1") == areOn, "\(second)")
    }

    @Test func drain() async throws {
        let server = try server()
        async let slow = try curl(server, "/later/2500/done", as: "a", "--http1.1")
        async let slow2 = try curl(server, "/later/2500/done", as: "a", "--http2")
        #expect(await eventually { server.seen.started == 2 })
        #expect(await server.server.drain(deadline: .seconds(60)) == 0)
        #expect(try await slow == "done")
        #expect(try await slow2 == "done")
    }

    @Test("a client that leaves cancels its handler over TLS too")
    func disconnect() async throws {
        let server = try server()
        _ = try curl(server, "/hang", as: "a", "--max-time", "1")
        #expect(await eventually { server.seen.cancelled == 1 && server.server.connections == 0 })
    }
}
