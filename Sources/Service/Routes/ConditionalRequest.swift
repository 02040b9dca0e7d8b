import Digests
import Documents
import FunctionCalling
import Functions
import HTTPServer
import HTTPTypes
import Storage

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
    func has(_ tag: Fingerprint) throws(FieldError) -> Bool {
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

extension Router {
    /// A route whose errors become answers.
    mutating func answering(
        _ method: HTTPRequest.Method, _ pattern: String, bodyLimit: Int? = nil,
        _ handle: @escaping @Sendable (ServerRequest) async throws -> ServerResponse
    ) {
        on(
            method, pattern, bodyLimit: bodyLimit,
            .asynchronous { request in
                do {
                    return try await handle(request)
                } catch {
                    return EditErrorResponse.response(for: error)
                        ?? ErrorResponse.response(for: error, request: request.id, route: request.route)
                }
            })
    }
}

/// Answers to errors of pools, knowledge and storage.
enum EditErrorResponse {
    static func response(for error: any Error) -> ServerResponse? {
        switch error {
        case let error as CatalogError: catalog(error)
        case let error as PoolError: pool(error)
        case let error as StorageError:
            .error(.internalServerError, code: "storage_failed", message: error.description)
        case let error as UnenforceableSchema:
            .error(
                .badRequest, code: "unenforceable_schema", message: error.description,
                param: error.index.map { "/functions/\($0)\(error.pointer)" } ?? error.pointer)
        default: nil
        }
    }

    private static func catalog(_ error: CatalogError) -> ServerResponse {
        let message = error.description
        return switch error {
        case .unknownPool: .error(.notFound, code: "unknown_pool", message: message, param: "pool")
        case .unknownFunction: .error(.notFound, code: "unknown_function", message: message, param: "function")
        case .unknownTerm: .error(.notFound, code: "unknown_term", message: message, param: "term")
        case .preconditionFailed:
            .error(.preconditionFailed, code: "precondition_failed", message: message, param: "if-match")
        }
    }

    /// `param` is the JSON Pointer of what is wrong.
    private static func pool(_ error: PoolError) -> ServerResponse {
        let code =
            switch error.reason {
            case .unreadable, .notADocument, .wrongShape: "invalid_value"
            case .badName: "bad_name"
            case .reservedName: "reserved_name"
            case .duplicateName: "duplicate_name"
            case .badSchema: "bad_schema"
            case .tooLarge: "too_large"
            case .full: "pool_full"
            }
        return .error(
            error.reason == .full ? .conflict : .badRequest, code: code, message: error.description,
            param: error.pointer.isEmpty ? nil : error.pointer)
    }
}
