import Assembly
import Configuration
import Foundation
import FunctionCalling
import HTTPServer
import Inference
import Logging
import Telemetry

/// The life of the process that serves: settings, model, catalogue, server.
public enum KingletServer {
    /// Serves until SIGTERM or SIGINT, then finishes what is in flight. SIGHUP reads the settings again.
    ///
    /// - Parameters:
    ///   - doors: what is served beside this target's own routes.
    ///   - load: the settings, from flags, environment and file; called again at each SIGHUP.
    package static func run(
        doors: [RunningServer.DoorMaker] = [], _ load: () throws -> Settings
    ) async throws {
        let settings = try load()
        let level = LineLogHandler.bootstrap(
            format: settings.log.format == "json" ? .json : .text,
            level: Logger.Level(rawValue: settings.log.level) ?? .info)
        let logger = Logger(label: "kinglet")
        let signals = ProcessSignals()
        let environment = ProcessInfo.processInfo.environment
        let manager = ServiceManager.take()
        let sockets = try InheritedSocket.takeAll()
        let model = try await LoadedModel.load(settings)
        let embedding = try await LoadedEmbedder.load(settings, on: model.base)
        let stages = RemoteStages(settings.remote, environment: environment)
        let indexing = try PoolIndexing(
            settings, embedding, describer: stages[.describe] ?? LocalStage(generator: model.engine))
        let living = try await CatalogLoader.open(settings, logger, indexing: indexing)
        try await ExamplesLoader.load(settings, into: living.catalog, indexing: indexing, logger: logger)
        let server = try await RunningServer.start(
            settings, model, embedding: embedding, living: living, indexing: indexing, stages: stages,
            doors: doors, environment: environment,
            sockets: sockets, logger: logger)
        announce(server, model, settings, logger)
        ExposureWarning(
            plain: server.addresses.filter { !$0.usesTLS }.map(\.address),
            tls: server.addresses.filter(\.usesTLS).map(\.address), hasKeys: server.hasKeys)?.show(logger)
        warm(server, model, settings, logger)
        let ready = "serves \(model.engine.modelName) on \(server.urls.joined(separator: ", "))"
        manager?.ready(status: ready)
        let watchdog = manager.flatMap { Watchdog.start($0, server.engine) }

        var reloader = Reloader(settings, server, level, environment, logger)
        for await signal in signals.stream {
            guard case .reload = signal else { break }
            manager?.reloading()
            await reloader.reload(load)
            manager?.ready(status: ready)
        }
        watchdog?.cancel()
        // First, so that who is told of it finds it so.
        server.leave()
        manager?.stopping(status: "draining")
        logger.notice("draining", metadata: ["in_flight": "\(server.engine.requestsInFlight)"])
        let cut = await server.stop()
        logger.notice("stopped", metadata: ["connections_cut": "\(cut)"])
    }

    /// The address on standard output, ready to paste; the rest in the log.
    private static func announce(_ server: RunningServer, _ model: LoadedModel, _ settings: Settings, _ logger: Logger)
    {
        logger.notice(
            "ready",
            metadata: [
                "model": "\(model.engine.modelName)", "format": "\(settings.model.format)",
                "load_seconds": "\(Double(Int(model.seconds * 1000)) / 1000)",
                "weights_mib": "\(model.weightBytes >> 20)",
                "kv_tokens": "\(model.engine.configuration.kvBlocks * model.engine.configuration.blockSize)",
                "kv_cache": "\(model.kvCacheFormat)", "kv_cache_reason": "\(model.kvCacheReason)",
                "instructions": "\(model.instructions)", "encoder": "\(server.embedding)",
            ])
        let catalog = server.pipeline.catalog, pool = settings.calling.pool
        let greeting = Greeting(
            addresses: server.urls, pool: catalog.pool(named: pool)?.pool, poolName: pool,
            hasAdapter: catalog.adapter(named: pool) != nil, hasKeys: server.hasKeys)
        FileHandle.standardOutput.write(Data(greeting.text.utf8))
    }

    /// In the background the fixed parts of all pools' prompts, then one call, so that the first client finds code warm.
    private static func warm(
        _ server: RunningServer, _ model: LoadedModel, _ settings: Settings, _ logger: Logger
    ) {
        let pipeline = server.pipeline
        let warming = PoolWarming(
            pipeline: pipeline, engine: server.engine, folder: settings.prefixFolder, identity: model.identity,
            logger: logger)
        Task {
            await warming.run()
            do {
                if pipeline.catalog.pool(named: settings.calling.pool) != nil {
                    _ = try await pipeline.run(FunctionCallRequest(query: "hello"))
                }
            } catch {
                logger.warning("the first call failed", metadata: ["error": "\(error)"])
            }
        }
    }
}
