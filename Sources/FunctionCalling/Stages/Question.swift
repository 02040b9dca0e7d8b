import Documents
import Functions
import Inference
import Knowledge
import SpokenTime

/// What is put to the model: the prompt, and everything about the request that later stages weigh the answer by.
package struct Question: Sendable {
    var request: FunctionCallRequest
    package let offer: Offer
    package let prompt: Prompt
    /// The prompt as text.
    let text: String
    /// Tokens that the answer may have.
    package let maxTokens: Int
    let knowledge: FoundKnowledge
    let examples: NearExamples
    let place: TimePlace
    /// What the request's expressions of time come to, as the prompt has it; empty where nothing is said of time.
    package let said: String

    /// What is asked, with those of its words that are known in the language of the functions.
    var query: String {
        offer.found.gloss.isEmpty ? request.query : "\(request.query) \(offer.found.gloss)"
    }

    /// Everything that was said or is known. Without the calendar: it names dates that nobody spoke of.
    package var dialogue: String {
        let known = [JSONValue.object(request.context.state).text(), said, knowledge.text.text, request.query]
        return (request.history.map(\.content) + known).joined(separator: "\n")
    }

    /// nil unless the request asks for it.
    var explanation: FunctionCallResult.Explanation? {
        guard request.explain else { return nil }
        return FunctionCallResult.Explanation(
            candidates: .init(ranking: offer.found.candidates),
            knowledge: zip(knowledge.matches, knowledge.text.isUsed).map { .init(match: $0, isUsed: $1) },
            prompt: text, tokens: [])
    }

    /// What is told before the model is asked.
    func shown(to watch: Watch) -> CallProgress {
        .candidates(
            .init(
                id: watch.id, candidates: .init(ranking: offer.found.candidates), explanation: explanation))
    }

    func deadline(since start: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        request.timeout.map { start + $0 }
    }
}
