import Retrieval

/// What retrieval found for a request.
public struct RetrievalResult: Sendable {
    public var candidates: [Candidate]
    /// By whom.
    public var retriever: RetrieverKind
    /// What the model wrote, with the `description` retriever.
    public var description: String?

    /// The score of a candidate where it is of the scale of cosines; nil where it is not.
    func cosine(of name: String) -> Double? {
        retriever == .hybrid ? candidates.first { $0.name == name }?.score : nil
    }
}

extension Pipeline {
    /// The candidates alone, best first: `POST /v1/retrieve`.
    ///
    /// - Throws: `FunctionCallError`, or what encoder and generator throw.
    public func search(_ request: FunctionCallRequest) async throws -> RetrievalResult {
        let pool = try indexedPool(for: request).pool
        return try await search(request, from: pool) { try await neighbours(for: request, pool.pool) }
    }

    /// - Parameter neighbours: the labelled requests that are nearest; only the hybrid retriever asks.
    func search(
        _ request: FunctionCallRequest, from pool: IndexedPool,
        _ neighbours: () async throws -> [ExampleIndex.Neighbour]
    ) async throws -> RetrievalResult {
        var pool = pool
        if let kind = request.retriever, request.functions != nil, pool.retrievers[kind] == nil, let indexing {
            pool = try await IndexedPool.make(pool.pool, indexing)
        }
        let standard = pool.retrievers[.hybrid] == nil ? RetrieverKind.lexical : .hybrid
        // Functions given inline have no vectors unless the request asks for them.
        let isMissing = settings.defaultRetriever.map { pool.retrievers[$0] == nil } ?? false
        let wanted = request.functions != nil && isMissing ? nil : settings.defaultRetriever
        let kind = request.retriever ?? wanted ?? standard
        guard let retriever = pool.retrievers[kind] else {
            let available = RetrieverKind.allCases.filter { pool.retrievers[$0] != nil }
            throw FunctionCallError.unavailableRetriever(kind, available: available)
        }
        let turns = request.history.filter { $0.role != .system }.suffix(4).map(\.content)
        let query = RetrievalQuery(request.query, history: turns), limit = request.topK ?? settings.topK
        var result = RetrievalResult(candidates: [], retriever: kind, description: nil)
        if let describing = retriever as? DescriptionRetriever {
            let finding = try await describing.find(query, limit: limit)
            (result.candidates, result.description) = (finding.candidates, finding.description)
        } else if kind == .hybrid, case let neighbours = try await neighbours(), !neighbours.isEmpty {
            let wide = try await retriever.candidates(for: query, limit: max(limit, Self.neighboursLookedAt))
            result.candidates = Array(NearExamples.lifted(wide, by: neighbours, of: pool.pool).prefix(limit))
        } else {
            result.candidates = try await retriever.candidates(for: query, limit: limit)
        }
        if let least = request.minScore { result.candidates.removeAll { $0.score < least } }
        return result
    }

    /// What retrieval says of its candidates, where its scores are of a scale that is known.
    func prior(of found: RetrievalResult) -> RetrievalPrior? {
        found.retriever == .hybrid ? RetrievalPrior(found.candidates, weight: settings.retrievalWeight) : nil
    }
}
