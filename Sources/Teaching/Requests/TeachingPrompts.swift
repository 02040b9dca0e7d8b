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

    public var description: String {
        switch self {
        case .unknownFunction(let name, let pool):
            "the pool \(pool) has no function \(name). Train with the pool that the samples were made for"
        }
    }
}

/// Labelled requests as the pipeline puts them before the model, by its own stages: what is trained is what is served.
public struct TeachingPrompts: Sendable {
    private let pipeline: Pipeline
    private let pool: FunctionPool

    /// - Parameters:
    ///   - topK: functions offered, as `calling.top_k` of the server: those that are found by words, and the right one
    ///     always.
    ///   - layout: `.pool` shows all functions always, and offers them.
    ///   - contextLength: tokens that prompt and answer may have together.
    /// - Throws: `ChatTemplateError` for a model without a chat template that is known here.
    public init(
        pool: FunctionPool, tokenizer: Tokenizer, topK: Int, layout: PromptLayout = .joint, contextLength: Int
    ) throws(ChatTemplateError) {
        var settings = PipelineSettings()
        (settings.defaultPool, settings.topK) = (pool.name, topK)
        settings.layout = layout
        settings.defaultRetriever = pool.functions.count > topK ? .lexical : .all
        self.pool = pool
        pipeline = try Pipeline(
            generator: PromptOnlyGenerator(tokenizer: tokenizer, contextLength: contextLength),
            catalog: FunctionCatalog(pools: [IndexedPool(pool)]), settings: settings)
    }

    /// How the last user turn begins in every prompt: an activated adapter acts from there on.
    public var invocation: [TokenID] {
        pipeline.generator.tokenizer.encode("<|im_start|>user\n", allowingSpecial: true)
    }

    /// - Throws: `TeachingError`, or `FunctionCallError` for a prompt that is too long.
    public func call(_ taught: TaughtRequest) async throws -> TaughtCall {
        let request = taught.request, tokenizer = pipeline.generator.tokenizer
        let right = Set(taught.label.calls.map(\.function))
        for name in right.sorted() where pool.position(of: name) == nil {
            throw TeachingError.unknownFunction(name, pool: pool.name)
        }
        var found = try await pipeline.retrieve(request)
        // What words do not find is taught all the same: another retriever may find it.
        let others = found.candidates.filter { !right.contains($0.name) }
        if found.layout == .joint {
            found.candidates =
                right.sorted().map { Candidate(name: $0, score: 0) }
                + others.prefix(max(0, pipeline.settings.topK - right.count))
        }
        let question = try await pipeline.write(pipeline.prepare(found, request), request)
        let answer = taught.label.answer(isList: request.maxCalls > 1, of: question.offer.functions)
        return TaughtCall(
            prompt: question.prompt.tokens, completion: tokenizer.encode(answer) + tokenizer.endTokens.prefix(1),
            answer: answer)
    }
}
