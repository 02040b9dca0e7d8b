import Inference
import Retrieval

/// What retrieval found for a request, and where.
public struct RetrievalResult: Sendable {
    /// Best first.
    public var candidates: [Candidate]
    /// By whom.
    public var retriever: RetrieverKind
    /// What the model wrote, with the `description` retriever.
    public var description: String?
    package let pool: IndexedPool
    /// The pool is the request's own.
    package let isInline: Bool
    /// Which of the pool's functions the prompt shows.
    package var layout = PromptLayout.joint
    /// What the model was taught, for this pool or for any; nil: it answers as it is.
    package var adapter: ServedAdapter?
    /// It was taught this very pool.
    package var isTaughtPool = false
    /// What of the query's words is known in the language of the functions; empty where nothing is.
    package var gloss = ""
    /// Neither words nor meaning of the query are those of a function.
    package var isLost = false
    /// The same with the scores of what is offered unranked; nil where it is ranked, or nothing is to be had by it.
    var ranked: (@Sendable () async throws -> RetrievalResult)?
    /// Labelled requests of the pool that are nearest to the query, nearest first.
    var neighbours: [ExampleIndex.Neighbour] = []

    /// The score of a candidate where it is of the scale of cosines; nil where it is not.
    func cosine(of name: String) -> Double? {
        retriever == .hybrid ? candidates.first { $0.name == name }?.score : nil
    }

    /// What of a call's confidence is left by the score of its function: all from 0.36 on, a tenth without any likeness, where
    /// the scale is known. The model is sure of whatever it is offered.
    func trust(in function: String) -> Double {
        guard let score = cosine(of: function) else { return isLost ? 0.1 : 1 }
        return max(0.1, min(1, score / 0.36))
    }

    /// What retrieval says of its candidates, to be weighed beside the model's choice; where nothing is ranked yet, that is done
    /// for a name that the model is not sure of. nil where retrieval says nothing.
    func weighing(_ weight: Double) -> AnswerStream.Weighing? {
        if let ranked, weight > 0 {
            return { @Sendable probability in
                if RetrievalPrior.cannotChange(probability, weight: weight) { return nil }
                do {
                    return try await ranked().prior(weight: weight)
                } catch EmbeddingError.overloaded {
                    // The call was accepted, and the model has written a name: that one stands.
                    return nil
                }
            }
        }
        guard let prior = prior(weight: weight) else { return nil }
        return { @Sendable _ in prior }
    }

    /// Where its scores are of a scale that is known, and not mere chance.
    private func prior(weight: Double) -> RetrievalPrior? {
        retriever == .hybrid && !isLost ? RetrievalPrior(candidates, weight: weight) : nil
    }
}
