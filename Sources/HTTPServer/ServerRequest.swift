import HTTPTypes

/// A whole request, as handlers get it.
public struct ServerRequest: Sendable {
    public let head: RequestHead
    /// The body, complete and within the route's limit.
    public private(set) var body: [UInt8]
    /// Values of the pattern's `{names}`, percent-decoded.
    public let parameters: PathParameters
    /// The client's `x-request-id` if it is sane (1…128 of `A-Za-z0-9-_.:`), else one made here.
    public let id: String
    /// The pattern that matched, as in `/v1/pools/{pool}`: a label of bounded cardinality.
    public let route: String
    public let client: SocketAddress?
    /// When the head was complete.
    public let received: ContinuousClock.Instant

    /// The same request with another body: what came unpacked.
    public func replacing(body: [UInt8]) -> ServerRequest {
        var request = self
        request.body = body
        return request
    }

    public var method: HTTPRequest.Method { head.method }
    public var path: String { head.path }
    public func header(_ name: String) -> String? { head.header(name) }
    /// All values of a field whose value is a list; nil where it does not stand.
    public func list(_ name: String) -> String? { head.list(name) }
    public func queryItem(_ name: String) -> String? { head.queryItem(name) }
}

/// What stood in place of a pattern's `{names}`.
public struct PathParameters: Sendable, Equatable {
    package private(set) var items: [(name: String, value: String)] = []

    package init() {}

    package mutating func append(_ name: String, _ value: String) { items.append((name, value)) }

    /// The value of a name; nil only if the pattern has no such name.
    public subscript(name: String) -> String? { items.first { $0.name == name }?.value }

    public static func == (left: PathParameters, right: PathParameters) -> Bool {
        left.items.elementsEqual(right.items) { $0 == $1 }
    }
}
