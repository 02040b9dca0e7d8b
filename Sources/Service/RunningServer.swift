import Evaluation
import FunctionCalling
import HTTPServer
import Inference
import Logging
import Telemetry

/// A server that accepts connections, until it is told to stop.
public struct RunningServer: Sendable {
    /// Where it listens, as in `http://127.0.0.1:8080`.
    public let address: String
    public let engine: Engine
    let pipeline: Pipeline
    private let server: Server
    private let lifecycle: Lifecycle
    private let drain: Duration

    /// Begins to serve; returns at once. The model's engine stops with the server.
    ///
    /// - Parameter settings: port 0 takes any free one.
    /// - Throws: for an address that cannot be bound, a model without a chat template, a schema that cannot be enforced.
    public static func start(
        _ settings: Settings, _ model: LoadedModel, catalog: FunctionCatalog = FunctionCatalog(),
        logger: Logger = Logger(label: "kinglet")
    ) async throws -> RunningServer {
        let pipeline = try Pipeline(generator: model.engine, catalog: catalog, settings: settings.pipeline)
        try await CatalogLoader.check(catalog, with: pipeline)
        return try RunningServer(settings, model.engine, pipeline, logger)
    }

    private init(_ settings: Settings, _ engine: Engine, _ pipeline: Pipeline, _ logger: Logger) throws {
        lifecycle = Lifecycle()
        let (router, metrics) = try Self.routes(settings, engine, pipeline, lifecycle)
        server = Server(configuration: settings.http, router: router, observer: metrics, logger: logger)
        try server.start()
        (self.engine, self.pipeline, drain) = (engine, pipeline, settings.server.drain)
        address = "http://\(settings.server.host):\(server.port ?? settings.server.port)"
    }

    /// Finishes what is in flight, then stops server and engine.
    ///
    /// - Returns: how many connections had to be cut off when the time was up.
    @discardableResult
    public func stop() async -> Int {
        lifecycle.beginDraining()
        let cut = await server.drain(deadline: drain)
        engine.stop()
        return cut
    }

    private static func routes(
        _ settings: Settings, _ engine: Engine, _ pipeline: Pipeline, _ lifecycle: Lifecycle
    ) throws -> (Router, ServerMetrics) {
        var router = Router()
        let names = [
            "/healthz", "/readyz", "/metrics", "/v1/stats", "/v1/schema-keywords", "/v1/models", "/v1/functioncall",
            "/v1/judge", "/v1/judge/compare", "/v1/pools", "/v1/pools/{pool}", "/v1/completions", "/tokenize",
            "/detokenize",
        ]
        let metrics = ServerMetrics(routes: names)
        metrics.register(engine)
        OperationsRoutes(engine: engine, metrics: metrics, lifecycle: lifecycle).register(in: &router)
        FunctionCallRoutes(pipeline: pipeline, metrics: metrics).register(in: &router)
        PoolRoutes(catalog: pipeline.catalog).register(in: &router)
        JudgeRoutes(
            judge: try Judge(generator: engine), catalog: pipeline.catalog, defaultPool: settings.calling.pool,
            metrics: metrics
        ).register(in: &router)
        CompletionRoutes(generator: engine, metrics: metrics).register(in: &router)
        TokenRoutes(generator: engine).register(in: &router)
        return (router, metrics)
    }
}

extension Settings {
    package var pipeline: PipelineSettings {
        var pipeline = PipelineSettings()
        pipeline.defaultPool = calling.pool
        pipeline.defaultRetriever = RetrieverKind(rawValue: calling.retriever) ?? .lexical
        pipeline.topK = calling.topK
        pipeline.choosing = PipelineSettings.Choosing(rawValue: calling.choosing) ?? .calibrated
        pipeline.maxTokens = calling.maxTokens
        return pipeline
    }

    var http: ServerConfiguration {
        var http = ServerConfiguration(addresses: [.ip(host: server.host, port: server.port)])
        http.limits.headerTime = server.headerTimeout
        http.limits.bodyTime = server.bodyTimeout
        http.limits.idleTime = server.idleTimeout
        http.limits.bodyBytes = server.maxBodyBytes
        http.limits.connections = server.maxConnections
        return http
    }
}
