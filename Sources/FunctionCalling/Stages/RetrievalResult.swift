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
    /// Labelled requests of the pool that are nearest to the query, nearest first.
    var neighbours: [ExampleIndex.Neighbour] = []

    /// The score of a candidate where it is of the scale of cosines; nil where it is not.
    func cosine(of name: String) -> Double? {
        retriever == .hybrid ? candidates.first { $0.name == name }?.score : nil
    }

    /// What retrieval says of its candidates, where its scores are of a scale that is known.
    func prior(weight: Double) -> RetrievalPrior? {
        retriever == .hybrid ? RetrievalPrior(candidates, weight: weight) : nil
    }
}
