import Retrieval

/// Finds terms that a query speaks of in other words: by the cosine of its vector and those of term, aliases, explanation
/// and examples, the best of them.
struct KnowledgeMeaning: Sendable {
    private let documents: EmbeddedDocuments
    private let retriever: EmbeddingRetriever

    /// Encodes only texts that `previous` does not know.
    ///
    /// - Throws: what the encoder throws.
    init(_ terms: [KnowledgeTerm], encoder: any TextEncoder, previous: KnowledgeMeaning?) async throws {
        let texts = terms.map {
            FunctionDocument(name: $0.term, description: $0.explanation, examples: $0.aliases + $0.examples)
        }
        documents = try await EmbeddedDocuments.make(
            texts, encoder: encoder, forms: .short, previous: previous?.documents)
        retriever = EmbeddingRetriever(texts, documents, forms: .short)
    }

    /// The nearest terms and their cosines, best first.
    func nearest(to query: String, limit: Int) async throws -> [Candidate] {
        try await retriever.candidates(for: query, limit: limit)
    }
}

extension KnowledgeBase {
    /// The same terms, found by their meaning too.
    ///
    /// - Parameter previous: whose vectors are taken over.
    public func embedded(by encoder: (any TextEncoder)?, previous: KnowledgeBase?) async throws -> KnowledgeBase {
        guard let encoder, !terms.isEmpty else { return self }
        var base = self
        base.meaning = try await KnowledgeMeaning(terms, encoder: encoder, previous: previous?.meaning)
        return base
    }

    /// Terms that the query means and that are not among `known`, best first; empty without an encoder.
    ///
    /// - Parameter similarity: the least cosine.
    func findByMeaning(
        of query: String, pool: String, similarity: Double, except known: [KnowledgeMatch]
    ) async throws -> [KnowledgeMatch] {
        guard let meaning else { return [] }
        let names = Set(known.map(\.term.term))
        let nearest = try await meaning.nearest(to: query, limit: Self.byMeaning + names.count)
        return nearest.compactMap { candidate in
            guard candidate.score >= similarity, !names.contains(candidate.name), let term = self[candidate.name],
                term.applies(to: pool)
            else { return nil }
            return KnowledgeMatch(term: term, words: "", place: .query, similarity: candidate.score)
        }.prefix(Self.byMeaning).map { $0 }
    }

    /// Terms found by meaning at most.
    private static let byMeaning = 3
}
