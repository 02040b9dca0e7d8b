import Functions
import Grammar
import Inference
import Retrieval

/// The functions put before the model: what depends on the candidates alone, and how they were found.
package struct Offer: Sendable {
    package let found: RetrievalResult
    let prepared: PreparedCandidates

    package var format: AnswerFormat { prepared.format }
    package var functions: [FunctionDefinition] { format.functions }

    func function(named name: String) -> FunctionDefinition? { functions.first { $0.name == name } }
}

/// The second stage: the candidates in the pool's order, their first turn of the prompt and the grammar of answers.
package struct Prepare: Sendable {
    let generator: any Generator
    private let cache: CandidateCache

    /// - Parameter capacity: sets of candidates whose preparation is kept.
    init(generator: any Generator, capacity: Int) {
        self.generator = generator
        cache = CandidateCache(capacity: capacity)
    }

    /// - Throws: `.unenforceableSchema`, or what the generator throws.
    package func callAsFunction(_ found: RetrievalResult, _ request: FunctionCallRequest) async throws -> Offer {
        let pool = found.pool.pool, showsPool = found.layout.showsPool
        let positions = found.candidates.compactMap { pool.position(of: $0.name) }.sorted()
        let key = CandidateCache.Key(
            functions: positions.map { found.pool.fingerprints[$0] }, shown: showsPool ? found.pool.fingerprints : [],
            layout: found.layout, style: pool.prompt, maxCalls: request.maxCalls, mustCall: request.options.mustCall)
        if let known = cache.value(for: key) { return Offer(found: found, prepared: known) }
        let functions = positions.map { pool.functions[$0] }
        let shown = showsPool ? pool.functions : functions
        let format = AnswerFormat(
            functions, maxCalls: request.maxCalls, offersOthers: !request.options.mustCall)
        let grammar = try await grammar(of: format, positions: found.isInline ? positions : nil)
        let prepared = PreparedCandidates(
            format: format,
            instructions: PromptBuilder.instructions(
                shown, style: pool.prompt, maxCalls: request.maxCalls, namesOnly: found.layout == .names),
            calendar: CalendarNeeds(shown), grammar: grammar)
        if !found.isInline { cache.store(prepared, for: key) }
        return Offer(found: found, prepared: prepared)
    }

    /// - Parameter positions: of inline functions in the request, to name the field at fault.
    func grammar(of format: AnswerFormat, positions: [Int]? = nil) async throws -> CompiledGrammar {
        do {
            return try await generator.compile(format.schema)
        } catch let error as GrammarError {
            guard let (index, pointer) = format.function(at: error.pointer) else { throw error }
            var place = (pointer: pointer, message: error.message)
            // Alone the function says it in the client's own pointers: among others its references are moved.
            do throws(UnenforceableSchema) {
                try format.functions[index].checkSchema()
            } catch {
                place = (error.pointer, error.message)
            }
            throw FunctionCallError.unenforceableSchema(
                function: format.functions[index].name, index: positions?[index], pointer: place.pointer,
                message: place.message)
        }
    }
}
