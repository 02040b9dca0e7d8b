import Assembly
import Configuration
import Dispatch
import Evaluation
import FunctionCalling
import HTTPServer
import Inference
import Judging
import Logging
import OpenTelemetry
import Telemetry
import Verdicts

/// A server that accepts connections, until it is told to stop.
public struct RunningServer: Sendable {
    /// Where it listens, with the ports that the system chose, and whether TLS is spoken there.
    public let addresses: [(address: SocketAddress, usesTLS: Bool)]
    public let engine: Engine
    let tuned: LivingTuned
    let reader: TunedAdapters?
    let embedding: LoadedEmbedder
    let pipeline: Pipeline
    let living: LivingCatalog
    let gate: Gate
    let hasTLS: Bool
    /// What `/openapi.json` says, and what is there in fact.
    package let document: APIDocument
    package let routes: [String]
    /// What each of them asks, by its name in `routes`.
    package let policies: [String: RoutePolicy]
    private let server: Server
    private let lifecycle: Lifecycle
    private let evaluations: EvaluationJobs
    private let exporter: Exporter?
    private let drain: Duration
    private let drainDelay: Duration

    /// Begins to serve; returns at once. The model's engine stops with the server.
    ///
    /// - Parameters:
    ///   - settings: port 0 takes any free one.
    ///   - embedding: stops with the server.
    ///   - living: the catalogue and where its changes are kept; without it, `catalog` and nowhere.
    ///   - indexing: for functions given inline.
    ///   - stages: what runs on another server.
    ///   - doors: make the routes that targets above this one bring.
    ///   - environment: where keys may be.
    ///   - sockets: of the service manager. With them, host and port are not bound, only what `server.listen` names.
    /// - Throws: for an address that cannot be bound, a model without a chat template, a schema that cannot be enforced.
    package static func start(
        _ settings: Settings, _ model: LoadedModel, embedding: LoadedEmbedder = .off,
        catalog: FunctionCatalog = FunctionCatalog(), living: LivingCatalog? = nil, indexing: PoolIndexing? = nil,
        stages: RemoteStages = RemoteStages(), doors: [DoorMaker] = [],
        environment: [String: String] = [:], sockets: [InheritedSocket] = [], logger: Logger = Logger(label: "kinglet")
    ) async throws -> RunningServer {
        let living = try living ?? LivingCatalog(inMemory: catalog)
        var pipeline = try Pipeline(generator: model.engine, catalog: living.catalog, settings: settings.pipeline)
        pipeline.indexing = indexing
        if let selector = stages[.select] { pipeline.ask(selector) }
        let rules = try AccessRules(settings, environment: environment)
        let local = try stages[.judge].map { Judge(stage: $0) } ?? Judge(generator: model.engine)
        let judges = try JudgeFiles(settings, environment: environment).book(local: local, model: model)
        pipeline.rater = judges
        let metrics = ServerMetrics()
        let exporter = try ExportPlan.make(
            settings.otlp, environment: environment, model: model.engine.modelName
        ).map { Exporter($0, registry: metrics.registry) }
        let parts = Parts(
            facts: .init(model.engine, embedding, settings), engine: model.engine,
            tuned: try await LivingTuned(model, store: living.store), reader: model.tuned,
            embedding: embedding, pipeline: pipeline, judges: judges, living: living,
            evaluations: try await EvaluationJobs(
                .init(
                    store: living.store, pipeline: pipeline, bounds: EvaluationBounds(settings),
                    limits: settings.limits,
                    judges: EvaluationJudges(judges, cache: try VerdictCache(settings, beside: living.store)))),
            metrics: metrics, exporter: exporter)
        return try RunningServer(settings, rules, parts, doors.map { try $0(parts) }, (sockets, logger))
    }

    /// What answers.
    package struct Parts {
        package let facts: APIDocument.Facts
        let engine: Engine
        let tuned: LivingTuned
        let reader: TunedAdapters?
        let embedding: LoadedEmbedder
        package let pipeline: Pipeline
        let judges: JudgeBook
        let living: LivingCatalog
        let evaluations: EvaluationJobs
        package let metrics: ServerMetrics
        let exporter: Exporter?
        let lifecycle = Lifecycle()
    }

    /// Makes a door of what a server is made of.
    package typealias DoorMaker = @Sendable (Parts) throws -> any Door

    private init(
        _ settings: Settings, _ rules: AccessRules, _ parts: Parts, _ doors: [any Door],
        _ outside: (sockets: [InheritedSocket], logger: Logger)
    ) throws {
        let (engine, metrics) = (parts.engine, parts.metrics)
        (self.engine, embedding, pipeline, living) = (engine, parts.embedding, parts.pipeline, parts.living)
        (tuned, reader, lifecycle, evaluations) = (parts.tuned, parts.reader, parts.lifecycle, parts.evaluations)
        exporter = parts.exporter
        engine.bounds = settings.admission
        metrics.register(engine)
        if settings.metrics.vllmNames { metrics.exposeVLLMNames(model: engine.modelName) }
        metrics.label(model: engine.modelName)
        if case .ready(let embedder) = embedding { metrics.register(embedder) }
        document = APIDocument(parts.facts, doors: doors)
        var table = try Self.routes(settings, parts, document)
        for door in doors { door.register(in: &table) }
        routes = table.router.routes.map { "\($0.method) \($0.pattern)" }.sorted()
        policies = Dictionary(uniqueKeysWithValues: table.policies.map { ("\($0.key)", $0.value) })
        metrics.traffic.count(routes: table.router.routes.map(\.pattern))
        gate = Gate(
            rules: rules, table: table, metrics: metrics, lifecycle: lifecycle, engine: engine, exporter: exporter)
        var http = settings.http
        http.inherited = outside.sockets
        if !outside.sockets.isEmpty { http.addresses = settings.server.listen }
        server = Server(configuration: http, router: table.router, observer: gate, logger: outside.logger)
        try server.start()
        (drain, drainDelay) = (settings.server.drain, settings.server.drainDelay)
        let speaksTLS =
            http.addresses.map { _ in false } + http.tlsAddresses.map { _ in true } + outside.sockets.map(\.usesTLS)
        hasTLS = speaksTLS.contains(true)
        addresses = zip(server.addresses, speaksTLS).map { ($0, $1) }
    }

    /// As in `http://127.0.0.1:8080`.
    public var urls: [String] { addresses.map(Self.url) }
    /// The first of them.
    public var address: String { urls.first ?? "" }

    /// Whether clients must show a key.
    public var hasKeys: Bool { gate.keyCount > 0 }

    /// Says that it is about to leave. Where balancers need no time to notice it, it takes no request from now on.
    func leave() { drainDelay > .zero ? lifecycle.beginLeaving() : lifecycle.beginDraining() }

    /// Says that it is about to leave and answers as before for as long as balancers need to notice it; then finishes what is
    /// in flight and stops server and engine.
    ///
    /// - Returns: how many connections had to be cut off when the time was up.
    @discardableResult
    public func stop() async -> Int {
        leave()
        if drainDelay > .zero { try? await Task.sleep(for: drainDelay) }
        lifecycle.beginDraining()
        await evaluations.stop()
        let cut = await server.drain(deadline: drain)
        engine.stop()
        if case .ready(let embedder) = embedding { embedder.stop() }
        if let exporter { await Self.offThread { exporter.stop() } }
        return cut
    }

    /// What may block waits on a thread that is nobody's.
    private static func offThread(_ work: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                work()
                continuation.resume()
            }
        }
    }

    /// Reads certificates and keys again; on an error the old ones stay in use.
    func reloadCertificates() throws { try server.reloadCertificates() }

    /// A host that stands for every address of the machine is called by the one that is always there.
    private static func url(_ address: SocketAddress, usesTLS: Bool) -> String {
        guard case .ip(let host, let port) = address else { return "\(address)" }
        let name = ["0.0.0.0": "127.0.0.1", "::": "::1"][host] ?? host
        return "\(usesTLS ? "https" : "http")://\(SocketAddress.ip(host: name, port: port))"
    }

    private static func routes(
        _ settings: Settings, _ parts: Parts, _ document: APIDocument
    ) throws -> RouteTable {
        var table = RouteTable(bodyBytes: settings.http.limits.bodyBytes)
        let (engine, pipeline, metrics) = (parts.engine, parts.pipeline, parts.metrics)
        OperationsRoutes(engine: engine, metrics: metrics, lifecycle: parts.lifecycle).register(in: &table)
        ModelRoutes(engine: engine, embedding: parts.embedding, started: parts.lifecycle.started).register(in: &table)
        FunctionCallRoutes(pipeline: pipeline, metrics: metrics).register(in: &table)
        AdaptRoutes(pipeline: pipeline).register(in: &table)
        AdapterRoutes(catalog: pipeline.catalog).register(in: &table)
        RetrieveRoutes(pipeline: pipeline, metrics: metrics).register(in: &table)
        PoolRoutes(living: parts.living, schemas: engine.grammars.queue, standard: settings.calling.pool).register(
            in: &table)
        KnowledgeRoutes(living: parts.living).register(in: &table)
        TunedRoutes(tuned: parts.tuned, adapters: engine.adapters).register(in: &table)
        JudgeRoutes(
            judges: parts.judges, catalog: pipeline.catalog, defaultPool: settings.calling.pool, metrics: metrics
        ).register(in: &table)
        RewardRoutes(catalog: pipeline.catalog).register(in: &table)
        EvaluationRoutes(jobs: parts.evaluations).register(in: &table)
        CompletionRoutes(generator: engine, metrics: metrics).register(in: &table)
        try ChatRoutes(pipeline: pipeline, metrics: metrics).register(in: &table)
        TokenRoutes(generator: engine, metrics: metrics).register(in: &table)
        DocumentRoutes(document).register(in: &table)
        EmbeddingRoutes(embedding: parts.embedding) { engine.bounds.maxWait }.register(in: &table)
        return table
    }
}
