import FunctionCalling
import Functions
import Inference
import Retrieval
import Tokenization

/// A prompt and its answer in tokens.
public struct TaughtCall: Sendable, Hashable {
    /// As the pipeline puts it before the model.
    public var prompt: [TokenID]
    /// What the model is to write, the end of its turn included.
    public var completion: [TokenID]
    public var answer: String
}

/// Why a labelled request cannot be taught.
public enum TeachingError: Error, Hashable, CustomStringConvertible {
    case unknownFunction(String, pool: String)
    /// Neither a pool nor functions of its own.
    case noFunctions

    public var description: String {
        switch self {
        case .noFunctions:
            "it has no functions of its own; give --pool, or let kinglet dataset build mix write them beside each sample"
        case .unknownFunction(let name, let pool):
            "the pool \(pool) has no function \(name). Train with the pool that the samples were made for"
        }
    }
}

/// Labelled requests as the pipeline puts them before the model, by its own stages: what is trained is what is served.
public struct TeachingPrompts: Sendable {
    private let pipeline: Pipeline
    /// nil: each request brings its functions.
    private let pool: FunctionPool?

    /// - Parameters:
    ///   - pool: of all requests; nil: each brings its functions, and is offered all of them.
    ///   - topK: functions offered, as `calling.top_k` of the server: those that are found by words, and the right one
    ///     always.
    ///   - layout: `.pool` shows all functions always, and offers them.
    ///   - contextLength: tokens that prompt and answer may have together.
    /// - Throws: `ChatTemplateError` for a model without a chat template that is known here.
    public init(
        pool: FunctionPool?, tokenizer: Tokenizer, topK: Int, layout: PromptLayout = .joint, contextLength: Int
    ) throws(ChatTemplateError) {
        var settings = PipelineSettings()
        settings.layout = layout
        if let pool {
            (settings.defaultPool, settings.topK) = (pool.name, topK)
            settings.defaultRetriever = pool.functions.count > topK ? .lexical : .all
        }
        self.pool = pool
        pipeline = try Pipeline(
            generator: PromptOnlyGenerator(tokenizer: tokenizer, contextLength: contextLength),
            catalog: FunctionCatalog(pools: pool.map { [IndexedPool($0)] } ?? []), settings: settings)
    }

    /// How the last user turn begins in every prompt: an activated adapter acts from there on.
    public var invocation: [TokenID] {
        pipeline.generator.tokenizer.encode("<|im_start|>user\n", allowingSpecial: true)
    }

    /// - Throws: `TeachingError`, or `FunctionCallError` for a prompt that is too long.
    public func call(_ taught: TaughtRequest) async throws -> TaughtCall {
        let tokenizer = pipeline.generator.tokenizer, request = try offered(taught)
        let found = try await found(for: request, wanted: Set(taught.label.calls.map(\.function)).sorted())
        let question = try await pipeline.write(pipeline.prepare(found, request), request)
        let answer = taught.label.answer(isList: request.maxCalls > 1, of: question.offer.functions)
        return TaughtCall(
            prompt: question.prompt.tokens, completion: tokenizer.encode(answer) + tokenizer.endTokens.prefix(1),
            answer: answer)
    }

    /// The request with the pool, or with all functions of its own.
    private func offered(_ taught: TaughtRequest) throws(TeachingError) -> FunctionCallRequest {
        var request = taught.request
        if let pool {
            request.functions = nil
            for call in taught.label.calls where pool.position(of: call.function) == nil {
                throw .unknownFunction(call.function, pool: pool.name)
            }
        } else {
            guard let functions = request.functions else { throw .noFunctions }
            (request.retriever, request.topK) = (.all, functions.count)
            for call in taught.label.calls where !functions.contains(where: { $0.name == call.function }) {
                throw .unknownFunction(call.function, pool: "of its own")
            }
        }
        return request
    }

    private func found(for request: FunctionCallRequest, wanted: [String]) async throws -> RetrievalResult {
        var found = try await pipeline.retrieve(request)
        guard pool != nil, found.layout == .joint else { return found }
        // What words do not find is taught all the same: another retriever may find it.
        let others = found.candidates.filter { !wanted.contains($0.name) }
        found.candidates =
            wanted.map { Candidate(name: $0, score: 0) }
            + others.prefix(max(0, pipeline.settings.topK - wanted.count))
        return found
    }
}
