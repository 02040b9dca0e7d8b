import HTTPServer

extension Router {
    /// The same routes, each run with its request's record at hand and its answer in the form that the client takes.
    ///
    /// - Parameter bodyBytes: of a request, where the route says nothing else.
    func guarded(bodyBytes: Int) -> Router {
        var guarded = Router()
        for route in routes {
            guarded.on(
                route.method, route.pattern, bodyLimit: route.bodyLimit,
                Self.guarded(route, bodyLimit: route.bodyLimit ?? bodyBytes))
        }
        return guarded
    }

    private static func guarded(_ route: Route, bodyLimit: Int) -> Handler {
        // Answers of some bytes stay on the connection's queue: their routes are asked most and need none of this.
        if OperationsRoutes.health.contains(route.pattern) { return route.handler }
        return .asynchronous { request in
            let request = request.replacing(body: try BodyCoding.plain(request, limit: bodyLimit))
            let record = request.head.note as? RequestRecord
            var response = try await RequestRecord.$current.withValue(record) {
                switch route.handler {
                case .immediate(let handle): handle(request)
                case .asynchronous(let handle): try await handle(request)
                }
            }
            if case .stream(let write) = response.body {
                response.body = .stream { writer in
                    try await RequestRecord.$current.withValue(record) { try await write(writer) }
                }
            }
            AnswerForm.apply(to: &response, request, route, gzipFrom: record?.rules.gzipFromBytes ?? 0)
            return response
        }
    }
}
