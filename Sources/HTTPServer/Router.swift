import HTTPTypes

/// What answers a route.
public enum Handler: Sendable {
    /// Runs on the connection's queue, without a hop: for answers of some microseconds. Must not block.
    case immediate(@Sendable (ServerRequest) -> ServerResponse)
    /// Runs in a task of its own, which is cancelled when the client goes away.
    case asynchronous(@Sendable (ServerRequest) async throws -> ServerResponse)
}

/// One method under one pattern.
public struct Route: Sendable {
    public let method: HTTPRequest.Method
    /// As registered: `/v1/pools/{pool}`.
    public let pattern: String
    /// Bytes a body may have; nil: `Limits.bodyBytes`.
    public let bodyLimit: Int?
    public let handler: Handler
}

/// Methods and path patterns to handlers. A pattern is made of literal segments and `{name}` segments; a literal
/// wins over a name. HEAD is answered by GET's handler, OPTIONS by the list of methods, unless registered.
public struct Router: Sendable {
    /// A segment's choices; nodes lie in one array and name each other by index.
    private struct Node {
        var literals: [String: Int] = [:]
        var named: Int?
        var routes: [(route: Route, names: [String])] = []
    }

    package enum Match {
        case route(Route, PathParameters)
        /// The path is known under other methods: the value of `Allow`.
        case otherMethods(String)
        /// Nothing is there, but a route is at this path, which lacks the slash at the end.
        case withoutSlash(String)
        case none
        /// Not valid percent-encoded UTF-8.
        case badPath
    }

    private var nodes = [Node()]
    /// Patterns without names, by whole path: most requests need no walk.
    private var exact: [String: Int] = [:]

    public init() {}

    /// All routes in order of their paths, for documents and tests.
    public var routes: [Route] { nodes.flatMap { $0.routes.map(\.route) }.sorted { $0.pattern < $1.pattern } }

    public mutating func on(
        _ method: HTTPRequest.Method, _ pattern: String, bodyLimit: Int? = nil, _ handler: Handler
    ) {
        precondition(pattern.hasPrefix("/"), "pattern \"\(pattern)\" does not begin with /")
        var (index, names) = (0, [String]())
        for segment in pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            if segment.hasPrefix("{"), segment.hasSuffix("}") {
                names.append(String(segment.dropFirst().dropLast()))
                index = namedChild(of: index)
            } else {
                index = literalChild(String(segment), of: index)
            }
        }
        let isNew = !nodes[index].routes.contains { $0.route.method == method }
        precondition(isNew, "\(method) \(pattern) is registered twice")
        if names.isEmpty { exact[pattern] = index }
        let route = Route(method: method, pattern: pattern, bodyLimit: bodyLimit, handler: handler)
        nodes[index].routes.append((route, names))
    }

    /// A synchronous GET.
    public mutating func get(
        _ pattern: String, immediate handler: @escaping @Sendable (ServerRequest) -> ServerResponse
    ) {
        on(.get, pattern, .immediate(handler))
    }

    public mutating func get(
        _ pattern: String, _ handler: @escaping @Sendable (ServerRequest) async throws -> ServerResponse
    ) { on(.get, pattern, .asynchronous(handler)) }

    public mutating func post(
        _ pattern: String, bodyLimit: Int? = nil,
        _ handler: @escaping @Sendable (ServerRequest) async throws -> ServerResponse
    ) { on(.post, pattern, bodyLimit: bodyLimit, .asynchronous(handler)) }

    public mutating func put(
        _ pattern: String, bodyLimit: Int? = nil,
        _ handler: @escaping @Sendable (ServerRequest) async throws -> ServerResponse
    ) { on(.put, pattern, bodyLimit: bodyLimit, .asynchronous(handler)) }

    public mutating func delete(
        _ pattern: String, _ handler: @escaping @Sendable (ServerRequest) async throws -> ServerResponse
    ) { on(.delete, pattern, .asynchronous(handler)) }

    /// Finds the route of a path as sent. Each segment is percent-decoded once, so an encoded `/` stays inside its segment.
    package func match(_ method: HTTPRequest.Method, path: String) -> Match {
        if let index = exact[path] { return choose(method, in: nodes[index], values: []) }
        guard path.utf8.first == UInt8(ascii: "/") else { return .none }
        var segments: [String] = []
        for segment in path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let decoded = PercentEncoding.decode(segment) else { return .badPath }
            segments.append(decoded)
        }
        guard segments.count <= 64 else { return .none }
        if let (node, values) = find(segments[...], from: 0) { return choose(method, in: node, values: values) }
        guard segments.count > 1, segments.last == "", find(segments.dropLast(), from: 0) != nil else { return .none }
        return .withoutSlash(String(path.dropLast()))
    }

    private func find(_ segments: ArraySlice<String>, from index: Int) -> (Node, [String])? {
        let node = nodes[index]
        guard let segment = segments.first else { return node.routes.isEmpty ? nil : (node, []) }
        if let child = node.literals[segment], let found = find(segments.dropFirst(), from: child) { return found }
        guard !segment.isEmpty, let child = node.named, let (found, values) = find(segments.dropFirst(), from: child)
        else { return nil }
        return (found, [segment] + values)
    }

    private func choose(_ method: HTTPRequest.Method, in node: Node, values: [String]) -> Match {
        let found =
            node.routes.first { $0.route.method == method }
            ?? (method == .head ? node.routes.first { $0.route.method == .get } : nil)
        guard let (route, names) = found else { return .otherMethods(Self.allow(node)) }
        var parameters = PathParameters()
        for (name, value) in zip(names, values) { parameters.append(name, value) }
        return .route(route, parameters)
    }

    private static func allow(_ node: Node) -> String {
        var methods = node.routes.map(\.route.method.rawValue)
        if methods.contains("GET"), !methods.contains("HEAD") { methods.append("HEAD") }
        if !methods.contains("OPTIONS") { methods.append("OPTIONS") }
        return methods.sorted().joined(separator: ", ")
    }

    private mutating func namedChild(of index: Int) -> Int {
        if let child = nodes[index].named { return child }
        nodes.append(Node())
        nodes[index].named = nodes.count - 1
        return nodes.count - 1
    }

    private mutating func literalChild(_ segment: String, of index: Int) -> Int {
        if let child = nodes[index].literals[segment] { return child }
        nodes.append(Node())
        nodes[index].literals[segment] = nodes.count - 1
        return nodes.count - 1
    }
}
