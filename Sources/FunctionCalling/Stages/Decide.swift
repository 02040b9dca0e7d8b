import Foundation
import Functions
import SpokenTime
import Tokenization

/// What a request came to, before rules correct the calls.
package struct Choice: Sendable {
    package var outcome: Outcome
    /// Empty unless the outcome is a call.
    package var calls: [FunctionCall]
    /// Probability of the outcome, in [0, 1].
    package var confidence: Double
    /// What it was decided from; nil where the model decided alone.
    package var features: ChoiceFeatures?

    package init(outcome: Outcome, calls: [FunctionCall], confidence: Double, features: ChoiceFeatures? = nil) {
        (self.outcome, self.calls, self.confidence, self.features) = (outcome, calls, confidence, features)
    }
}

/// The fifth stage: a call, or one of the two other outcomes. Of several calls each is decided on alone.
package struct Decide: Sendable {
    let catalog: FunctionCatalog
    let tokenizer: Tokenizer

    package func callAsFunction(_ answer: ModelAnswer, _ question: Question) -> Choice {
        guard answer.evidence != nil, !answer.calls.isEmpty else {
            let confidence = ChoiceConfidence.ofNames(in: answer.tokens).reduce(1, *)
            return Choice(outcome: answer.outcome, calls: answer.calls, confidence: confidence)
        }
        let evidence = ChoiceEvidence(answer: answer, question: question, tokenizer: tokenizer)
        let choices = answer.calls.indices.compactMap { index in
            question.offer.function(named: answer.calls[index].function).map { function in
                choice(answer.calls[index], evidence.features(ofCall: index, function), answer, question)
            }
        }
        let made = choices.filter { $0.outcome == .call }
        guard let first = made.first, choices.count > 1 else {
            return choices.first ?? Choice(outcome: answer.outcome, calls: [], confidence: 1)
        }
        return Choice(
            outcome: .call, calls: made.flatMap(\.calls), confidence: made.reduce(1) { $0 * $1.confidence },
            features: first.features)
    }

    /// Of one call.
    private func choice(
        _ call: FunctionCall, _ features: ChoiceFeatures, _ answer: ModelAnswer, _ question: Question
    ) -> Choice {
        let found = question.offer.found, mustCall = question.request.options.mustCall
        let decision = mustCall ? (outcome: .call, confidence: 1) : catalog.choice(for: question).decide(features)
        guard decision.outcome == .call else {
            return Choice(outcome: decision.outcome, calls: [], confidence: decision.confidence, features: features)
        }
        if found.isLost, !mustCall {
            let isRead = SpokenLanguage(of: question.request.query) == .english
            return Choice(
                outcome: isRead ? .noAppropriateFunction : .requestUnclear, calls: [],
                confidence: 1 - found.trust(in: call.function), features: features)
        }
        var call = call
        call.confidence = (answer.evidence?.overruling?.probability ?? call.confidence) * decision.confidence
        call.confidence *= found.trust(in: call.function)
        return Choice(outcome: .call, calls: [call], confidence: call.confidence, features: features)
    }
}

extension FunctionCatalog {
    /// What decides on a question: the pool's own model, else the standard one.
    func choice(for question: Question) -> ChoiceModel {
        choiceModel(for: question.offer.found.pool.pool.name) ?? .standard(for: question.request)
    }
}
