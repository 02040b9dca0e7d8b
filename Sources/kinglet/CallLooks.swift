import Assembly
import Configuration
import FunctionCalling
import Functions
import Inference
import Models
import ModelFiles
import Retrieval
import Teaching
import Training

/// Answers a validation part by the server's own pipeline, under an adapter as it is just then.
struct CallLooks {
    private let exact: ExactCalls
    private let pool: FunctionPool
    private let layout: PromptLayout
    private let packed: PackedModel
    private let loaded: LoadedModel
    private let pipeline: Pipeline

    /// Loads the model once more, as it is served.
    ///
    /// - Parameter settings: of the model's path, its format and threads.
    init(
        _ requests: [TaughtRequest], _ taught: TaughtSamplesOptions, _ pool: FunctionPool, _ settings: Settings
    ) async throws {
        var settings = settings
        (settings.calling.pool, settings.calling.topK) = (pool.name, taught.topK)
        settings.calling.layout = taught.layout.rawValue
        settings.calling.retriever = pool.functions.count > taught.topK ? "lexical" : "all"
        packed = try await PackedModel.load(settings)
        loaded = try LoadedModel(packed, settings.engine)
        exact = ExactCalls(requests, functions: pool.functions)
        (self.pool, layout) = (pool, taught.layout)
        pipeline = try Pipeline(
            generator: loaded.engine, catalog: FunctionCatalog(pools: [IndexedPool(pool)]), settings: settings.pipeline)
    }

    func count(_ adapter: Adapter) async throws -> ExactCalls.Count {
        let weights = try LoRAWeights(adapter.lowRank, for: packed.weights, on: packed.pool)
        loaded.engine.adapters.add(
            ServedAdapter(
                name: pool.name, invocation: adapter.shape.invocation, lesson: AdapterLesson(layout: layout.rawValue),
                weights: weights))
        return try await exact.count(of: pipeline)
    }

    func stop() { loaded.engine.stop() }
}
