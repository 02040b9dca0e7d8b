import HTTPServer
import HTTPTypes
import TestSupport
import Testing

/// Events as plain values, so that two runs can be compared.
enum Seen: Equatable, CustomStringConvertible {
    case request(String)
    case refused(RequestError)

    var description: String {
        switch self {
        case .request(let text): text
        case .refused(let error): "refused: \(error.rawValue)"
        }
    }
}

/// Parses pieces as a connection would: what one feed leaves over comes again with the next.
func parse(_ pieces: [ArraySlice<UInt8>], limits: Limits = Limits()) -> [Seen] {
    var parser = RequestParser(limits: limits)
    var input = ByteQueue()
    var seen: [Seen] = []
    var line = ""
    var body: [UInt8] = []
    for piece in pieces {
        input.append(piece)
        do throws(RequestError) {
            while let event = try parser.next(&input) {
                switch event {
                case .head(let head, let framing):
                    let fields = (0..<head.headers.count).map {
                        "\(head.headers.name(at: $0))=\(head.headers.value(at: $0))"
                    }
                    line = "\(head.method) \(head.authority ?? "-") \(head.path) \(head.query ?? "-") "
                    line += "\(fields) keeps \(framing.keepsAlive) "
                    body = []
                case .body(let bytes): body += bytes
                case .end: seen.append(.request(line + "\(body)"))
                }
            }
        } catch {
            return seen + [.refused(error)]
        }
    }
    return seen
}

func parse(_ text: String, limits: Limits = Limits()) -> [Seen] { parse([Array(text.utf8)[...]], limits: limits) }

@Suite struct RequestParserTests {
    static let refused: [(String, RequestError)] = [
        // RFC 9112, 3: request line
        ("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", .badVersion),
        ("GET /\r\nHost: a\r\n\r\n", .badRequestLine),
        ("GET\r\n\r\n", .badRequestLine),
        (" GET / HTTP/1.1\r\nHost: a\r\n\r\n", .badMethod),
        ("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", .badMethod),
        ("G\u{1}T / HTTP/1.1\r\nHost: a\r\n\r\n", .badMethod),
        ("\u{16}\u{3}\u{1}", .badMethod),
        ("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", .badMethod),  // 2.2: one empty line, no more
        ("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", .badVersion),
        ("GET / http/1.1\r\nHost: a\r\n\r\n", .badVersion),  // 2.3: case-sensitive
        ("GET / HTTP/1\r\nHost: a\r\n\r\n", .badVersion),
        ("GET / HTTP/11\r\nHost: a\r\n\r\n", .badVersion),
        ("GET / HTTP/2.0\r\nHost: a\r\n\r\n", .unsupportedVersion),
        ("GET / HTTP/1.2\r\nHost: a\r\n\r\n", .unsupportedVersion),
        ("GET a HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),  // 3.2
        ("GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        ("GET /\u{7F} HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        ("GET /\u{E9} HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        ("GET * HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),  // 3.2.4: OPTIONS only
        ("GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),
        ("GET http://u@b@c/ HTTP/1.1\r\nHost: a\r\n\r\n", .badTarget),  // RFC 9110, 4.2.4
        ("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", .connectRefused),
        // 2.2: line ends
        ("GET / HTTP/1.1\nHost: a\r\n\r\n", .bareLineFeed),
        ("GET / HTTP/1.1\r\nHost: a\n\r\n", .bareLineFeed),
        ("GET / HTTP/1.1\r\nHost: a\r\n\n", .bareLineFeed),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", .bareCarriageReturn),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: a\r\r\n\r\n", .bareCarriageReturn),
        // 5: field lines
        ("GET / HTTP/1.1\r\n Host: a\r\n\r\n", .foldedLine),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n", .foldedLine),  // 5.2
        ("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n\tc\r\n\r\n", .foldedLine),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", .badFieldName),  // 5.1
        ("GET / HTTP/1.1\r\nHost: a\r\nX\u{0}: b\r\n\r\n", .badFieldName),
        ("GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", .badFieldName),
        ("GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", .badFieldName),
        ("GET / HTTP/1.1\r\nHost: a\r\nX(: b\r\n\r\n", .badFieldName),
        ("GET / HTTP/1.1\r\nHost: a\r\nX\u{E9}: b\r\n\r\n", .badFieldName),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: b\u{0}c\r\n\r\n", .badFieldValue),  // RFC 9110, 5.5
        ("GET / HTTP/1.1\r\nHost: a\r\nX: b\u{B}c\r\n\r\n", .badFieldValue),
        ("GET / HTTP/1.1\r\nHost: a\r\nX: b\u{7F}\r\n\r\n", .badFieldValue),
        // 3.2: Host
        ("GET / HTTP/1.1\r\n\r\n", .missingHost),
        ("GET http://a/ HTTP/1.1\r\n\r\n", .missingHost),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", .repeatedHost),
        ("GET / HTTP/1.1\r\nHost: a\r\nhOST: b\r\n\r\n", .repeatedHost),
        ("GET / HTTP/1.1\r\nHost:\r\n\r\n", .badHost),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n", .badHost),
        ("GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", .badHost),
        ("GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", .badHost),
        ("GET / HTTP/1.1\r\nHost: a:x\r\n\r\n", .badHost),
        ("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", .badHost),
        ("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", .badHost),
        // 6.2, 6.3: Content-Length
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 2\r\n\r\n", .repeatedContentLength),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n", .repeatedContentLength),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", .repeatedContentLength),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", .repeatedContentLength),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", .badContentLength),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", .badContentLength),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n", .badContentLength),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1 1\r\n\r\n", .badContentLength),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", .badContentLength),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1_0\r\n\r\n", .badContentLength),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", .badContentLength),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999999999999\r\n\r\n", .bodyTooLarge),
        // 6.1: Transfer-Encoding
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", .lengthAndEncoding),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", .lengthAndEncoding),
        ("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", .encodingInHTTP10),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", .unknownTransferEncoding),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", .unknownTransferEncoding),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n", .unknownTransferEncoding),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked;q=1\r\n\r\n", .unknownTransferEncoding),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", .badTransferEncoding),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
            .badTransferEncoding
        ),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n", .badFieldName),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\u{B}chunked\r\n\r\n", .badFieldValue),
        // RFC 9110, 10.1.1
        ("POST / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n", .badExpectation),
    ]

    @Test(arguments: refused) func refuses(_ text: String, error: RequestError) {
        #expect(parse(text) == [.refused(error)])
    }

    /// RFC 9112, 7.1, behind the head of a chunked request.
    static let refusedChunks: [(String, RequestError)] = [
        ("x\r\n", .badChunkSize), ("\r\n", .badChunkSize), (" 1\r\na\r\n", .badChunkSize), ("-1\r\n", .badChunkSize),
        ("+1\r\n", .badChunkSize), ("0x1\r\na\r\n", .badChunkSize), ("1 \r\na\r\n", .badChunkSize),
        ("1 ;x\r\na\r\n", .badChunkSize), ("1\t\r\na\r\n", .badChunkSize), ("1\na\r\n", .bareLineFeed),
        ("FFFFFFFFFFFFFFFF\r\n", .badChunkSize), ("0000000000000001\r\na\r\n", .badChunkSize),
        ("7FFFFFFFFFFFFFF\r\n", .bodyTooLarge), ("1;a\u{0}\r\na\r\n", .badChunkSize),
        ("1;a\rb\r\na\r\n", .badChunkSize),
        ("1\r\nab\r\n", .badChunkEnd), ("1\r\na\n", .badChunkEnd), ("1\r\na\r\r", .badChunkEnd),
        ("2\r\na\r\n0\r\n\r\n", .badChunkEnd),
        ("0\r\nContent-Length: 1\r\n\r\n", .badTrailer), ("0\r\nTransfer-Encoding: chunked\r\n\r\n", .badTrailer),
        ("0\r\nHost: a\r\n\r\n", .badTrailer), ("0\r\na\r\n\r\n", .badTrailer), ("0\r\na : b\r\n\r\n", .badTrailer),
        ("0\r\n a: b\r\n\r\n", .badTrailer), ("0\r\na: b\n\r\n", .bareLineFeed),
    ]

    @Test(arguments: refusedChunks) func refusesChunks(_ body: String, error: RequestError) {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(parse(head + body).last == .refused(error))
    }

    static let accepted: [(String, String)] = [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", #"GET a / - ["host=a"] keeps true []"#),
        ("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", #"GET a / - ["host=a"] keeps true []"#),
        ("GET /a?b?c HTTP/1.1\r\nHost: a:80\r\n\r\n", #"GET a:80 /a b?c ["host=a:80"] keeps true []"#),
        ("GET http://b:1/c?d HTTP/1.1\r\nHost: a\r\n\r\n", #"GET b:1 /c d ["host=a"] keeps true []"#),
        ("GET http://b HTTP/1.1\r\nHost: a\r\n\r\n", #"GET b / - ["host=a"] keeps true []"#),
        ("OPTIONS * HTTP/1.1\r\nHost: [::1]:8\r\n\r\n", #"OPTIONS [::1]:8 * - ["host=[::1]:8"] keeps true []"#),
        ("GET / HTTP/1.0\r\n\r\n", "GET - / - [] keeps false []"),
        ("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", #"GET - / - ["connection=Keep-Alive"] keeps true []"#),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n",
            #"GET a / - ["host=a", "connection=x, Close"] keeps false []"#
        ),
        ("GET / HTTP/1.1\r\nHost:\t a \t\r\nX:\r\n\r\n", #"GET a / - ["host=a", "x="] keeps true []"#),
        (
            "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 03\r\n\r\nabc",
            #"PUT a / - ["host=a", "content-length=03"] keeps true [97, 98, 99]"#
        ),
        (
            "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n1;x=\"y\"\r\na\r\n0a\r\n0123456789\r\n0;z\r\nT: 1\r\n\r\n",
            #"PUT a / - ["host=a", "transfer-encoding=Chunked"] keeps true [97, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57]"#
        ),
    ]

    @Test(arguments: accepted) func accepts(_ text: String, line: String) {
        #expect(parse(text) == [.request(line)])
    }

    @Test("limits hold at the limit and refuse one above")
    func limits() {
        var limits = Limits()
        (limits.requestLineBytes, limits.headerBytes, limits.headerCount, limits.bodyBytes) = (30, 60, 3, 4)
        (limits.chunkExtensionBytes, limits.trailerBytes) = (6, 8)
        func refusal(_ text: String) -> RequestError? {
            if case .refused(let error) = parse(text, limits: limits).last { error } else { nil }
        }
        let line = "GET /\(String(repeating: "a", count: 16)) HTTP/1.1"  // 30 bytes
        #expect(refusal("\(line)\r\nHost: a\r\n\r\n") == nil)
        #expect(refusal("G\(line)\r\nHost: a\r\n\r\n") == .requestLineTooLong)
        #expect(refusal("G\(line)") == .requestLineTooLong || refusal("G\(line)x\r") == .requestLineTooLong)
        let filling = "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "b", count: 46))\r\n\r\n"
        #expect(refusal(filling) == nil)
        #expect(refusal(filling.replacing("X: ", with: "X: bb")) == .headersTooLarge)
        #expect(refusal("GET / HTTP/1.1\r\nHost: a\r\na:b\r\nc:d\r\n\r\n") == nil)
        #expect(refusal("GET / HTTP/1.1\r\nHost: a\r\na:b\r\nc:d\r\ne:f\r\n\r\n") == .tooManyHeaders)
        let post = "POST / HTTP/1.1\r\nHost: a\r\n"
        #expect(refusal(post + "Content-Length: 4\r\n\r\nabcd") == nil)
        #expect(refusal(post + "Content-Length: 5\r\n\r\n") == .bodyTooLarge)
        let chunked = post + "Transfer-Encoding: chunked\r\n\r\n"
        #expect(refusal(chunked + "2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n") == nil)
        #expect(refusal(chunked + "2\r\nab\r\n3\r\n") == .bodyTooLarge)
        #expect(refusal(chunked + "1;ab\r\na\r\n1;c\r\nb\r\n0\r\n\r\n") == nil)
        #expect(refusal(chunked + "1;ab\r\na\r\n1;cde\r\n") == .chunkExtensionsTooLarge)
        #expect(refusal(chunked + "0\r\na:1234\r\n\r\n") == nil)
        #expect(refusal(chunked + "0\r\na:1234567\r\n\r\n") == .trailersTooLarge)
    }

    @Test("every refusal has a status and a code", arguments: RequestError.allCases)
    func names(_ error: RequestError) {
        #expect((400...505).contains(error.status))
        #expect(error.code.allSatisfy { $0.isLowercase || $0 == "_" || $0.isNumber })
        #expect(!error.message.isEmpty)
    }
}
