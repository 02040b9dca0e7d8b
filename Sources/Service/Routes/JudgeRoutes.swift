import Documents
import FunctionCalling
import Functions
import HTTPServer
import Judging
import Retrieval

/// `POST /v1/judge`: is this answer right? `POST /v1/judge/compare`: which of two is better?
struct JudgeRoutes: Sendable {
    let judges: JudgeBook
    let catalog: FunctionCatalog
    let defaultPool: String
    let metrics: ServerMetrics

    func register(in table: inout RouteTable) {
        table.json(post: "/v1/judge", .judge) { body, request in
            var judged = try JudgeRequest(json: body, limits: request.context.rules.limits)
            judged.account = request.context.account
            let judge = try judges.judge(named: judged.judge)
            let functions = try await functions(
                judged.functions, pool: judged.pool, query: judged.dialogue.query)
            let judgement = try await judge.judge(judged, functions: functions)
            metrics.record(verdict: judgement.verdict.rawValue)
            request.context.note(outcome: "verdict \(judgement.verdict.rawValue)")
            return .json(judgement.json)
        }
        table.json(post: "/v1/judge/compare", .comparison) { body, request in
            var compared = try CompareRequest(json: body, limits: request.context.rules.limits)
            compared.account = request.context.account
            let judge = try judges.judge(named: compared.judge)
            let functions = try await functions(
                compared.functions, pool: compared.pool, query: compared.dialogue.query)
            return .json(try await judge.compare(compared, functions: functions).json)
        }
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
