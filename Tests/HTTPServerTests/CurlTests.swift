import HTTPServer
import TestSupport
import Testing

@Suite(.blocking, .enabled(if: Curl.isThere, "curl is missing"))
struct CurlTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func curl(_ arguments: String...) throws -> String { try Curl.run(arguments) }
    private func url(_ path: String) -> String { "http://\(TestServer.shared.address)\(path)" }

    @Test func get() throws { #expect(try curl(url("/healthz")) == "ok\n") }

    @Test func head() throws {
        let text = try curl("-I", url("/healthz"))
        #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n") && text.contains("content-length: 3\r\n"))
    }

    @Test func postWithContinue() throws {
        let (path, text) = try folder.file(64 * 1024)
        let post = ["-H", "Expect: 100-continue", "--data-binary", "@\(path)", url("/echo")]
        #expect(try Curl.run(post) == text)
        #expect(try Curl.run(["-v", "-o", "/dev/null"] + post).contains("< HTTP/1.1 100 Continue"))
    }

    @Test func chunkedUpload() throws {
        let (path, text) = try folder.file(256 * 1024)
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
        let (path, _) = try folder.file(2 << 20)
        let answer = try curl("-o", "/dev/stdout", "-w", "%{http_code}", "--data-binary", "@\(path)", url("/echo"))
        #expect(answer.contains("body_too_large") && answer.hasSuffix("413"))
    }

    @Test func percentEncodedPath() throws {
        #expect(try curl("-X", "PUT", "-d", "abc", url("/items/a%2Fb%20%E4%BD%A0")) == "a/b 你 3")
    }

    /// One request a connection: curl 7.88 fails to reuse one with prior knowledge, whoever serves it.
    @Test func http2() throws {
        let http2 = "--http2-prior-knowledge"
        let (path, text) = try folder.file(512 * 1024)
        #expect(try curl(http2, "-w", "%{http_version}", url("/healthz")) == "ok\n2")
        #expect(try curl(http2, "-I", url("/healthz")).hasPrefix("HTTP/2 200 \r\n"))
        #expect(try curl(http2, "--data-binary", "@\(path)", url("/echo")) == text)
        #expect(try curl(http2, url("/count/5")) == "0,1,2,3,4,")
        let (large, _) = try folder.file(2 << 20)
        #expect(try curl(http2, "-w", "%{http_code}", "--data-binary", "@\(large)", url("/echo")).hasSuffix("413"))
    }
}
