import Inference
import OrderedJSON

extension Pipeline {
    /// Has the model answer, and decides by what is known of the call that it would make.
    ///
    /// Where the model itself refuses, it is asked for a call all the same: whether it is right to refuse shows only
    /// beside the call it would have made.
    ///
    /// - Parameters:
    ///   - retrieved: what is offered; its scores count where their scale is known.
    ///   - dialogue: everything that was said or is known, as text.
    ///   - tell: hears of the call, though it may come to nothing.
    func choose(
        _ generation: GenerationRequest, _ prepared: PreparedCandidates, _ request: FunctionCallRequest,
        _ pool: IndexedPool, _ examples: NearExamples, _ retrieved: RetrievalResult, dialogue: String,
        _ tell: CallProgress.Listener?, into result: inout FunctionCallResult
    ) async throws -> Generation {
        let model = catalog.choiceModel(for: pool.pool.name) ?? .standard(for: request)
        let functions = prepared.format.functions
        var generation = generation
        generation.topLogprobs = max(generation.topLogprobs ?? 0, Self.alternatives)
        var (answer, verdict) = try await generate(generation, tell, weighing: prior(of: retrieved))
        var usage = answer.usage + verdict.usage
        let odds = NameTokens(answer.tokens, generator.tokenizer).odds(functions: functions.map(\.name))
        var (outcome, calls) = try verdict.overruling == nil ? prepared.format.parse(answer.text) : (.call, [])
        if calls.isEmpty {
            let left = verdict.overruling.map { chosen in functions.filter { $0.name == chosen.name } } ?? functions
            let forced = AnswerFormat(left, offersOthers: false)
            generation.grammar = try await compile(forced)
            answer = try await generate(generation, tell)
            usage = usage + answer.usage
            (outcome, calls) = try forced.parse(answer.text)
        }
        result.usage = usage
        guard var call = calls.first, let function = functions.first(where: { $0.name == call.function }) else {
            result.outcome = outcome
            return answer
        }
        var features = ChoiceEvidence.features(
            call, of: function, among: functions, answer: answer, query: request.query,
            dialogue: dialogue, tokenizer: generator.tokenizer)
        (features[.overNone], features[.overUnclear]) = (odds.overNone, odds.overUnclear)
        if let overruling = verdict.overruling { features[.name] = overruling.logprob }
        features[.retrieved] = retrieved.cosine(of: call.function) ?? 0
        features[.likeness] = examples.likeness(to: call.function)
        features[.agreement] = examples.agreement(on: call.function)
        if model.needsCheck || settings.checksRelevance {
            let check = try await RelevanceCheck(generator: generator, template: template)
                .ask(function, request, like: generation)
            features[.check] = check.odds
            result.usage = result.usage + check.usage
        }
        let decision = model.decide(features)
        (result.outcome, result.choice) = (decision.outcome, features)
        let name = verdict.overruling?.probability ?? ChoiceConfidence.ofNames(in: answer.tokens).first ?? 1
        result.confidence = decision.outcome == .call ? name * decision.confidence : decision.confidence
        if decision.outcome == .call {
            call.parameters = SaidMoments(query: request.query).corrected(call.parameters, function.parameters)
            call.parameters = SaidShares(query: request.query).corrected(call.parameters, function.parameters)
            call.parameters = UnsaidValues(dialogue: dialogue).dropped(from: call.parameters, function.parameters)
            call.confidence = result.confidence
            result.calls = [call]
        }
        return answer
    }

    /// Alternatives of a token that are looked at; names begin in few ways.
    private static let alternatives = 16
}
