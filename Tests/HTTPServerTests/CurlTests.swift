import Foundation
import HTTPServer
import Testing

/// curl against the server: a client that nobody here wrote.
@Suite(.blocking, .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl"), "curl is missing"))
struct CurlTests {
    private func curl(_ arguments: String...) throws -> String { try curl(arguments) }

    private func curl(_ arguments: [String]) throws -> String {
        let process = Process(), output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
        process.arguments = ["-sS", "--max-time", "20", "--noproxy", "*"] + arguments
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text
    }

    private func url(_ path: String) -> String { "http://\(TestServer.shared.address)\(path)" }

    /// A file of so many bytes, and its text.
    private func file(_ count: Int) throws -> (path: String, text: String) {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("curl-\(UUID()).txt").path
        let text = String(repeating: "0123456789abcdef", count: count / 16)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return (path, text)
    }

    @Test func get() throws { #expect(try curl(url("/healthz")) == "ok\n") }

    @Test func head() throws {
        let text = try curl("-I", url("/healthz"))
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n") && text.contains("content-length: 3\r\n"))
    }

    @Test func postWithContinue() throws {
        let (path, text) = try file(64 * 1024)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let post = ["-H", "Expect: 100-continue", "--data-binary", "@\(path)", url("/echo")]
        #expect(try curl(post) == text)
        #expect(try curl(["-v", "-o", "/dev/null"] + post).contains("< HTTP/1.1 100 Continue"))
    }

    @Test func chunkedUpload() throws {
        let (path, text) = try file(256 * 1024)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let answer = try curl(
            "-H", "Transfer-Encoding: chunked", "-H", "Expect:", "--data-binary", "@\(path)", url("/echo"))
        #expect(answer == text)
    }

    @Test func http10() throws {
        #expect(try curl("--http1.0", url("/count/4")) == "0,1,2,3,")
        #expect(try curl("--http1.0", "-i", url("/healthz")).contains("connection: close"))
    }

    @Test func reusesItsConnection() throws {
        let text = try curl("-v", url("/healthz"), url("/now/a"), url("/later/1/b"), url("/count/2"))
        #expect(text.ranges(of: "Re-using existing connection").count == 3)
        #expect(text.contains("0,1,"))
    }

    @Test func tooLarge() throws {
        let (path, _) = try file(2 << 20)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let answer = try curl("-o", "/dev/stdout", "-w", "%{http_code}", "--data-binary", "@\(path)", url("/echo"))
        #expect(answer.contains("body_too_large") && answer.hasSuffix("413"))
    }

    @Test func percentEncodedPath() throws {
        #expect(try curl("-X", "PUT", "-d", "abc", url("/items/a%2Fb%20%E4%BD%A0")) == "a/b 你 3")
    }
}

/// HTTP/2 with prior knowledge.
extension CurlTests {
    @Test func http2() throws {
        let http2 = "--http2-prior-knowledge"
        let (path, text) = try file(512 * 1024)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try curl(http2, "-w", "%{http_version}", url("/healthz")) == "ok\n2")
        #expect(try curl(http2, "-I", url("/healthz")).hasPrefix("HTTP/2 200 \r\n"))
        #expect(try curl(http2, "--data-binary", "@\(path)", url("/echo")) == text)
        #expect(try curl(http2, url("/count/5")) == "0,1,2,3,4,")
        let (large, _) = try file(2 << 20)
        defer { try? FileManager.default.removeItem(atPath: large) }
        #expect(try curl(http2, "-w", "%{http_code}", "--data-binary", "@\(large)", url("/echo")).hasSuffix("413"))
    }
}
