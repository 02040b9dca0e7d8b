import HTTPServer
import Testing

/// Requests that carry a second one for a peer that reads their length differently. The second, `GET /admin`, must never
/// be answered, nor may anything else be read from a connection whose framing was in doubt.
@Suite(.blocking) struct SmugglingTests {
    private static let admin = "GET /admin HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let post = "POST /echo HTTP/1.1\r\nHost: a\r\n"

    static let corpus: [String] = [
        // CL.TE, TE.CL, TE.TE (RFC 9112, 6.1 and 11.2)
        post + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + admin,
        post + "Transfer-Encoding: chunked\r\nContent-Length: \(5 + admin.utf8.count)\r\n\r\n0\r\n\r\n" + admin,
        post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + admin,
        post + "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + admin,
        post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + admin,
        post + "Transfer-Encoding: ,chunked\r\n\r\n0\r\n\r\n" + admin,
        post + "Transfer-Encoding: x\r\n\r\n" + admin,
        post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + admin,
        post + "Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n" + admin,
        post + "Transfer-Encoding: \u{B}chunked\r\n\r\n0\r\n\r\n" + admin,
        post + "X: y\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + admin,
        post + "X: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + admin,
        post + "X: y\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + admin,
        post + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n" + admin,
        post + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n" + admin,
        "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + admin,
        // lengths that differ (6.2)
        post + "Content-Length: 0\r\nContent-Length: \(admin.utf8.count)\r\n\r\n" + admin,
        post + "Content-Length: 0, \(admin.utf8.count)\r\n\r\n" + admin,
        post + "Content-Length: +0\r\n\r\n" + admin, post + "Content-Length: -1\r\n\r\n" + admin,
        post + "Content-Length: 0x0\r\n\r\n" + admin, post + "Content-Length: 0 0\r\n\r\n" + admin,
        post + "Content-Length: 0\u{0}\r\n\r\n" + admin, post + "Content-Length : 0\r\n\r\n" + admin,
        post + "Content_Length: 0\r\nContent-Length: \u{661}\r\n\r\n" + admin,
        // chunk sizes and ends (7.1)
        post + "Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n" + admin,
        post + "Transfer-Encoding: chunked\r\n\r\n00000000000000000\r\n\r\n" + admin,
        post + "Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n\r\n" + admin,
        post + "Transfer-Encoding: chunked\r\n\r\n-0\r\n\r\n" + admin,
        post + "Transfer-Encoding: chunked\r\n\r\n0 \r\n\r\n" + admin,
        post + "Transfer-Encoding: chunked\r\n\r\n0\n\r\n" + admin,
        post + "Transfer-Encoding: chunked\r\n\r\n0\r\n\n" + admin,
        post + "Transfer-Encoding: chunked\r\n\r\n1\r\naX0\r\n\r\n" + admin,
        post + "Transfer-Encoding: chunked\r\n\r\n1\r\na\n0\r\n\r\n" + admin,
        post + "Transfer-Encoding: chunked\r\n\r\n1;\n0\r\n\r\n" + admin,
        post + "Transfer-Encoding: chunked\r\n\r\n1;a\rb\r\n0\r\n\r\n" + admin,
        post + "Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 5\r\n\r\n" + admin,
        // lines and hosts (2.2, 3.2, 5.1, 5.2)
        "GET /healthz HTTP/1.1\nHost: a\n\n" + admin,
        "GET /healthz HTTP/1.1\r\nHost: a\r\n\n" + admin,
        "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + admin,
        "GET /healthz HTTP/1.1\r\n\r\n" + admin,
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX: y\u{0}\r\n\r\n" + admin,
        "GET /healthz HTTP/1.1\r\n Host: a\r\n\r\n" + admin,
        "GET /healthz\r\n\r\n" + admin, "GET /healthz HTTP/9.9\r\nHost: a\r\n\r\n" + admin,
        "GET /healthz HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n" + admin,
        "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n" + admin,
        // the body is the request: it is echoed, never run
        post + "Connection: close\r\nContent-Length: \(admin.utf8.count)\r\n\r\n" + admin,
        post + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
            + String(admin.utf8.count, radix: 16) + "\r\n" + admin + "\r\n0\r\n\r\n",
    ]

    @Test("the second request is never answered", arguments: corpus.indices)
    func neverAnswersTheSecond(_ index: Int) throws {
        let server = try TestServer(groups: 1)
        for splitting in [false, true] {
            let client = try server.client()
            let bytes = Array(Self.corpus[index].utf8)
            if splitting {
                // The refusal may end the connection before the rest is sent.
                try? client.send(Array(bytes[..<(bytes.count / 2)]))
                try? client.send(Array(bytes[(bytes.count / 2)...]))
            } else {
                try client.send(bytes)
            }
            let answers = try client.readToEnd()
            #expect(answers.ranges(of: "\r\nx-request-id: ").count == 1, "\(Self.corpus[index]) gave \(answers)")
            #expect(!answers.contains("secret"))
        }
        #expect(!server.seen.paths.contains("/admin"))
    }
}
