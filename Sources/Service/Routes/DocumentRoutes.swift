import Digests
import Documents
import Foundation
import HTTPServer
import HTTPTypes
import ModelFiles

/// `GET /openapi.json` and the console at `GET /`: what the server says of itself, made once at the start.
struct DocumentRoutes: Sendable {
    private let document: ServerResponse
    private let console: ServerResponse

    init(_ document: APIDocument) {
        self.document = .json(document.json)
        var page = ServerResponse.content("text/html; charset=utf-8", ConsolePage.html.utf8)
        page.headerFields[.contentSecurityPolicy] = Self.policy
        page.headerFields[.xContentTypeOptions] = "nosniff"
        if let name = HTTPField.Name("referrer-policy") { page.headerFields[name] = "no-referrer" }
        console = page
    }

    func register(in table: inout RouteTable) {
        table.on(.get, "/openapi.json", .open) { _ in document }
        table.on(.get, "/", .open) { _ in console }
    }

    /// Nothing from elsewhere; of style and script only the page's own.
    private static let policy = [
        "default-src 'none'", "style-src '\(source(ConsolePage.style))'", "script-src '\(source(ConsolePage.script))'",
        "connect-src 'self'", "img-src data:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
        // No text becomes markup: the browser refuses innerHTML and its kin.
        "require-trusted-types-for 'script'", "trusted-types 'none'",
    ].joined(separator: "; ")

    private static func source(_ text: String) -> String {
        var hash = SHA256()
        Array(text.utf8).withUnsafeBytes { hash.update($0) }
        return "sha256-" + Data(hash.digest()).base64EncodedString()
    }
}
