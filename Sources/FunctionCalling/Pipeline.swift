import Adapters
import CallRules
import Foundation
import Functions
import Inference
import Tokenization

/// From a sentence to a call, stage by stage: resolve, retrieve, prepare, write, ask, decide, correct (the last three as often
/// as answers are wanted, of which one is chosen), adapt.
///
/// A stage takes a value and gives a value, knows none of the others, and can be tried alone.
public struct Pipeline: Sendable {
    public let generator: any Generator
    public let catalog: FunctionCatalog
    public let settings: PipelineSettings
    package let resolve: Resolve
    package private(set) var retrieve: Retrieve
    package let prepare: Prepare
    package let write: Write
    package private(set) var ask: any Asking
    package let decide: Decide
    package let correct: Correct
    package let adapt: Adapt
    /// Chooses where a request asks for several answers; nil: nobody can.
    public var rater: (any AnswerRating)?

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
        (self.generator, self.catalog, self.settings) = (generator, catalog, settings)
        resolve = Resolve(generator: generator, template: template)
        retrieve = Retrieve(catalog: catalog, settings: settings, generator: generator)
        prepare = Prepare(generator: generator, capacity: settings.cachedCandidateSets)
        write = Write(generator: generator, template: template, catalog: catalog, settings: settings)
        ask = Ask(
            generator: generator, template: template, catalog: catalog, prepare: prepare, settings: settings)
        decide = Decide(catalog: catalog, tokenizer: generator.tokenizer)
        correct = Correct(rules: RuleBook(settings.rules))
        adapt = Adapt(catalog: catalog)
    }

    /// Makes the retrievers of functions given inline that a request asks for; nil: they have `lexical` and `all`.
    public var indexing: PoolIndexing? {
        get { retrieve.indexing }
        set { retrieve.indexing = newValue }
    }

    /// Chooses and fills in the calls instead of the generator, which then only counts tokens.
    public mutating func ask(_ selector: any StageModel) {
        ask = AskRemote(model: selector)
        retrieve.generator = nil
    }

    /// The same stages on another catalogue: what is asked there is not seen by requests here.
    package func over(_ catalog: FunctionCatalog) -> Pipeline {
        var other = Pipeline(
            generator: generator, catalog: catalog, settings: settings, template: resolve.template)
        (other.indexing, other.rater) = (indexing, rater)
        if let remote = ask as? AskRemote { other.ask(remote.model) }
        return other
    }

    /// - Parameter listener: gets what there is to tell before the result is there, with `CallProgress.candidates` first.
    ///   What is thrown before it is told is the request's fault, or that of a server that is full.
    /// - Throws: `FunctionCallError`, or what the generator throws.
    public func run(
        _ request: FunctionCallRequest, telling listener: CallProgress.Listener? = nil
    ) async throws -> FunctionCallResult {
        let watch = Watch(listener)
        let output = try adapt.output(for: request, of: try retrieve.pool(for: request).pool)
        try request.require(model: generator.modelName)
        try Best(rater: rater).check(request)

        let meant = try await resolve(request)
        let found = try await retrieve(meant)
        let retrieved = watch.elapsed
        guard !found.candidates.isEmpty else {
            watch.tell(.candidates(.init(id: watch.id, candidates: [], explanation: nil)))
            let result = FunctionCallResult(watch, model: generator.modelName, retrieval: retrieved)
            return adapt(result, request, to: output)
        }
        let offer = try await prepare(found, meant)
        let question = try await write(offer, meant)
        let best = try await Best(rater: rater)(question, watch) { question, watch in
            let answer = try await ask(question, watch)
            let choice = decide(answer, question)
            return Best.Drawn(answer: answer, correction: correct(choice, question))
        }
        let result = FunctionCallResult(watch, question, best, retrieval: retrieved)
        return adapt(result, request, to: output)
    }

    /// Tokens of the prompt that a request makes; the model is not asked.
    ///
    /// - Throws: as `run`.
    public func promptTokens(of request: FunctionCallRequest) async throws -> Int {
        let meant = try await resolve(request)
        let found = try await retrieve(meant)
        guard !found.candidates.isEmpty else { return 0 }
        return try await write(try await prepare(found, meant), meant).prompt.tokens.count
    }

    /// The candidates alone, best first: `POST /v1/retrieve`.
    ///
    /// - Throws: `FunctionCallError`, or what encoder and generator throw.
    public func search(_ request: FunctionCallRequest) async throws -> RetrievalResult {
        try await retrieve.search(request)
    }

    /// An adapter by its name; or, by the name of an output shape, the adapter that is named for the pool.
    public func adapter(
        named name: String, for pool: FunctionPool
    ) throws(FunctionCallError) -> (rules: AdapterRules, shape: OutputShape) {
        let output = try adapt.output(named: name, of: pool)
        return (output.rules, output.shape)
    }
}
