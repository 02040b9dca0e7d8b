import Functions
import Inference
import Knowledge
import Retrieval

/// The first stage: the functions that may answer a request.
package struct Retrieve: Sendable {
    let catalog: FunctionCatalog
    let settings: PipelineSettings
    /// Has what the model was taught for pools; nil: another model answers.
    var generator: (any Generator)?
    /// Makes the retrievers of functions given inline that a request asks for; nil: they have `lexical` and `all`.
    var indexing: PoolIndexing?

    /// Labelled requests that are looked at.
    static let neighboursLookedAt = 48
    /// Turns of the history that count for what is found.
    private static let turnsLookedAt = 4

    init(catalog: FunctionCatalog, settings: PipelineSettings, generator: (any Generator)?) {
        (self.catalog, self.settings, self.generator) = (catalog, settings, generator)
    }

    /// - Throws: `FunctionCallError`, or what encoder and generator throw.
    package func callAsFunction(_ request: FunctionCallRequest) async throws -> RetrievalResult {
        let pool = try pool(for: request)
        var request = request
        if layout(of: pool, request).showsPool, request.topK == nil {
            // Where the prompt shows all functions, nothing is saved by offering few.
            request.topK = pool.pool.functions.count
            if !needsScores(request, pool) { request.retriever = request.retriever ?? .all }
        }
        return try await candidates(for: request, in: pool, near: true)
    }

    /// The same for its own sake: labelled requests are looked for only where they change what is found.
    package func search(_ request: FunctionCallRequest) async throws -> RetrievalResult {
        try await candidates(for: request, in: try pool(for: request), near: false)
    }

    /// Functions that are offered whatever their scores are ranked where that is shown, or weighs beside the choice of a model
    /// that was taught them: what was not taught is shown a whole pool to choose from alone.
    private func needsScores(_ request: FunctionCallRequest, _ pool: IndexedPool) -> Bool {
        if request.minScore != nil || request.explain { return true }
        return settings.choosing == .calibrated && settings.retrievalWeight > 0 && kind(for: request, pool) == .hybrid
            && adapter(of: pool, request) != nil
    }

    /// - Throws: `.unknownPool`, or `.badFunctions` for functions given inline that are no pool.
    func pool(for request: FunctionCallRequest) throws(FunctionCallError) -> IndexedPool {
        if let functions = request.functions {
            do throws(PoolError) {
                return IndexedPool(
                    try FunctionPool(
                        name: "inline", functions: functions, prompt: request.prompt ?? PromptStyle(),
                        limits: request.options.poolLimits))
            } catch {
                throw .badFunctions(error)
            }
        }
        let name = request.pool ?? settings.defaultPool
        guard let pool = catalog.pool(named: name) else { throw .unknownPool(name, known: catalog.poolNames) }
        return pool
    }

    /// - Parameter near: look for labelled requests with every retriever, not only with the hybrid one, which heeds them.
    private func candidates(
        for request: FunctionCallRequest, in pool: IndexedPool, near: Bool
    ) async throws -> RetrievalResult {
        var pool = pool
        if let kind = request.retriever, request.functions != nil, pool.retrievers[kind] == nil, let indexing {
            pool = try await IndexedPool.make(pool.pool, indexing)
        }
        let kind = kind(for: request, pool)
        guard let retriever = pool.retrievers[kind] else {
            let available = RetrieverKind.allCases.filter { pool.retrievers[$0] != nil }
            throw FunctionCallError.unavailableRetriever(kind, available: available)
        }
        let turns = request.history.filter { $0.role != .system }.suffix(Self.turnsLookedAt).map(\.content)
        let limit = request.topK ?? settings.topK
        let gloss = catalog.knowledge.gloss(of: request.query, pool: pool.pool.name)
        let query = RetrievalQuery(request.query, history: turns, gloss: gloss)
        var result = RetrievalResult(
            candidates: [], retriever: kind, pool: pool, isInline: request.functions != nil,
            neighbours: near || kind == .hybrid ? try await neighbours(of: request.query, in: pool.pool) : [])
        if let describing = retriever as? DescriptionRetriever {
            let finding = try await describing.find(query, limit: limit)
            (result.candidates, result.description) = (finding.candidates, finding.description)
        } else if kind == .hybrid, !result.neighbours.isEmpty {
            let wide = try await retriever.candidates(for: query, limit: max(limit, Self.neighboursLookedAt))
            result.candidates = Array(
                NearExamples.lifted(wide, by: result.neighbours, of: pool.pool).prefix(limit))
        } else {
            result.candidates = try await retriever.candidates(for: query, limit: limit)
        }
        (result.gloss, result.layout) = (gloss, layout(of: pool, request))
        (result.adapter, result.isTaughtPool) = adapter(for: pool, request)
        result = Self.found(result, among: limit)
        if let least = request.minScore { result.candidates.removeAll { $0.score < least } }
        return result
    }

    /// The same where the query shares neither words nor meaning with a function: what stands first then is chance, and a
    /// pool that is small enough is offered whole.
    private static func found(_ result: RetrievalResult, among limit: Int) -> RetrievalResult {
        guard let best = result.candidates.first?.score, let least = leastScores[result.retriever], best < least,
            result.pool.pool.functions.count > limit
        else { return result }
        var result = result
        result.isLost = result.pool.pool.functions.count > wholePool
        if !result.isLost {
            let known = Set(result.candidates.map(\.name))
            let rest = result.pool.pool.functions.filter { !known.contains($0.name) }
            // Scores by chance weigh nothing beside the model's choice.
            (result.retriever, result.candidates) = (
                .all, result.candidates + rest.map { Candidate(name: $0.name, score: 0) }
            )
        }
        return result
    }

    /// The best score from which on something was found, where scores are of a scale that is known: of 115 functions the
    /// best of a request in the functions' language had 0.46 to 1.05, of others 0.10 to 0.35.
    private static let leastScores: [RetrieverKind: Double] = [.hybrid: 0.36, .lexical: 1e-9]
    /// Functions of a pool that is offered whole.
    private static let wholePool = 64

    private func layout(of pool: IndexedPool, _ request: FunctionCallRequest) -> PromptLayout {
        guard request.functions == nil else { return .joint }
        return adapter(of: pool, request).map { $0.layout.flatMap(PromptLayout.init) ?? .joint } ?? settings.layout
    }

    /// What the model was taught for the pool, else what it was taught for any.
    private func adapter(
        for pool: IndexedPool, _ request: FunctionCallRequest
    ) -> (adapter: ServedAdapter?, isPools: Bool) {
        if let own = adapter(of: pool, request) { return (own, true) }
        return (generator?.adapter(named: settings.generalAdapter), false)
    }

    /// An adapter was taught the pool that it is named for, and one call an answer. What was added to the pool since it would
    /// hardly choose: then what knows any functions answers, or the model as it is.
    private func adapter(of pool: IndexedPool, _ request: FunctionCallRequest) -> ServedAdapter? {
        guard request.functions == nil, request.maxCalls == 1 else { return nil }
        guard let adapter = generator?.adapter(named: pool.pool.name) else { return nil }
        return adapter.covers(pool.pool.functions.lazy.map(\.name)) ? adapter : nil
    }

    private func kind(for request: FunctionCallRequest, _ pool: IndexedPool) -> RetrieverKind {
        let standard = pool.retrievers[.hybrid] == nil ? RetrieverKind.lexical : .hybrid
        // Functions given inline have no vectors unless the request asks for them.
        let isMissing = settings.defaultRetriever.map { pool.retrievers[$0] == nil } ?? false
        let wanted = request.functions != nil && isMissing ? nil : settings.defaultRetriever
        return request.retriever ?? wanted ?? standard
    }

    /// - Throws: what the encoder throws.
    private func neighbours(of query: String, in pool: FunctionPool) async throws -> [ExampleIndex.Neighbour] {
        guard let index = catalog.examples(for: pool.name) else { return [] }
        return try await index.nearest(to: query, limit: Self.neighboursLookedAt)
    }
}
