import Configuration
import Evaluation
import FunctionCalling
import Functions
import Inference
import Retrieval

/// Encoder, and model where it is needed, for retrieval without a server.
public struct RetrievalTool: Sendable {
    private let embedder: Embedder?
    private let encoder: RememberingEncoder?
    private let model: LoadedModel?

    /// - Throws: where the settings name a model or encoder that is not there.
    public init(_ settings: Settings, needsGenerator: Bool) async throws {
        model = needsGenerator ? try await LoadedModel.load(settings) : nil
        embedder = try await LoadedEmbedder.load(settings, on: model?.base).embedder
        encoder = embedder.map { RememberingEncoder($0) }
    }

    public func stop() {
        embedder?.stop()
        model?.engine.stop()
    }

    /// - Throws: `RetrievalToolError.noEncoder`, `ClassifierError`, and what the encoder throws.
    public func retrievers(
        _ kinds: [RetrieverKind], for task: RetrievalEvaluation.Task, classifier: String?
    ) async throws -> [(name: String, retriever: any Retriever)] {
        let functions = task.functions
        let lexical = LexicalIndex(functions)
        var known: [RetrieverKind: any Retriever] = [
            .lexical: lexical, .all: AllFunctions(names: functions.map(\.name)),
        ]
        if kinds.contains(where: { known[$0] == nil }) {
            guard let encoder else { throw RetrievalToolError.noEncoder }
            try await encoder.prepare(task.queries.map(\.query))
            let documents = try await EmbeddedDocuments.make(functions, encoder: encoder)
            known[.embedding] = EmbeddingRetriever(documents)
            known[.hybrid] = HybridRetriever(documents, lexical: lexical)
            if let model {
                known[.description] = DescriptionRetriever(
                    stage: try LocalStage(generator: model.engine), documents)
            }
            if let classifier {
                known[.classifier] = try FunctionClassifier.read(path: classifier).retriever(
                    for: functions, encoder: encoder)
            }
        }
        return kinds.compactMap { kind in known[kind].map { (kind.rawValue, $0) } }
    }

    /// Trains a head for a pool.
    public func train(
        _ samples: [LabelledQuery], for functions: [FunctionDefinition], options: FunctionClassifier.Options
    ) async throws -> (classifier: FunctionClassifier, training: FunctionClassifier.Training) {
        guard let encoder else { throw RetrievalToolError.noEncoder }
        return try await FunctionClassifier.train(
            samples, for: functions.map(\.document), encoder: encoder, options: options)
    }
}

public enum RetrievalToolError: Error, CustomStringConvertible {
    case noEncoder

    public var description: String {
        "this needs an encoder and there is none; fetch it (kinglet pull all-minilm-l6-v2) or name one: embedding.model"
    }
}
