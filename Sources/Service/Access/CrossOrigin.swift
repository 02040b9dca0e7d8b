import Configuration
import HTTPServer
import HTTPTypes

/// Which web pages may read answers (WHATWG Fetch, 3.2, CORS).
package struct CrossOrigin: Sendable {
    private let isAny: Bool
    private let origins: Set<String>
    private let headers: String
    private let maxAge: String
    private let allowsCredentials: Bool
    private static let methods = "GET, HEAD, POST, PUT, DELETE, OPTIONS"
    private static let exposed = "x-request-id, server-timing, retry-after, etag, traceparent"

    init(_ cors: Settings.CORS) {
        isAny = cors.origins.contains("*")
        origins = Set(cors.origins)
        headers = cors.headers.joined(separator: ", ")
        maxAge = String(Int(cors.maxAge / .seconds(1)))
        allowsCredentials = cors.credentials
    }

    var isOn: Bool { !origins.isEmpty }

    /// The answer to a preflight from a page that may ask; nil for any other request.
    func preflight(_ head: RequestHead) -> ServerResponse? {
        guard isOn, head.method == .options, let origin = head.header("origin"),
            head.header("access-control-request-method") != nil, allows(origin)
        else { return nil }
        var response = ServerResponse(status: .noContent)
        response.headerFields[.accessControlAllowMethods] = Self.methods
        response.headerFields[.accessControlAllowHeaders] = headers
        response.headerFields[.accessControlMaxAge] = maxAge
        return response
    }

    /// Says in the answer who may read it.
    func mark(_ response: inout ServerResponse, for head: RequestHead) {
        guard isOn else { return }
        if !isAny { response.headerFields.addVary("origin") }
        guard let origin = head.header("origin"), allows(origin) else { return }
        response.headerFields[.accessControlAllowOrigin] = isAny ? "*" : origin
        if allowsCredentials { response.headerFields[.accessControlAllowCredentials] = "true" }
        if head.method != .options { response.headerFields[.accessControlExposeHeaders] = Self.exposed }
    }

    package func allows(_ origin: String) -> Bool { isAny || origins.contains(origin) }
}

extension HTTPFields {
    mutating func addVary(_ name: String) {
        let present = self[.vary]
        let names = present?.lowercased().split(separator: ",").map { $0.filter { $0 != " " } } ?? []
        if names.contains(name) { return }
        self[.vary] = present.map { "\($0), \(name)" } ?? name
    }
}
