import FunctionCalling
import HTTPServer
import Documents

/// `POST /v1/functioncall`: a sentence in, a valid call and its legacy frame out.
struct FunctionCallRoutes: Sendable {
    let pipeline: Pipeline
    let metrics: ServerMetrics

    func register(in table: inout RouteTable) {
        table.json(post: "/v1/functioncall", .generation) { body, request in
            var call = try FunctionCallRequest(json: body, limits: request.context.rules.limits)
            call.options.account = request.context.account
            return call.stream ? try await stream(call, to: request) : try await whole(call, to: request)
        }
    }

    private func whole(_ call: FunctionCallRequest, to request: ServerRequest) async throws -> ServerResponse {
        let result = try await pipeline.run(call)
        metrics.record(result, of: request.context)
        var response = ServerResponse.json(result.json)
        response.timings = [
            ServerTiming("queue", result.timings.queue), ServerTiming("retrieval", result.timings.retrieval),
            ServerTiming("prefill", result.timings.prefill), ServerTiming("decode", result.timings.decode),
        ]
        return response
    }

    /// Events `candidates`, `delta` and `done`, which has what `whole` answers.
    private func stream(_ call: FunctionCallRequest, to request: ServerRequest) async throws -> ServerResponse {
        try await EventFeed.response(.named, to: request) { emitter in
            let result = try await pipeline.run(call) { emitter.send($0.json, as: $0.name) }
            metrics.record(result, of: request.context)
            emitter.send(result.json, as: "done")
        }
    }
}
