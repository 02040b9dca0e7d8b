import Functions
import Inference

/// Asks the engine, whose answer can be nothing but what the grammar allows.
struct Ask: Asking {
    let generator: any Generator
    let template: any ConversationTemplate
    let catalog: FunctionCatalog
    let prepare: Prepare
    let settings: PipelineSettings

    /// Alternatives of a token that are looked at; names begin in few ways.
    private static let alternatives = 16
    /// Log-odds of a call where the model wrote a list of calls without being asked again.
    private static let sure = 6.0

    func callAsFunction(_ question: Question, _ watch: Watch) async throws -> ModelAnswer {
        let generation = generation(for: question, watch)
        if watch.listener != nil { try generator.check(generation) }
        watch.tell(question.shown(to: watch))
        // A model that was taught what this pool serves needs no other judge of it. What was taught any functions does: of BFCL's
        // live_simple it refused 11 of 100 calls by itself, 5 beside the decision, and irrelevance no less.
        let isTaught = question.offer.found.isTaughtPool
        if settings.choosing == .calibrated, question.request.maxCalls == 1 {
            return isTaught
                ? try await taught(generation, question, watch) : try await weighed(generation, question, watch)
        }
        let answer = try await AnswerStream(generator: generator, watch: watch).run(generation).answer
        var said = ModelAnswer(generator.modelName, try question.offer.format.parse(answer.text), of: answer)
        if settings.choosing == .calibrated, !isTaught, !said.calls.isEmpty {
            // That there is a call at all was chosen by the bracket before it.
            var evidence = ModelAnswer.Evidence()
            (evidence.overNone, evidence.overUnclear) = (Self.sure, Self.sure)
            said.evidence = evidence
        }
        return said
    }

    private func generation(for question: Question, _ watch: Watch) -> GenerationRequest {
        let request = question.request
        var generation = GenerationRequest(prompt: question.prompt.tokens, maxTokens: question.maxTokens)
        generation.grammar = question.offer.prepared.grammar
        generation.priority = request.priority
        generation.account = request.options.account
        generation.sampling = request.options.sampling
        if let seed = request.seed { generation.sampling.seed = UInt64(seed) }
        generation.topLogprobs = request.options.topLogprobs
        generation.deadline = question.deadline(since: watch.start)
        generation.adapter = question.offer.found.adapter?.use(on: generation.prompt)
        return generation
    }

    /// Has a model answer that decides itself whether it calls; what retrieval says is weighed against the name alone, and only
    /// asked for where the model is not sure of it.
    private func taught(
        _ generation: GenerationRequest, _ question: Question, _ watch: Watch
    ) async throws -> ModelAnswer {
        let stream = AnswerStream(generator: generator, watch: watch)
        let weighing = question.offer.found.weighing(settings.retrievalWeight)
        var generation = generation
        if weighing != nil { generation.topLogprobs = max(generation.topLogprobs ?? 0, Self.alternatives) }
        let (answer, verdict) = try await stream.run(generation, weighing: weighing)
        guard let overruling = verdict.overruling else {
            var said = ModelAnswer(generator.modelName, try question.offer.format.parse(answer.text), of: answer)
            said.usage = said.usage + verdict.usage
            return said
        }
        let forced = try await called(overruling, of: question, like: generation, by: stream)
        var said = ModelAnswer(generator.modelName, (.call, forced.calls), of: forced.answer)
        said.usage = answer.usage + verdict.usage + said.usage
        for index in said.calls.indices { said.calls[index].confidence = overruling.probability }
        return said
    }

    /// Has the model write a call of the function that overruled its own; nil: of any function.
    private func called(
        _ chosen: RetrievalPrior.Overruling?, of question: Question, like generation: GenerationRequest,
        by stream: AnswerStream
    ) async throws -> (answer: Generation, calls: [FunctionCall]) {
        let functions = question.offer.functions
        let left = chosen.map { chosen in functions.filter { $0.name == chosen.name } } ?? functions
        let format = AnswerFormat(left, offersOthers: false)
        var generation = generation
        generation.grammar = try await prepare.grammar(of: format)
        let answer = try await stream.run(generation).answer
        return (answer, try format.parse(answer.text).calls)
    }

    /// Has the model answer, and what retrieval says weighed against the name that it writes.
    ///
    /// Where the model itself refuses, it is asked for a call all the same: whether it is right to refuse shows only
    /// beside the call it would have made.
    private func weighed(
        _ generation: GenerationRequest, _ question: Question, _ watch: Watch
    ) async throws -> ModelAnswer {
        let stream = AnswerStream(generator: generator, watch: watch)
        var generation = generation
        generation.topLogprobs = max(generation.topLogprobs ?? 0, Self.alternatives)
        var (answer, verdict) = try await stream.run(
            generation, weighing: question.offer.found.weighing(settings.retrievalWeight))
        var usage = answer.usage + verdict.usage
        let odds = NameTokens(answer.tokens, generator.tokenizer).odds(functions: question.offer.functions.map(\.name))
        var parsed = try verdict.overruling == nil ? question.offer.format.parse(answer.text) : (.call, [])
        if parsed.calls.isEmpty {
            (answer, parsed.calls) = try await called(
                verdict.overruling, of: question, like: generation, by: stream)
            usage = usage + answer.usage
        }
        var said = ModelAnswer(generator.modelName, parsed, of: answer)
        said.usage = usage
        var evidence = ModelAnswer.Evidence()
        (evidence.overNone, evidence.overUnclear) = (odds.overNone, odds.overUnclear)
        evidence.overruling = verdict.overruling
        if let call = said.calls.first, let function = question.offer.function(named: call.function),
            settings.checksRelevance || catalog.choice(for: question).needsCheck
        {
            let check = try await RelevanceCheck(generator: generator, template: template)
                .ask(function, question.request, like: generation)
            evidence.check = check.odds
            said.usage = said.usage + check.usage
        }
        said.evidence = evidence
        return said
    }
}
