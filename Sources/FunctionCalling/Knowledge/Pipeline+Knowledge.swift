/// The terms of one request and what of them goes into its prompt.
struct FoundKnowledge: Sendable {
    var matches: [KnowledgeMatch] = []
    var text = KnowledgeText([], budget: 0, count: { _ in 0 })
}

extension Pipeline {
    func knowledge(for request: FunctionCallRequest, _ pool: FunctionPool) -> FoundKnowledge {
        guard request.knowledge ?? settings.usesKnowledge else { return FoundKnowledge() }
        let matches = catalog.knowledge.find(in: request.query, history: request.history, pool: pool.name)
        guard !matches.isEmpty else { return FoundKnowledge() }
        let text = KnowledgeText(matches, budget: settings.knowledgeTokens) { generator.tokenizer.encode($0).count }
        return FoundKnowledge(matches: matches, text: text)
    }
}
