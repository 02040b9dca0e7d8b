import HTTPServer

extension Router {
    /// The same routes, each run with its request's record at hand and its answer in the form that the client takes.
    func guarded() -> Router {
        var guarded = Router()
        for route in routes { guarded.on(route.method, route.pattern, bodyLimit: route.bodyLimit, Self.guarded(route)) }
        return guarded
    }

    private static func guarded(_ route: Route) -> Handler {
        // Answers of some bytes stay on the connection's queue: their routes are asked most and need none of this.
        if ["/healthz", "/readyz"].contains(route.pattern) { return route.handler }
        return .asynchronous { request in
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
