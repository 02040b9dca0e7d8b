import Documents
import Testing

/// Forms as `curl -F` and browsers send them (RFC 7578), and what is none.
@Suite struct MultipartFormTests {
    private static func parse(_ body: String, _ type: String? = "multipart/form-data; boundary=xy") throws -> [String:
        String]
    {
        try MultipartForm(Array(body.utf8), contentType: type).parts.mapValues { String(decoding: $0, as: UTF8.self) }
    }

    private static let head = "Content-Disposition: form-data; name="

    static let forms: [(body: String, type: String, parts: [String: String])] = [
        ("--xy\r\n\(head)\"a\"\r\n\r\n1\r\n--xy--\r\n", "multipart/form-data; boundary=xy", ["a": "1"]),
        ("--xy\r\n\(head)a\r\n\r\n\r\n--xy--", "Multipart/Form-Data;boundary=\"xy\"", ["a": ""]),
        (
            "preamble\r\n--xy\r\ncontent-disposition: form-data; name=\"a\"; filename=\"f; name=b\"\r\nContent-Type: text/x\r\n\r\n1\r\n\r\n--x\r\n2\r\n"
                + "--xy\r\n\(head)\"b\"\r\n\r\nx--xy-\r\n--xy--\r\nepilogue",
            "multipart/form-data; charset=x; boundary=xy",
            ["a": "1\r\n\r\n--x\r\n2", "b": "x--xy-"]
        ),
        ("--xy--", "multipart/form-data; boundary=xy", [:]),
    ]
    @Test(arguments: forms.indices) func reads(index: Int) throws {
        let form = Self.forms[index]
        #expect(try Self.parse(form.body, form.type) == form.parts)
    }

    static let refused: [(body: String, type: String?, message: String)] = [
        ("{}", "application/json", "must be multipart/form-data"), ("{}", nil, "must be multipart/form-data"),
        ("--xy--", "multipart/form-data", "must be multipart/form-data"),
        ("--xy--", "multipart/form-data; boundary=", "must be multipart/form-data"),
        ("", "multipart/form-data; boundary=xy", "is no form"),
        ("--xy", "multipart/form-data; boundary=xy", "is no form"),
        ("--zz--", "multipart/form-data; boundary=xy", "is no form"),
        ("--xy\r\n\(head)\"a\"\r\n\r\n1", "multipart/form-data; boundary=xy", "has no end"),
        ("--xy\r\n\(head)\"a\"\r\n--xy--", "multipart/form-data; boundary=xy", "has no head"),
        ("--xy\r\n\r\n--xy--", "multipart/form-data; boundary=xy", "has no head"),
        ("--xy\r\nx: y\r\n\r\n1\r\n--xy--", "multipart/form-data; boundary=xy", "has no name"),
        ("--xy\r\n\(head)\"\"\r\n\r\n1\r\n--xy--", "multipart/form-data; boundary=xy", "has no name"),
        (
            "--xy\r\n\(head)a\r\n\r\n1\r\n--xy\r\n\(head)a\r\n\r\n2\r\n--xy--", "multipart/form-data; boundary=xy",
            "a stands there twice"
        ),
        (
            (0..<17).map { "--xy\r\n\(head)p\($0)\r\n\r\n1\r\n" }.joined() + "--xy--",
            "multipart/form-data; boundary=xy", "too many parts"
        ),
        (
            "--xy\r\nx: \(String(repeating: "y", count: 5000))\r\n\(head)a\r\n\r\n1\r\n--xy--",
            "multipart/form-data; boundary=xy", "has no head"
        ),
    ]
    @Test(arguments: refused.indices) func refuses(index: Int) {
        let (body, type, message) = Self.refused[index]
        let error = #expect(throws: FieldError.self) { _ = try Self.parse(body, type) }
        #expect(error?.message.contains(message) == true, "\(String(describing: error))")
    }

    @Test("law: a form that is cut anywhere is refused") func cuts() throws {
        let form = Self.forms[2]
        let whole = form.body.dropLast("--\r\nepilogue".count)
        for length in 0..<whole.utf8.count {
            #expect(throws: FieldError.self) { _ = try Self.parse(String(whole.prefix(length)), form.type) }
        }
    }
}
