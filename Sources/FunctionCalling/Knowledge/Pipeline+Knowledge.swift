/// The terms of one request and what of them goes into its prompt.
struct FoundKnowledge: Sendable {
    var matches: [KnowledgeMatch] = []
    var text = KnowledgeText([], budget: 0, count: { _ in 0 })
}

extension Pipeline {
    /// - Throws: what the encoder throws, where terms are looked for by meaning.
    func knowledge(for request: FunctionCallRequest, _ pool: FunctionPool) async throws -> FoundKnowledge {
        guard request.knowledge ?? settings.usesKnowledge else { return FoundKnowledge() }
        let base = catalog.knowledge
        var matches = base.find(in: request.query, history: request.history, pool: pool.name)
        if settings.knowledgeSimilarity > 0 {
            matches += try await base.findByMeaning(
                of: request.query, history: request.history, pool: pool.name,
                similarity: settings.knowledgeSimilarity, except: matches)
        }
        guard !matches.isEmpty else { return FoundKnowledge() }
        let text = KnowledgeText(matches, budget: settings.knowledgeTokens) { generator.tokenizer.encode($0).count }
        return FoundKnowledge(matches: matches, text: text)
    }
}
