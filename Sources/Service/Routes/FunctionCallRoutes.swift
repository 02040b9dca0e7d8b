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
