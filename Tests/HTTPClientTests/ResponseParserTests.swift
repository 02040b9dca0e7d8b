import HTTPClient
import TestSupport
import Testing

@Suite struct ResponseParserTests {
    private struct Whole: Equatable {
        var status = 0, body: [UInt8] = [], keepsAlive = false, isOver = false
    }

    private static func parse(_ pieces: [ArraySlice<UInt8>], hasNoBody: Bool = false) throws -> Whole {
        var parser = ResponseParser(hasNoBody: hasNoBody)
        var whole = Whole()
        for piece in pieces {
            parser.feed(piece)
            while let event = try parser.next() {
                switch event {
                case .head(let head): whole.status = head.status
                case .body(let bytes): whole.body += bytes
                case .end: (whole.isOver, whole.keepsAlive) = (true, parser.keepsAlive)
                }
            }
        }
        return whole
    }

    static let whole: [(text: String, status: Int, body: String, keepsAlive: Bool)] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", 200, "ab", true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2, 2\r\n\r\nab", 200, "ab", true),
        ("HTTP/1.1 204 No Content\r\n\r\n", 204, "", true),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, "", true),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200\r\ncontent-length:0\r\n\r\n", 200, "", true),
        ("HTTP/1.1 103 Hints\r\nLink: a\r\n\r\nHTTP/1.1 200\r\ncontent-length:0\r\n\r\n", 200, "", true),
        ("HTTP/1.1 429 Slow\r\nConnection: foo, Close\r\nContent-Length: 1\r\n\r\nx", 429, "x", false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", 200, "x", false),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 200, "abc", true),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: Chunked\r\n\r\n1;a=b\r\nx\r\n00\r\nT: 1\r\n\r\n",
            200, "x", false
        ),
    ]
    @Test("any cut of the bytes parses alike", arguments: whole)
    func cuts(_ row: (text: String, status: Int, body: String, keepsAlive: Bool)) throws {
        let bytes = Array(row.text.utf8)
        for seed in UInt64(0)..<40 {
            var random = SeededGenerator(seed)
            var pieces: [ArraySlice<UInt8>] = []
            var start = 0
            while start < bytes.count {
                let end = seed == 0 ? bytes.count : min(bytes.count, start + Int.random(in: 1...12, using: &random))
                pieces.append(bytes[start..<end])
                start = end
            }
            let found = try Self.parse(pieces)
            #expect(found.isOver && found.status == row.status && found.body == Array(row.body.utf8))
            #expect(found.keepsAlive == row.keepsAlive)
        }
    }

    static let refused = [
        "SSH-2.0-x\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 20000 OK\r\n\r\n", "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 101 Switching\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n+1\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n",
        "HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 70_000),
        "HTTP/1.1 200 OK\r\n" + String(repeating: "X: y\r\n", count: 20_000),
        String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 5_000),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + String(repeating: "T: y\r\n", count: 20_000),
    ]
    @Test(arguments: refused) func refuses(_ text: String) {
        #expect(throws: ExchangeError.self) { try Self.parse([Array(text.utf8)[...]]) }
    }

    @Test func aBodyWithoutLengthEndsWithTheConnection() throws {
        var parser = ResponseParser()
        parser.feed(Array("HTTP/1.1 200 OK\r\n\r\nabc".utf8)[...])
        #expect(try parser.next() == .head(ResponseHead(status: 200)))
        #expect(try parser.next() == .body(Array("abc".utf8)[...]))
        #expect(try parser.next() == nil)
        try parser.finish()
        #expect(try parser.next() == nil && !parser.keepsAlive)
    }

    /// What has come when the connection ends too early.
    static let cut = [
        "", "HT", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
    ]
    @Test(arguments: cut) func aCutAnswerIsNoAnswer(_ text: String) throws {
        var parser = ResponseParser()
        parser.feed(Array(text.utf8)[...])
        while try parser.next() != nil {}
        #expect(throws: ExchangeError.closed(receivedBytes: text.utf8.count)) { try parser.finish() }
    }

    @Test func fieldsAndWhatFollowsTheAnswer() throws {
        var parser = ResponseParser(hasNoBody: true)
        parser.feed(
            Array("HTTP/1.1 200 OK\r\nA: \t b c \r\nContent-Length: 10\r\na: d:e\r\nnonsense\r\n\r\nxy".utf8)[...])
        guard case .head(let head)? = try parser.next() else { throw ExchangeError.malformed("no head") }
        #expect(head["a"] == "b c" && head.fields.map(\.name) == ["a", "content-length", "a"] && head["x"] == nil)
        #expect(try parser.next() == .end, "an answer to HEAD has no body, whatever it says")
        #expect(Array(parser.rest) == Array("xy".utf8) && !parser.keepsAlive)
    }
}
