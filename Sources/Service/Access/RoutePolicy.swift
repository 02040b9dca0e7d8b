import Configuration
import Documents
import HTTPServer
import HTTPTypes

/// What a route asks of its callers and needs of the server. It is registered with the route and stands nowhere else.
package struct RoutePolicy: Sendable, Hashable {
    /// That a key must have; nil: the route is open to everybody.
    package var scope: Scope?
    /// A full engine refuses a request before its body is read.
    package var needsEngine = false
    /// Its answers are worth keeping by clients: they carry a tag.
    package var isConditional = false
    /// Its answers are some bytes, always the same: they go out from the connection's queue as they are, since such routes
    /// are asked most.
    package var isSmall = false
    /// Bytes that a body may have; nil: as the settings say.
    package var bodyBytes: Int?

    /// Health, for whoever asks.
    static let small = RoutePolicy(isSmall: true)
    /// What the server says of itself, for whoever asks.
    static let open = RoutePolicy(isConditional: true)
    /// Asks nothing of the engine, or only now and then.
    package static let call = RoutePolicy(scope: .call)
    /// Asks the engine each time.
    package static let generation = RoutePolicy(scope: .call, needsEngine: true)
    static let judge = RoutePolicy(scope: .judge)
    /// Asks the engine each time, where a verdict may come from rules alone.
    static let comparison = RoutePolicy(scope: .judge, needsEngine: true)
    static let metrics = RoutePolicy(scope: .metrics)
    /// Reads what administrators keep here.
    static let read = RoutePolicy(scope: .call, isConditional: true)
    /// Changes it.
    static let write = RoutePolicy(scope: .admin)

    /// Changes it by a body of another size than the settings allow elsewhere.
    static func write(bodyBytes: Int) -> RoutePolicy { RoutePolicy(scope: .admin, bodyBytes: bodyBytes) }
}

/// What the clients of some routes expect of every answer, from wherever it comes: of errors above all.
package protocol ClientForm: Sendable {
    /// The route, and the beginning of those below it.
    var route: String { get }

    /// - Parameter id: the request's.
    func apply(to response: inout ServerResponse, id: String)
}

extension ClientForm {
    func covers(_ path: String) -> Bool { path == route || path.hasPrefix(route + "/") }
}

/// The server's routes, each with its policy.
package struct RouteTable {
    package struct Key: Hashable, Sendable, CustomStringConvertible {
        let method: HTTPRequest.Method
        let pattern: String

        package var description: String { "\(method) \(pattern)" }
    }

    private(set) var router = Router()
    private(set) var policies: [Key: RoutePolicy] = [:]
    private(set) var forms: [any ClientForm] = []
    /// Bytes that a body may have where the policy says nothing.
    let bodyBytes: Int

    init(bodyBytes: Int) { self.bodyBytes = bodyBytes }

    /// A route whose errors become answers, and whose answer goes out in the form that the client takes.
    package mutating func on(
        _ method: HTTPRequest.Method, _ pattern: String, _ policy: RoutePolicy,
        _ handle: @escaping @Sendable (ServerRequest) async throws -> ServerResponse
    ) {
        policies[Key(method: method, pattern: pattern)] = policy
        let limit = policy.bodyBytes ?? bodyBytes
        router.on(
            method, pattern, bodyLimit: policy.bodyBytes,
            .asynchronous { request in
                var response: ServerResponse
                do {
                    let request = request.replacing(body: try BodyCoding.plain(request, limit: limit))
                    response = try await handle(request)
                } catch {
                    response = ErrorResponse.response(for: error, to: request)
                }
                AnswerForm.apply(
                    to: &response, request, isConditional: policy.isConditional,
                    gzipFrom: request.context.rules.gzipFromBytes)
                return response
            })
    }

    /// All answers below the form's route go out in it.
    package mutating func answer(in form: any ClientForm) { forms.append(form) }

    /// A route whose answer is ready, and the same for all.
    mutating func small(
        _ method: HTTPRequest.Method, _ pattern: String, _ answer: @escaping @Sendable () -> ServerResponse
    ) {
        policies[Key(method: method, pattern: pattern)] = .small
        router.on(method, pattern, .immediate { _ in answer() })
    }

    /// A route whose body is JSON.
    package mutating func json(
        post pattern: String, _ policy: RoutePolicy,
        _ handle: @escaping @Sendable (JSONValue, ServerRequest) async throws -> ServerResponse
    ) { on(.post, pattern, policy) { request in try await handle(request.json(), request) } }
}
