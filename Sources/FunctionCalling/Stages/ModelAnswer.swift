import Functions
import Inference

/// A model's answer to a question: outcome, calls, tokens and what they were chosen from.
package struct ModelAnswer: Sendable {
    /// What was seen of the call besides its text, for `Decide` to weigh.
    package struct Evidence: Sendable {
        /// Log-odds of a call against each of the two other outcomes, where the model first chose between them.
        package var overNone = 0.0, overUnclear = 0.0
        /// Retrieval chose another function than the model.
        package var overruling: RetrievalPrior.Overruling?
        /// Log-odds that the function does what is asked; nil where the model was not asked.
        package var check: Double?

        package init() {}
    }

    /// Who answered.
    package var model: String
    /// What the model says by itself.
    package var outcome: Outcome
    /// With evidence also where the outcome is none: the calls that it makes if it must.
    package var calls: [FunctionCall]
    package var tokens: [GeneratedToken]
    package var usage: Usage
    package var timings = GenerationTimings()
    /// nil: there is nothing to weigh, the model's outcome stands.
    package var evidence: Evidence?

    /// The calls with the probabilities of their names.
    package init(
        _ model: String, _ parsed: (outcome: Outcome, calls: [FunctionCall]), tokens: [GeneratedToken], usage: Usage
    ) {
        (self.model, outcome, calls) = (model, parsed.outcome, parsed.calls)
        (self.tokens, self.usage) = (tokens, usage)
        for (index, confidence) in zip(calls.indices, ChoiceConfidence.ofNames(in: tokens)) {
            calls[index].confidence = confidence
        }
    }

    /// The same of what an engine wrote.
    package init(_ model: String, _ parsed: (outcome: Outcome, calls: [FunctionCall]), of answer: Generation) {
        self.init(model, parsed, tokens: answer.tokens, usage: answer.usage)
        timings = answer.timings
    }
}

/// The fourth stage: a model that chooses a function and fills it in, here or on another server.
package protocol Asking: Sendable {
    /// - Parameter watch: is told of the candidates before the model is asked, then of calls as they are written.
    func callAsFunction(_ question: Question, _ watch: Watch) async throws -> ModelAnswer
}
