import Evaluation
import FunctionCalling
import HTTPServer
import OrderedJSON

/// `POST /v1/judge`: is this answer right?
struct JudgeRoutes: Sendable {
    let judge: Judge
    let catalog: FunctionCatalog
    let defaultPool: String
    let metrics: ServerMetrics

    func register(in router: inout Router) {
        router.json(post: "/v1/judge") { body, _ in
            let request = try JudgeRequest(json: body)
            let judgement = try await judge.judge(request, functions: functions(of: request))
            metrics.record(verdict: judgement.verdict.rawValue)
            return .json(judgement.json)
        }
    }

    private func functions(of request: JudgeRequest) throws(FunctionCallError) -> [FunctionDefinition] {
        if let functions = request.functions { return functions }
        let name = request.pool ?? defaultPool
        guard let pool = catalog.pool(named: name) else {
            throw FunctionCallError.unknownPool(name, known: catalog.poolNames)
        }
        return pool.pool.functions
    }
}
