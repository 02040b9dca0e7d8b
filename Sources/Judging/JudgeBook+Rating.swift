import Documents
import FunctionCalling
import Functions
import Inference
import OrderedCollections

/// Judges choose among answers, too.
extension JudgeBook: AnswerRating {
    public func judge(of request: FunctionCallRequest) throws -> String { try judge(named: request.judge).name }

    public func rate(
        _ answer: (outcome: Outcome, calls: [FunctionCall]), to request: FunctionCallRequest,
        functions: [FunctionDefinition], deadline: ContinuousClock.Instant?
    ) async throws -> AnswerRate {
        var judged = JudgeRequest(
            dialogue: JudgedDialogue(query: request.query, history: request.history, context: request.context.json),
            answer: FunctionAnswer(outcome: answer.outcome, calls: answer.calls))
        (judged.priority, judged.account) = (request.priority, request.options.account)
        let judgement = try await judge(named: request.judge).judge(judged, functions: functions, deadline: deadline)
        return AnswerRate(right: judgement.right, usage: judgement.cost.usage)
    }
}
