import Functions
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
        retriever = EmbeddingRetriever(documents, forms: .short)
    }

    /// The nearest terms of each text and their cosines, best first.
    func nearest(to texts: [String], limit: Int) async throws -> [[Candidate]] {
        try await retriever.nearest(to: texts, limit: limit)
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

    /// Terms that the query means, best first, then those that the last turns before it mean, the newest first; none
    /// that is among `known`. Empty without an encoder.
    ///
    /// - Parameter similarity: the least cosine.
    package func findByMeaning(
        of query: String, history: [DialogueTurn], pool: String, similarity: Double,
        except known: [KnowledgeMatch]
    ) async throws -> [KnowledgeMatch] {
        guard let meaning else { return [] }
        var names = Set(known.map(\.term.term)), texts = [query], places = [KnowledgeMatch.Place.query]
        for (index, turn) in history.enumerated().reversed() where turn.role != .system {
            guard texts.count <= Self.meantTurns else { break }
            texts.append(turn.content)
            places.append(.history(index))
        }
        let others = terms.count { !$0.applies(to: pool, in: nil) }
        let nearest = try await meaning.nearest(to: texts, limit: Self.byMeaning + names.count + others)
        var found: [KnowledgeMatch] = []
        for (place, candidates) in zip(places, nearest) {
            for candidate in candidates where found.count < Self.byMeaning && candidate.score >= similarity {
                guard let term = self[candidate.name], term.applies(to: pool, in: nil), names.insert(term.term).inserted
                else {
                    continue
                }
                found.append(KnowledgeMatch(term: term, words: "", place: place, similarity: candidate.score))
            }
        }
        return found
    }

    /// Terms found by meaning at most, and turns before the query that are looked at for them.
    private static let byMeaning = 3, meantTurns = 2
}
