import Documents
import FunctionCalling
import Functions
import HTTPServer
import Judging
import Retrieval

/// `POST /v1/judge`: is this answer right? `POST /v1/judge/compare`: which of two is better?
struct JudgeRoutes: Sendable {
    let judge: Judge
    let catalog: FunctionCatalog
    let defaultPool: String
    let metrics: ServerMetrics

    func register(in router: inout Router) {
        router.json(post: "/v1/judge") { body, _ in
            let request = try JudgeRequest(json: body)
            try refuse(judge: request.judge)
            let functions = try await functions(
                request.functions, pool: request.pool, query: request.dialogue.query)
            let judgement = try await judge.judge(request, functions: functions)
            metrics.record(verdict: judgement.verdict.rawValue)
            return .json(judgement.json)
        }
        router.json(post: "/v1/judge/compare") { body, _ in
            let request = try CompareRequest(json: body)
            try refuse(judge: request.judge)
            let functions = try await functions(
                request.functions, pool: request.pool, query: request.dialogue.query)
            return .json(try await judge.compare(request, functions: functions).json)
        }
    }

    /// There is one judge so far, the model itself.
    private func refuse(judge name: String?) throws(FieldError) {
        guard let name, name != "local" else { return }
        throw FieldError(
            path: "judge", reason: .outOfRange, message: "no judge is named \"\(name)\"; known judges: local")
    }

    /// The functions given, or all of the pool with those that fit the query first: the model is shown the first ones.
    private func functions(
        _ inline: [FunctionDefinition]?, pool name: String?, query: String
    ) async throws -> [FunctionDefinition] {
        if let inline { return inline }
        let name = name ?? defaultPool
        guard let pool = catalog.pool(named: name) else {
            throw FunctionCallError.unknownPool(name, known: catalog.poolNames)
        }
        guard let retriever = pool.retrievers[.lexical] else { return pool.pool.functions }
        let best = try await retriever.candidates(for: RetrievalQuery(query, history: []), limit: 10)
        let first = best.compactMap { pool.pool[$0.name] }
        return first + pool.pool.functions.filter { function in !first.contains { $0.name == function.name } }
    }
}
