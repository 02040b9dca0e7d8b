import Documents
import HTTPServer
import HTTPTypes

/// Bodies that come compressed (RFC 9110, 8.4.1) or in another character set than UTF-8 (8.3.2): read, or refused by name.
enum BodyCoding {
    /// What a body is, and what is wrong with it.
    enum Failure: RespondingError, Equatable {
        case unknownCoding(String)
        case unknownCharset(String)
        /// Above the limit once it is unpacked.
        case tooLarge(limit: Int)
        case damaged(String)

        var response: ServerResponse {
            switch self {
            case .unknownCoding(let name):
                var response = ServerResponse.error(
                    .unsupportedMediaType, code: "unsupported_content_encoding",
                    message:
                        "content-encoding \"\(name.prefix(80))\" is not read here; send gzip, deflate or no coding",
                    param: "content-encoding")
                if let field = HTTPField.Name("accept-encoding") { response.headerFields[field] = "gzip, deflate" }
                return response
            case .unknownCharset(let name):
                return .error(
                    .unsupportedMediaType, code: "unsupported_charset",
                    message: "bodies are read as UTF-8, not as \"\(name.prefix(80))\"; send UTF-8",
                    param: "content-type")
            case .tooLarge(let limit):
                return .error(
                    .contentTooLarge, code: "body_too_large",
                    message: "the body, unpacked, is larger than the \(limit) bytes that this route allows")
            case .damaged(let name):
                return .error(
                    .badRequest, code: "bad_content_encoding", message: "the body is no whole \(name) stream",
                    param: "content-encoding")
            }
        }
    }

    /// The body as handlers want it: unpacked and in UTF-8. An empty body is what it is.
    ///
    /// - Parameter limit: bytes that it may have then.
    static func plain(_ request: ServerRequest, limit: Int) throws(Failure) -> [UInt8] {
        guard !request.body.isEmpty else { return [] }
        let names = (request.list("content-encoding") ?? "").lowercased().split(separator: ",")
            .map { $0.filter { $0 != " " && $0 != "\t" } }.filter { !$0.isEmpty && $0 != "identity" }
        var body = request.body
        if let name = names.first {
            guard names.count == 1, ["gzip", "x-gzip", "deflate"].contains(name) else {
                throw .unknownCoding(names.joined(separator: ", "))
            }
            body = try unpack(body, name == "deflate" ? formOfDeflate(body) : .gzip, limit)
        }
        try checkCharset(request.header("content-type"), body)
        return body
    }

    /// Every charset but those of whole words agrees with UTF-8 where there is nothing but ASCII.
    private static func checkCharset(_ contentType: String?, _ body: [UInt8]) throws(Failure) {
        guard let charset = WeightedList(contentType).elements.first?.parameters["charset"]?.lowercased(),
            !["utf-8", "utf8"].contains(charset)
        else { return }
        let isWide =
            charset.hasPrefix("utf-") || charset.hasPrefix("utf1") || charset.hasPrefix("ucs")
            || charset.contains("ebcdic")
        guard !isWide, body.allSatisfy({ $0 < 0x80 }) else { throw .unknownCharset(charset) }
    }

    /// zlib's form is meant (RFC 9110, 8.4.1.2); some clients send the bare stream.
    private static func formOfDeflate(_ bytes: [UInt8]) -> Zlib.Form {
        let isZlib = bytes.count >= 2 && bytes[0] & 0x0F == 8 && (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0
        return isZlib ? .zlib : .bare
    }

    private static func unpack(_ bytes: [UInt8], _ form: Zlib.Form, _ limit: Int) throws(Failure) -> [UInt8] {
        do throws(Zlib.Failure) {
            return try Zlib.unpack(bytes, form: form, limit: limit)
        } catch {
            switch error {
            case .tooLarge: throw .tooLarge(limit: limit)
            case .damaged: throw .damaged(form == .gzip ? "gzip" : "deflate")
            }
        }
    }
}
