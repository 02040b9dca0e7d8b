import Foundation
import Inference
import OrderedJSON
import Retrieval
import Tokenization

public struct PipelineSettings: Sendable, Hashable {
    public enum Choosing: String, Sendable, CaseIterable {
        /// The model, by what it writes first.
        case greedy
        /// A `ChoiceModel`, from what the model writes, how surely, and how it fits the request.
        case calibrated
    }

    public var defaultPool = "smart-home"
    /// nil: hybrid for a pool that has it, else lexical.
    public var defaultRetriever: RetrieverKind?
    /// Candidates put before the model.
    public var topK = 10
    /// Tokens of an answer, a call; under the limit the grammar closes the answer.
    public var maxTokens = 256
    /// The zone of the server's clock, for requests without time and zone; nil: those know no time.
    public var clock: TimeZone?
    /// Whether terms are looked for where the request does not say.
    public var usesKnowledge = true
    /// Tokens that the terms found may have in the prompt.
    public var knowledgeTokens = 200
    /// The least cosine at which a term counts that is meant but not named; 0: none does.
    public var knowledgeSimilarity = 0.0
    /// Sets of candidates whose prompt and grammar are kept.
    public var cachedCandidateSets = 256
    /// Who decides between a call and the two other outcomes.
    public var choosing = Choosing.calibrated
    /// Ask the model about the chosen function even where no `ChoiceModel` needs it: to fit one.
    public var checksRelevance = false
    /// Labelled requests put before the model, of a pool that has some.
    public var shownExamples = 4
    /// What a difference of 1 in the score of the hybrid retriever counts against one in the log-probability of a
    /// function's name; 0: the model alone chooses among the candidates.
    public var retrievalWeight = 15.0

    public init() {}
}

/// From a sentence to a call: retrieve, prompt, generate under the candidates' grammar, adapt.
public struct Pipeline: Sendable {
    public let generator: any Generator
    public let catalog: FunctionCatalog
    public let settings: PipelineSettings
    /// Makes the retrievers of functions given inline that a request asks for; nil: they have `lexical` and `all`.
    public var indexing: PoolIndexing?
    /// Chooses and fills the calls instead of the generator, which then only counts tokens.
    public var selector: (any StageModel)?
    private let cache: CandidateCache
    let template: any ConversationTemplate

    /// - Throws: `ChatTemplateError` for a model without a chat template that is known here.
    public init(
        generator: any Generator, catalog: FunctionCatalog, settings: PipelineSettings = .init()
    ) throws(ChatTemplateError) {
        self.init(
            generator: generator, catalog: catalog, settings: settings,
            template: try ChatTemplate(tokenizer: generator.tokenizer))
    }

    package init(
        generator: any Generator, catalog: FunctionCatalog, settings: PipelineSettings,
        template: any ConversationTemplate
    ) {
        (self.generator, self.catalog, self.settings, self.template) = (generator, catalog, settings, template)
        cache = CandidateCache(capacity: settings.cachedCandidateSets)
    }

    /// - Parameter tell: gets what there is to tell before the result is there, with `CallProgress.candidates` first. What
    ///   is thrown before it is told is the request's fault, or that of a server that is full.
    /// - Throws: `FunctionCallError`, or what the generator throws.
    public func run(
        _ request: FunctionCallRequest, telling tell: CallProgress.Listener? = nil
    ) async throws -> FunctionCallResult {
        let clock = ContinuousClock(), start = clock.now
        let (pool, isInline) = try indexedPool(for: request)
        let adapter = try request.adapter.map { try self.adapter(named: $0, for: pool.pool) }
        try refuseWhatIsMissing(request)

        let neighbours = try await neighbours(for: request, pool.pool)
        let found = try await search(request, from: pool) { neighbours }
        let retrieved = clock.now
        var result = FunctionCallResult(
            id: FunctionCallResult.newIdentifier(), created: Date(), model: generator.modelName,
            outcome: .noAppropriateFunction, calls: [], confidence: 1, legacy: nil,
            usage: Usage(), timings: .init(), droppedTurns: 0, explanation: nil)
        if found.candidates.isEmpty {
            tell?(.candidates(.init(id: result.id, candidates: [], explanation: nil)))
        } else {
            try await answer(request, found, neighbours, pool, isInline, deadline: start, tell, into: &result)
        }
        result.timings.retrieval = retrieved - start
        result.legacy = adapter.map {
            LegacyOutput.json(
                rules: $0.rules, shape: $0.shape, outcome: result.outcome, calls: result.calls,
                confidence: result.confidence,
                utterance: Utterance(
                    request.query, locale: request.context.locale, id: result.id, time: result.created))
        }
        result.timings.total = clock.now - start
        return result
    }

    func indexedPool(for request: FunctionCallRequest) throws -> (pool: IndexedPool, isInline: Bool) {
        if let functions = request.functions {
            do throws(PoolError) {
                return (
                    IndexedPool(
                        try FunctionPool(name: "inline", functions: functions, prompt: request.prompt ?? PromptStyle())),
                    true
                )
            } catch {
                throw FunctionCallError.badFunctions(error)
            }
        }
        let name = request.pool ?? settings.defaultPool
        guard let pool = catalog.pool(named: name) else {
            throw FunctionCallError.unknownPool(name, known: catalog.poolNames)
        }
        return (pool, false)
    }

    /// An adapter by its name; or, by the name of an output shape, the adapter that is named for the pool.
    public func adapter(
        named name: String, for pool: FunctionPool
    ) throws(FunctionCallError) -> (rules: AdapterRules, shape: OutputShape) {
        if let rules = catalog.adapter(named: name) { return (rules, rules.output) }
        guard let shape = OutputShape(rawValue: name), let rules = catalog.adapter(named: pool.name) else {
            throw .unknownAdapter(name, known: catalog.adapterNames)
        }
        return (rules, shape)
    }

    private func refuseWhatIsMissing(_ request: FunctionCallRequest) throws {
        if let model = request.model, model != generator.modelName {
            throw FunctionCallError.unknownModel(model, known: generator.modelName)
        }
    }
}

extension Pipeline {
    private func answer(
        _ request: FunctionCallRequest, _ retrieved: RetrievalResult, _ neighbours: [ExampleIndex.Neighbour],
        _ pool: IndexedPool, _ isInline: Bool, deadline start: ContinuousClock.Instant,
        _ tell: CallProgress.Listener?, into result: inout FunctionCallResult
    ) async throws {
        let found = retrieved.candidates
        let prepared = try await prepare(found, pool, isInline, request.maxCalls)
        let maxTokens = min(settings.maxTokens * request.maxCalls, generator.contextLength / 2)
        let builder = PromptBuilder(template: template, limit: generator.contextLength - maxTokens)
        let knowledge = try await knowledge(for: request, pool.pool)
        let context = request.context.text(prepared.calendar, clock: settings.clock)
        let place = request.context.place(prepared.calendar, clock: settings.clock)
        let said = place.resolved(request.spokenTexts, prepared.calendar)
        let examples = NearExamples(
            neighbours, offered: prepared.format.functions, shown: settings.shownExamples, isList: request.maxCalls > 1)
        let prompt = try builder.build(
            instructions: prepared.instructions, examples: examples.turns, history: request.history,
            context: [context, said, knowledge.text.text].filter { !$0.isEmpty }.joined(separator: "\n"),
            query: request.query)

        if request.explain { result.explanation = explanation(found, knowledge, prompt) }
        let shown = CallProgress.candidates(
            .init(id: result.id, candidates: .init(ranking: found), explanation: result.explanation))

        if let selector {
            tell?(shown)
            let answer = try await select(selector, prompt, prepared, request, maxTokens, start, into: &result)
            result.explanation?.tokens = Self.probabilities(answer.tokens)
            return
        }
        var generation = GenerationRequest(prompt: prompt.tokens, maxTokens: maxTokens)
        generation.grammar = prepared.grammar
        generation.priority = request.priority
        generation.sampling.seed = request.seed.map { UInt64($0) }
        generation.deadline = request.timeout.map { start + $0 }
        if let tell {
            try generator.check(generation)
            tell(shown)
        }
        let answer: Generation
        if settings.choosing == .calibrated, request.maxCalls == 1 {
            // Without the calendar: it names dates that nobody spoke of.
            let known = [JSONValue.object(request.context.state).text(), said, knowledge.text.text, request.query]
            answer = try await choose(
                generation, prepared, request, pool, examples, retrieved,
                dialogue: (request.history.map(\.content) + known).joined(separator: "\n"), tell, into: &result)
        } else {
            answer = try await generate(generation, tell)
            let (outcome, calls) = try prepared.format.parse(answer.text)
            let confidences = ChoiceConfidence.ofNames(in: answer.tokens)
            (result.outcome, result.calls, result.usage) = (outcome, calls, answer.usage)
            for (index, confidence) in confidences.enumerated() where index < calls.count {
                result.calls[index].confidence = confidence
            }
            result.confidence = confidences.reduce(1, *)
        }
        (result.timings.queue, result.timings.prefill, result.timings.decode) = (
            answer.timings.queue, answer.timings.prefill, answer.timings.decode
        )
        result.droppedTurns = prompt.droppedTurns
        if !said.isEmpty, result.calls.count == 1 {
            let call = result.calls[0],
                schema = prepared.format.functions.first { $0.name == call.function }?.parameters
            result.calls[0].parameters = SpokenValues(request.query, place).settled(call.parameters, schema ?? .null)
        }
        result.explanation?.tokens = Self.probabilities(answer.tokens)
    }

    func prepare(
        _ found: [Candidate], _ pool: IndexedPool, _ isInline: Bool, _ maxCalls: Int
    ) async throws -> PreparedCandidates {
        let positions = found.compactMap { pool.pool.position(of: $0.name) }.sorted()
        let key = CandidateCache.Key(
            functions: positions.map { pool.fingerprints[$0] }, style: pool.pool.prompt, maxCalls: maxCalls)
        if let known = cache.value(for: key) { return known }
        let functions = positions.map { pool.pool.functions[$0] }
        let format = AnswerFormat(functions, maxCalls: maxCalls)
        let grammar = try await compile(format, positions: isInline ? positions : nil)
        let prepared = PreparedCandidates(
            format: format,
            instructions: PromptBuilder.instructions(functions, style: pool.pool.prompt, maxCalls: maxCalls),
            calendar: CalendarNeeds(functions), grammar: grammar)
        if !isInline { cache.store(prepared, for: key) }
        return prepared
    }

    /// - Parameter positions: of inline functions in the request, to name the field at fault.
    func compile(_ format: AnswerFormat, positions: [Int]? = nil) async throws -> CompiledGrammar {
        do {
            return try await generator.compile(format.schema)
        } catch let error as GrammarError {
            guard let (index, pointer) = format.function(at: error.pointer) else { throw error }
            throw FunctionCallError.unenforceableSchema(
                function: format.functions[index].name, index: positions?[index], pointer: pointer,
                message: error.message)
        }
    }

    private func explanation(
        _ found: [Candidate], _ knowledge: FoundKnowledge, _ prompt: Prompt
    ) -> FunctionCallResult.Explanation {
        FunctionCallResult.Explanation(
            candidates: .init(ranking: found),
            knowledge: zip(knowledge.matches, knowledge.text.isUsed).map { .init(match: $0, isUsed: $1) },
            prompt: template.render(prompt.messages), tokens: [])
    }

    private static func probabilities(_ tokens: [GeneratedToken]) -> [FunctionCallResult.TokenProbability] {
        tokens.map {
            .init(
                text: String(decoding: $0.bytes, as: UTF8.self), logprob: Double($0.logprob), isForced: $0.isForced)
        }
    }
}
