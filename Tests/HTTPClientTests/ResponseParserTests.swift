import HTTPClient
import TestSupport
import Testing

@Suite struct ResponseParserTests {
    static let whole: [(text: String, status: Int, body: String, keepsAlive: Bool)] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", 200, "ab", true),
        ("HTTP/1.1 204 No Content\r\n\r\n", 204, "", true),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200\r\ncontent-length:0\r\n\r\n", 200, "", true),
        ("HTTP/1.1 429 Slow\r\nConnection: foo, Close\r\nContent-Length: 1\r\n\r\nx", 429, "x", false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, "x", false),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 200, "abc", true),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1;a=b\r\nx\r\n00\r\nT: 1\r\n\r\n",
            200, "x", true
        ),
    ]
    @Test("any cut of the bytes parses alike", arguments: whole)
    func cuts(_ row: (text: String, status: Int, body: String, keepsAlive: Bool)) throws {
        let bytes = Array(row.text.utf8)
        for seed in UInt64(0)..<40 {
            var random = SeededGenerator(seed)
            var parser = ResponseParser()
            var answer: HTTPAnswer?
            var start = 0
            while start < bytes.count {
                #expect(answer == nil)
                let end = seed == 0 ? bytes.count : min(bytes.count, start + Int.random(in: 1...12, using: &random))
                answer = try parser.feed(bytes[start..<end])
                start = end
            }
            let found = try #require(answer)
            #expect(found.status == row.status && found.body == Array(row.body.utf8))
            #expect(found.keepsAlive == row.keepsAlive)
        }
    }

    static let refused = [
        "SSH-2.0-x\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 20000 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
        "HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 70_000),
    ]
    @Test(arguments: refused) func refuses(_ text: String) {
        #expect(throws: ExchangeError.self) {
            var parser = ResponseParser()
            _ = try parser.feed(Array(text.utf8)[...])
        }
    }

    @Test func aBodyWithoutLengthEndsWithTheConnection() throws {
        var parser = ResponseParser()
        #expect(try parser.feed(Array("HTTP/1.1 200 OK\r\n\r\nabc".utf8)[...]) == nil)
        let answer = try parser.finish()
        #expect(answer.body == Array("abc".utf8) && !answer.keepsAlive)
        var cut = ResponseParser()
        _ = try cut.feed(Array("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc".utf8)[...])
        #expect(throws: ExchangeError.closed(receivedBytes: 41)) { try cut.finish() }
    }
}
