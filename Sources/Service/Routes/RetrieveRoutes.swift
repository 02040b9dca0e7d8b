import Documents
import FunctionCalling
import HTTPServer
import OpenTelemetry
import OrderedCollections
import Retrieval
import Telemetry

/// `POST /v1/retrieve`: the functions that may answer a query, without asking the model to choose.
struct RetrieveRoutes: Sendable {
    let pipeline: Pipeline
    let metrics: ServerMetrics

    /// Fields of `POST /v1/functioncall` that retrieval takes too.
    private static let known: Set<String> = [
        "query", "history", "pool", "functions", "top_k", "min_score", "retriever",
    ]

    func register(in table: inout RouteTable) {
        table.json(post: "/v1/retrieve", .call) { body, request in
            if let unknown = body.objectValue?.keys.first(where: { !Self.known.contains($0) }) {
                throw FieldError(
                    path: unknown, reason: .unknown,
                    message: "unknown field \(unknown); known here: \(Self.known.sorted().joined(separator: ", "))")
            }
            let call = try FunctionCallRequest(json: body, limits: request.context.rules.limits)
            let clock = ContinuousClock(), start = clock.now
            let result = try await pipeline.search(call)
            let time = clock.now - start
            request.context.note(
                stages: TracedRequest.Stage.sequence(endingAt: WallClock.nanoseconds, [("retrieval", time)]))
            let candidates = result.candidates.map {
                JSONValue.object(["function": .string($0.name), "score": .number($0.score)])
            }
            var response = ServerResponse.json([
                "candidates": .array(candidates), "description": result.description.map { .string($0) } ?? .null,
                "timings": ["retrieval_ms": .number(time / .milliseconds(1))],
            ])
            response.timings = [ServerTiming("retrieval", time)]
            return response
        }
    }
}
