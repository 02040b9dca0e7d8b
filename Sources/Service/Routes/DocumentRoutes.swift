import Foundation
import HTTPServer
import HTTPTypes
import ModelFiles
import OrderedJSON

/// `GET /openapi.json` and the console at `GET /`: what the server says of itself, made once at the start.
struct DocumentRoutes: Sendable {
    private let document: ServerResponse
    private let documentTag: String
    private let console: ServerResponse

    init(_ document: APIDocument) {
        let bytes = document.json.utf8()
        documentTag = "\"\(Self.hash(bytes).hexadecimal().prefix(16))\""
        var answer = ServerResponse.json(bytes: bytes)
        answer.headerFields[.eTag] = documentTag
        answer.headerFields[.cacheControl] = "no-cache"
        self.document = answer
        var page = ServerResponse.content("text/html; charset=utf-8", ConsolePage.html.utf8)
        page.headerFields[.contentSecurityPolicy] = Self.policy
        page.headerFields[.xContentTypeOptions] = "nosniff"
        page.headerFields[.cacheControl] = "no-cache"
        if let name = HTTPField.Name("referrer-policy") { page.headerFields[name] = "no-referrer" }
        console = page
    }

    func register(in router: inout Router) {
        router.get(
            "/openapi.json",
            immediate: { request in
                guard Self.matches(request.header("if-none-match"), documentTag) else { return document }
                var answer = ServerResponse(status: .notModified)
                answer.headerFields[.eTag] = documentTag
                return answer
            })
        router.get("/", immediate: { _ in console })
    }

    /// RFC 9110, 13.1.2: weak comparison with a list of tags or `*`.
    private static func matches(_ field: String?, _ tag: String) -> Bool {
        guard let field else { return false }
        return field.split(separator: ",").contains { part in
            let listed = part.trimmingCharacters(in: .whitespaces)
            return listed == "*" || listed == tag || listed == "W/\(tag)"
        }
    }

    /// Nothing from elsewhere; of style and script only the page's own.
    private static let policy = [
        "default-src 'none'", "style-src '\(source(ConsolePage.style))'", "script-src '\(source(ConsolePage.script))'",
        "connect-src 'self'", "img-src data:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    private static func source(_ text: String) -> String {
        "sha256-" + Data(hash(Array(text.utf8)).digest()).base64EncodedString()
    }

    private static func hash(_ bytes: [UInt8]) -> SHA256 {
        var hash = SHA256()
        bytes.withUnsafeBytes { hash.update($0) }
        return hash
    }
}
