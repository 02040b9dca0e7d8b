import Configuration
import Documents
import FunctionCalling
import Inference
import Knowledge
import Storage

/// One function call without a server.
public enum SingleCall {
    /// - Parameters:
    ///   - body: as of `POST /v1/functioncall`.
    ///   - environment: where keys of other servers may be.
    public static func answer(
        _ body: JSONValue, _ settings: Settings, environment: [String: String] = [:]
    ) async throws -> JSONValue {
        let request = try FunctionCallRequest(json: body)
        let catalog = try await CatalogLoader.load(settings)
        let model = try await LoadedModel.load(settings)
        defer { model.engine.stop() }
        if let stored = try StateStore.openToRead(folder: settings.resolve(settings.state)) {
            _ = try await LivingTuned(model, store: stored)
        }
        var pipeline = try Pipeline(generator: model.engine, catalog: catalog, settings: settings.pipeline)
        if request.answers > 1 {
            pipeline.rater = try JudgeFiles.book(settings, beside: model, environment: environment)
        }
        let embedding = try await LoadedEmbedder.load(settings, on: model.base)
        defer { embedding.embedder?.stop() }
        if let indexing = try PoolIndexing(settings, embedding, describer: LocalStage(generator: model.engine)) {
            pipeline.indexing = indexing
            if settings.knowledge.similarity > 0 {
                catalog.knowledge = try await catalog.knowledge.embedded(by: indexing.encoder, previous: nil)
            }
            try await ExamplesLoader.load(settings, into: catalog, indexing: indexing)
            // One pool, for one call: the others are not needed.
            if request.functions == nil, let pool = catalog.pool(named: request.pool ?? settings.calling.pool)?.pool {
                catalog.store(IndexedPool(pool, others: try await indexing.retrievers(for: pool, previous: nil)))
            }
        }
        return try await pipeline.run(request).json
    }
}
