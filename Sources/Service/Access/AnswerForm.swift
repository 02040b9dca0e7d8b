import Digests
import Documents
import HTTPServer
import HTTPTypes
import ModelFiles

/// The form in which a whole answer goes out: not at all where the client has it, compressed where it asks for that.
enum AnswerForm {
    /// - Parameters:
    ///   - isConditional: the route's answers carry a tag.
    ///   - least: bytes of an answer that is worth packing; 0: none is.
    static func apply(
        to response: inout ServerResponse, _ request: ServerRequest, isConditional: Bool, gzipFrom least: Int
    ) {
        guard response.status == .ok, case .bytes(let bytes) = response.body else { return }
        // A route that knows versions gives its own tag, which must stay fit for `if-match`.
        let isOurs = response.headerFields[.eTag] == nil
        if isConditional {
            let tag = response.headerFields[.eTag] ?? tag(of: bytes)
            response.headerFields[.eTag] = tag
            if response.headerFields[.cacheControl] == nil { response.headerFields[.cacheControl] = "no-cache" }
            if let known = request.list("if-none-match"), matches(known, tag) {
                response.status = .notModified
                response.body = .bytes([])
                response.headerFields[.contentType] = nil
                if least > 0 { response.headerFields.addVary("accept-encoding") }
                return
            }
        }
        guard least > 0, bytes.count >= least, response.headerFields[.contentEncoding] == nil, isText(response) else {
            return
        }
        response.headerFields.addVary("accept-encoding")
        guard prefersGzip(request.list("accept-encoding")), let packed = Zlib.pack(bytes) else {
            return
        }
        response.body = .bytes(packed)
        response.headerFields[.contentEncoding] = "gzip"
        if isOurs, let tag = response.headerFields[.eTag] { response.headerFields[.eTag] = "W/\(tag)" }
    }

    /// Whether an `accept-encoding` field wants gzip at least as much as no coding (RFC 9110, 12.5.3).
    private static func prefersGzip(_ field: String?) -> Bool {
        let list = WeightedList(field)
        guard let gzip = list.weight(of: "gzip", "x-gzip"), gzip > 0 else { return false }
        return gzip >= list.elements.first { $0.name == "identity" }?.weight ?? 0
    }

    /// The weak comparison of RFC 9110, 13.1.2.
    static func matches(_ list: String, _ tag: String) -> Bool {
        func bare(_ tag: String) -> String { tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : tag }
        return list.split(separator: ",").contains { part in
            let part = part.filter { $0 != " " && $0 != "\t" }
            return part == "*" || bare(part) == bare(tag)
        }
    }

    private static func tag(of bytes: [UInt8]) -> String {
        var hash = SHA256()
        bytes.withUnsafeBytes { hash.update($0) }
        return "\"\(hash.hexadecimal().prefix(24))\""
    }

    private static func isText(_ response: ServerResponse) -> Bool {
        guard let type = response.headerFields[.contentType] else { return false }
        return type.hasPrefix("text/") && !type.hasPrefix("text/event-stream") || type.hasPrefix("application/json")
            || type.hasPrefix("application/openmetrics-text") || type.hasPrefix("application/x-ndjson")
            || type.hasPrefix("application/javascript") || type.hasPrefix("image/svg+xml")
    }
}
