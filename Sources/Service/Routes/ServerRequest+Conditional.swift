import Digests
import Documents
import FunctionCalling
import Functions
import HTTPServer
import HTTPTypes

extension ServerRequest {
    /// `If-Match` and `If-None-Match` (RFC 9110, 13.1).
    ///
    /// - Throws: `FieldError` for one that is neither `*` nor a list of entity tags.
    func precondition() throws(FieldError) -> Precondition {
        Precondition(ifMatch: try tags("if-match", areStrong: true), ifNoneMatch: try tags("if-none-match"))
    }

    /// A query item that may stand once.
    ///
    /// - Throws: `FieldError` where it stands twice, or is no percent-encoded UTF-8.
    func single(_ name: String) throws(FieldError) -> String? {
        let values = head.queryItems.filter { $0.name == name }.map(\.value)
        let written = (head.query ?? "").split(separator: "&").count { $0 == name || $0.hasPrefix(name + "=") }
        guard values.count <= 1, written <= values.count else {
            throw FieldError(
                path: name, reason: .outOfRange,
                message: "\(name) must stand once in the query, as percent-encoded UTF-8")
        }
        return values.first
    }

    /// - Parameter areStrong: weak tags never match; else `W/` makes no difference.
    private func tags(_ name: String, areStrong: Bool = false) throws(FieldError) -> Precondition.Tags? {
        guard let text = list(name) else { return nil }
        if text == "*" { return .any }
        var tags: [String] = []
        for part in text.split(separator: ",") {
            var tag = part.trimmingPrefix { $0 == " " || $0 == "\t" }[...]
            let isWeak = tag.hasPrefix("W/")
            if isWeak { tag = tag.dropFirst(2) }
            while let last = tag.last, last == " " || last == "\t" { tag = tag.dropLast() }
            guard tag.count >= 2, tag.first == "\"", tag.last == "\"" else {
                throw FieldError(
                    path: name, reason: .outOfRange,
                    message: "\(name) must be * or entity tags in quotes, as the header ETag gives them")
            }
            if !(isWeak && areStrong) { tags.append(String(tag.dropFirst().dropLast())) }
        }
        return .these(tags)
    }

    /// Whether the client has what it asks for already: answered with 304.
    package func has(_ tag: Fingerprint) throws(FieldError) -> Bool {
        switch try tags("if-none-match") {
        case nil: false
        case .any: true
        case .these(let tags): tags.contains(tag.text)
        }
    }
}

extension ServerResponse {
    /// What was read, or 304 where the client has it.
    static func entity(_ tag: Fingerprint, to request: ServerRequest, _ body: () -> JSONValue) throws -> ServerResponse
    {
        var response = try request.has(tag) ? ServerResponse(status: .notModified) : .json(body())
        response.headerFields[.eTag] = "\"\(tag.text)\""
        return response
    }

    /// 201 for what is new, 200 for what was there, 204 after a deletion.
    static func edited(_ result: EditResult, _ body: JSONValue? = nil) -> ServerResponse {
        guard let tag = result.tag, let body else { return ServerResponse(status: .noContent) }
        var response = ServerResponse.json(body)
        response.status = result.isNew ? .created : .ok
        response.headerFields[.eTag] = "\"\(tag.text)\""
        return response
    }
}
