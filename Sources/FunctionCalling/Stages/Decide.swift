import Foundation
import Functions
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

/// The fifth stage: a call, or one of the two other outcomes.
package struct Decide: Sendable {
    let catalog: FunctionCatalog
    let tokenizer: Tokenizer

    package func callAsFunction(_ answer: ModelAnswer, _ question: Question) -> Choice {
        guard let evidence = answer.evidence, var call = answer.calls.first,
            let function = question.offer.function(named: call.function)
        else {
            let confidence = ChoiceConfidence.ofNames(in: answer.tokens).reduce(1, *)
            return Choice(outcome: answer.outcome, calls: answer.calls, confidence: confidence)
        }
        let features = ChoiceEvidence.features(call, of: function, answer, question, tokenizer: tokenizer)
        let decision =
            question.request.options.mustCall
            ? (outcome: .call, confidence: 1) : catalog.choice(for: question).decide(features)
        guard decision.outcome == .call else {
            return Choice(outcome: decision.outcome, calls: [], confidence: decision.confidence, features: features)
        }
        call.confidence = (evidence.overruling?.probability ?? call.confidence) * decision.confidence
        return Choice(outcome: .call, calls: [call], confidence: call.confidence, features: features)
    }
}

extension FunctionCatalog {
    /// What decides on a question: the pool's own model, else the standard one.
    func choice(for question: Question) -> ChoiceModel {
        choiceModel(for: question.offer.found.pool.pool.name) ?? .standard(for: question.request)
    }
}
