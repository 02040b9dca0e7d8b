import Retrieval

/// What retrieval found for a request.
public struct RetrievalResult: Sendable {
    public var candidates: [Candidate]
    /// What the model wrote, with the `description` retriever.
    public var description: String?
}

extension Pipeline {
    /// The candidates alone, best first: `POST /v1/retrieve`.
    ///
    /// - Throws: `FunctionCallError`, or what encoder and generator throw.
    public func search(_ request: FunctionCallRequest) async throws -> RetrievalResult {
        try await search(request, from: indexedPool(for: request).pool)
    }

    func search(_ request: FunctionCallRequest, from pool: IndexedPool) async throws -> RetrievalResult {
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
        var result = RetrievalResult(candidates: [], description: nil)
        if let describing = retriever as? DescriptionRetriever {
            let finding = try await describing.find(query, limit: limit)
            result = RetrievalResult(candidates: finding.candidates, description: finding.description)
        } else {
            result.candidates = try await retriever.candidates(for: query, limit: limit)
        }
        if let least = request.minScore { result.candidates.removeAll { $0.score < least } }
        return result
    }
}
