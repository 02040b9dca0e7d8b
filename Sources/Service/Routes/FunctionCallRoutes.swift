import FunctionCalling
import HTTPServer
import OrderedJSON

/// `POST /v1/functioncall`: a sentence in, a valid call and its legacy frame out.
struct FunctionCallRoutes: Sendable {
    let pipeline: Pipeline
    let metrics: ServerMetrics

    func register(in router: inout Router) {
        router.json(post: "/v1/functioncall") { body, _ in
            let result = try await pipeline.run(FunctionCallRequest(json: body))
            metrics.record(result)
            var response = ServerResponse.json(result.json)
            response.timings = [
                ServerTiming("queue", result.timings.queue), ServerTiming("retrieval", result.timings.retrieval),
                ServerTiming("prefill", result.timings.prefill), ServerTiming("decode", result.timings.decode),
            ]
            return response
        }
    }
}

/// `GET /v1/pools` and `GET /v1/pools/{pool}`.
struct PoolRoutes: Sendable {
    let catalog: FunctionCatalog

    func register(in router: inout Router) {
        router.get(
            "/v1/pools",
            immediate: { _ in
                let pools = catalog.poolNames.compactMap { catalog.pool(named: $0)?.pool }
                return .json([
                    "pools": .array(
                        pools.map { ["name": .string($0.name), "functions": .integer($0.functions.count)] })
                ])
            })
        router.get("/v1/pools/{pool}") { request in
            let name = request.parameters["pool"] ?? ""
            guard let pool = catalog.pool(named: name)?.pool else {
                return .error(
                    .notFound, code: "unknown_pool",
                    message: FunctionCallError.unknownPool(name, known: catalog.poolNames).description, param: "pool")
            }
            return .json(pool.json)
        }
    }
}
