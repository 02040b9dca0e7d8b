import Inference
import OrderedJSON

extension Pipeline {
    /// The choice on another server. It gives no thresholds to fit: what it says is the outcome.
    func select(
        _ selector: any StageModel, _ prompt: Prompt, _ prepared: PreparedCandidates, _ request: FunctionCallRequest,
        _ maxTokens: Int, _ start: ContinuousClock.Instant, into result: inout FunctionCallResult
    ) async throws -> StageAnswer {
        var question = StageRequest(messages: prompt.messages, schema: prepared.format.schema, maxTokens: maxTokens)
        question.seed = request.seed.map { UInt64($0) }
        question.priority = request.priority
        question.deadline = request.timeout.map { start + $0 }
        let answer = try await selector.answer(question)
        (result.outcome, result.calls) = try prepared.format.parse(answer.text)
        let confidences = ChoiceConfidence.ofNames(in: answer.tokens)
        for (index, confidence) in confidences.enumerated() where index < result.calls.count {
            result.calls[index].confidence = confidence
        }
        result.model = selector.modelName
        result.confidence = confidences.reduce(1, *)
        result.usage = answer.usage
        result.timings.decode = answer.timings.decode
        result.droppedTurns = prompt.droppedTurns
        return answer
    }
}
