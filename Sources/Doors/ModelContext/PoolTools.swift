import Documents
import FunctionCalling
import Functions
import HTTPServer
import OrderedCollections
import Retrieval
import Service

/// What the pools of this server can do, as tools of the Model Context Protocol: find the functions for a sentence, and make
/// the call.
struct PoolTools: Sendable {
    let pipeline: Pipeline
    let metrics: ServerMetrics

    /// Arguments of each tool, all of them fields of `POST /v1/functioncall`.
    static let find = (name: "find_functions", fields: ["query", "history", "pool", "top_k", "min_score"])
    static let call = (
        name: "call_function",
        fields: [
            "query", "history", "context", "pool", "top_k", "min_score", "adapter", "max_calls", "seed", "knowledge",
        ]
    )

    /// The tools as `tools/list` has them, with the pools that are there now.
    func list() -> [JSONValue] {
        let schemas = PoolToolSchemas(catalog: pipeline.catalog, standard: pipeline.settings.defaultPool)
        return [schemas.find, schemas.call]
    }

    /// A tool's result: JSON, and the same as text. What a model can mend is a result that says so, not an error of the protocol.
    ///
    /// - Throws: `RPCError` for a tool that is not there, and arguments that are none.
    func run(_ name: String, _ arguments: JSONValue, for request: ServerRequest) async throws -> JSONValue {
        let fields: [String]
        switch name {
        case Self.find.name: fields = Self.find.fields
        case Self.call.name: fields = Self.call.fields
        default:
            throw RPCError.badParameters(
                "no tool is named \"\(name)\"; known tools: \(Self.find.name), \(Self.call.name)")
        }
        do {
            let asked = try Self.request(arguments, fields, request)
            let value = try await name == Self.find.name ? found(asked) : called(asked, request.context)
            return Self.result(value)
        } catch let error where !(error is CancellationError) {
            let message = ErrorResponse.json(for: error, to: request)["error"]?["message"]?.stringValue
            return ["content": [["type": "text", "text": .string(message ?? "\(error)")]], "isError": true]
        }
    }

    private static func request(
        _ arguments: JSONValue, _ fields: [String], _ request: ServerRequest
    ) throws -> FunctionCallRequest {
        if let unknown = arguments.objectValue?.keys.first(where: { !fields.contains($0) }) {
            throw FieldError(
                path: unknown, reason: .unknown,
                message: "unknown argument \(unknown); known here: \(fields.joined(separator: ", "))")
        }
        let limits = request.context.rules.limits
        try limits.check(arguments)
        var asked = try FunctionCallRequest(json: arguments, limits: limits)
        asked.options.account = request.context.account
        return asked
    }

    private func found(_ asked: FunctionCallRequest) async throws -> JSONValue {
        let result = try await pipeline.search(asked), name = asked.pool ?? pipeline.settings.defaultPool
        let pool = pipeline.catalog.pool(named: name)?.pool
        let functions = result.candidates.compactMap { candidate -> JSONValue? in
            guard let function = pool?[candidate.name] else { return nil }
            return [
                "name": .string(function.name), "description": .string(function.description),
                "parameters": function.parameters, "score": .rounded(candidate.score, 4),
            ]
        }
        return ["pool": .string(name), "functions": .array(functions)]
    }

    private func called(_ asked: FunctionCallRequest, _ context: RequestContext) async throws -> JSONValue {
        let result = try await pipeline.run(asked)
        metrics.record(result, of: context)
        let answer = result.json
        var value: JSONObject = [:]
        for name in ["outcome", "message", "calls", "legacy"] { value[name] = answer[name] }
        return .object(value)
    }

    private static func result(_ value: JSONValue) -> JSONValue {
        ["content": [["type": "text", "text": .string(value.text())]], "structuredContent": value, "isError": false]
    }
}
