import Evaluation
import Foundation
import FunctionCalling
import HTTPServer
import Inference
import Logging
import Telemetry

/// Everything put together: settings, model, catalogue, routes, and the life of the process.
public enum KingletServer {
    /// Serves until SIGTERM or SIGINT, then finishes what is in flight.
    public static func run(_ settings: Settings) async throws {
        LineLogHandler.bootstrap(
            format: settings.log.format == "json" ? .json : .text,
            level: Logger.Level(rawValue: settings.log.level) ?? .info)
        let logger = Logger(label: "kinglet")
        let stop = StopSignal()
        let catalog = try CatalogLoader.load(settings)
        let model = try await LoadedModel.load(settings)
        let pipeline = try Pipeline(generator: model.engine, catalog: catalog, settings: settings.pipeline)
        try await CatalogLoader.check(catalog, with: pipeline)
        let lifecycle = Lifecycle()
        let (router, metrics) = try routes(settings, model.engine, pipeline, lifecycle)
        let server = Server(configuration: settings.http, router: router, observer: metrics, logger: logger)
        try server.start()
        announce(server, model, settings, logger)
        warm(pipeline, settings, logger)

        await stop.wait()
        logger.notice("draining", metadata: ["in_flight": "\(model.engine.requestsInFlight)"])
        lifecycle.beginDraining()
        let cut = await server.drain(deadline: settings.server.drain)
        model.engine.stop()
        logger.notice("stopped", metadata: ["connections_cut": "\(cut)"])
    }

    private static func routes(
        _ settings: Settings, _ engine: Engine, _ pipeline: Pipeline, _ lifecycle: Lifecycle
    ) throws -> (Router, ServerMetrics) {
        var router = Router()
        let names = [
            "/healthz", "/readyz", "/metrics", "/v1/stats", "/v1/schema-keywords", "/v1/models", "/v1/functioncall",
            "/v1/judge", "/v1/judge/compare", "/v1/pools", "/v1/pools/{pool}", "/v1/completions", "/tokenize", "/detokenize",
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

    /// The address on standard output, ready to paste; the rest in the log.
    private static func announce(_ server: Server, _ model: LoadedModel, _ settings: Settings, _ logger: Logger) {
        let address = "http://\(settings.server.host):\(server.port ?? settings.server.port)"
        logger.notice(
            "ready",
            metadata: [
                "model": "\(model.engine.modelName)", "format": "\(settings.model.format)",
                "load_seconds": "\(Double(Int(model.seconds * 1000)) / 1000)",
                "weights_mib": "\(model.weightBytes >> 20)",
                "kv_tokens": "\(model.engine.configuration.kvBlocks * model.engine.configuration.blockSize)",
                "instructions": "\(model.instructions)",
            ])
        let text =
            """
            Kinglet listens on \(address). Try:

              curl -s \(address)/v1/functioncall -H 'content-type: application/json' \\
                -d '{"query": "turn off the kitchen lights", "adapter": "dis"}'


            """
        FileHandle.standardOutput.write(Data(text.utf8))
    }

    /// One call in the background, so that the first client finds code and the prompt's fixed part warm.
    private static func warm(_ pipeline: Pipeline, _ settings: Settings, _ logger: Logger) {
        guard pipeline.catalog.pool(named: settings.calling.pool) != nil else { return }
        Task {
            do {
                _ = try await pipeline.run(FunctionCallRequest(query: "hello"))
            } catch {
                logger.warning("the first call failed", metadata: ["error": "\(error)"])
            }
        }
    }
}

extension Settings {
    var pipeline: PipelineSettings {
        var pipeline = PipelineSettings()
        pipeline.defaultPool = calling.pool
        pipeline.defaultRetriever = RetrieverKind(rawValue: calling.retriever) ?? .lexical
        pipeline.topK = calling.topK
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
