import Inference

/// Asks a model on another server in the engine's place. It gives no thresholds to fit: what it says is the outcome.
struct AskRemote: Asking {
    let model: any StageModel

    func callAsFunction(_ question: Question, _ watch: Watch) async throws -> ModelAnswer {
        watch.tell(question.shown(to: watch))
        let format = question.offer.format
        var stage = StageRequest(
            messages: question.prompt.messages, schema: format.schema, maxTokens: question.maxTokens)
        stage.temperature = question.request.options.sampling.temperature
        stage.seed = question.request.seed.map { UInt64($0) }
        stage.priority = question.request.priority
        stage.deadline = question.deadline(since: watch.start)
        let answer = try await model.answer(stage)
        var said = ModelAnswer(
            model.modelName, try format.parse(answer.text), tokens: answer.tokens, usage: answer.usage)
        said.timings.decode = answer.timings.decode
        return said
    }
}
