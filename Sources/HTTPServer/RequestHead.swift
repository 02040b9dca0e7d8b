import HTTPTypes
import Synchronization

public enum HTTPVersion: String, Sendable, Hashable {
    case http10 = "HTTP/1.0"
    case http11 = "HTTP/1.1"
    case http2 = "HTTP/2"
}

/// A request without its body, checked, in whichever protocol it came. Immutable, but for the observer's context, which is set once.
public final class RequestHead: Sendable {
    public let method: HTTPRequest.Method
    public let version: HTTPVersion
    /// `http` or `https`.
    public let scheme: String
    /// Host and port as the client named them; nil only in HTTP/1.0.
    public let authority: String?
    /// Path as sent, still percent-encoded; `*` for `OPTIONS *`.
    public let path: String
    /// What follows `?`, still encoded; nil without `?`.
    public let query: String?
    package let headers: HeaderBlock
    private let noted = Mutex<(any Sendable)?>(nil)

    package init(
        method: HTTPRequest.Method, version: HTTPVersion, scheme: String, authority: String?, path: String,
        query: String?, headers: HeaderBlock
    ) {
        self.method = method
        self.version = version
        self.scheme = scheme
        self.authority = authority
        self.path = path
        self.query = query
        self.headers = headers
    }

    /// Whatever the observer wants to find again in handlers and at the end: who asks, what is counted.
    public var context: (any Sendable)? {
        get { noted.withLock { $0 } }
        set { noted.withLock { $0 = newValue } }
    }

    /// The first value of a field.
    ///
    /// - Parameter name: in lower case, as in `"content-type"`.
    public func header(_ name: String) -> String? { headers.first(name) }

    /// All values of a field, in order.
    ///
    /// - Parameter name: in lower case.
    public func headers(_ name: String) -> [String] { headers.all(name) }

    /// All values of a field whose value is a list, as one list (RFC 9110, 5.3); nil where it does not stand.
    ///
    /// - Parameter name: in lower case.
    public func list(_ name: String) -> String? {
        let values = headers.all(name)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// The request as the currency type of swift-http-types. Made anew on each call.
    public var httpRequest: HTTPRequest {
        let target = query.map { "\(path)?\($0)" } ?? path
        return HTTPRequest(
            method: method, scheme: scheme, authority: authority, path: target, headerFields: headers.fields)
    }

    /// Names and values of the query, percent-decoded, `+` as a space; in order. A pair whose name cannot be
    /// decoded is left out; such a value stands as it came, so that nobody takes it for absent.
    public var queryItems: [(name: String, value: String)] {
        guard let query else { return [] }
        return query.split(separator: "&").compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(parts[0].utf8, plusIsSpace: true) else { return nil }
            guard parts.count == 2 else { return (name, "") }
            return (name, PercentEncoding.decode(parts[1].utf8, plusIsSpace: true) ?? String(parts[1]))
        }
    }

    /// The first value of a query item.
    public func queryItem(_ name: String) -> String? { queryItems.first { $0.name == name }?.value }
}
