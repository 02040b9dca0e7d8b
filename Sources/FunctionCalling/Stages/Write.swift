import Functions
import Inference
import Knowledge
import Tokenization

/// The terms of one request and what of them goes into its prompt.
struct FoundKnowledge: Sendable {
    var matches: [KnowledgeMatch] = []
    var text = KnowledgeText([], budget: 0, count: { _ in 0 })
}

/// The third stage: the prompt, with the knowledge, the labelled requests and the expressions of time that belong to it.
package struct Write: Sendable {
    let generator: any Generator
    let template: any ConversationTemplate
    let catalog: FunctionCatalog
    let settings: PipelineSettings

    /// - Throws: `.promptTooLong`, or what the encoder throws where terms are looked for by meaning.
    package func callAsFunction(_ offer: Offer, _ request: FunctionCallRequest) async throws -> Question {
        let wanted = request.options.maxTokens ?? settings.maxTokens * request.maxCalls
        let maxTokens = min(wanted, generator.contextLength / 2)
        let needs = offer.prepared.calendar
        let knowledge = try await knowledge(for: request, offer.found)
        let place = request.context.place(needs, clock: settings.clock)
        let said = place.resolved(request.spokenTexts, needs)
        let examples = NearExamples(
            offer.found.neighbours, offered: offer.functions, shown: settings.shownExamples,
            isList: request.maxCalls > 1)
        let context = [known(request, offer, said: said), said, knowledge.text.text]
        let builder = PromptBuilder(
            template: template, limit: generator.contextLength - maxTokens, most: generator.promptLimit)
        let prompt = try builder.build(
            instructions: offer.prepared.instructions, examples: examples.turns, history: request.history,
            context: context.filter { !$0.isEmpty }.joined(separator: "\n"), query: request.query)
        return Question(
            request: request, offer: offer, prompt: prompt,
            text: request.explain ? template.render(prompt.messages) : "", maxTokens: maxTokens, knowledge: knowledge,
            examples: examples, place: place, said: said)
    }

    private func known(_ request: FunctionCallRequest, _ offer: Offer, said: String) -> String {
        request.context.text(
            offer.prepared.calendar, clock: settings.clock, CalendarLines(offer.found.layout, said: said))
    }

    private func knowledge(for request: FunctionCallRequest, _ found: RetrievalResult) async throws -> FoundKnowledge {
        guard request.knowledge ?? settings.usesKnowledge else { return FoundKnowledge() }
        let base = catalog.knowledge, pool = found.pool.pool.name
        var matches = base.find(in: request.query, history: request.history, pool: pool)
        if settings.knowledgeSimilarity > 0 {
            matches += try await base.findByMeaning(
                of: request.query, history: request.history, pool: pool,
                similarity: settings.knowledgeSimilarity, except: matches)
        }
        // Words of other languages are for a model that was not taught the pool in them.
        if found.isTaughtPool { matches.removeAll { !$0.term.languages.isEmpty } }
        guard !matches.isEmpty else { return FoundKnowledge() }
        let text = KnowledgeText(matches, budget: settings.knowledgeTokens) { generator.tokenizer.encode($0).count }
        return FoundKnowledge(matches: matches, text: text)
    }
}
