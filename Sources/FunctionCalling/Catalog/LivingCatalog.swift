import Functions
import Knowledge
import Retrieval
import Storage

/// The catalogue that changes while it serves: what is stored before what the files give.
///
/// Changes are made one after the other. Those that arrive while others are being made wait and are made together: one
/// transaction, one new index a pool. A change counts for requests only when it is on the disk, and it is answered when
/// it counts.
public actor LivingCatalog {
    /// Makes the retrievers of a changed pool beside `lexical` and `all`; gets the pool before the change.
    public typealias Indexing =
        @Sendable (FunctionPool, _ old: IndexedPool?) async throws -> [RetrieverKind: any Retriever]

    /// What waits to be done.
    private enum Work {
        case edit(CatalogEdit, Precondition, CheckedContinuation<EditResult, any Error>)
        case reload(CatalogSeed, CheckedContinuation<ReloadReport, any Error>)
    }

    /// Changes made together at most.
    private static let batch = 256

    /// What requests see.
    public nonisolated let catalog: FunctionCatalog
    /// Where changes are kept, and whatever else is to outlive the process.
    package nonisolated let store: StateStore
    private let indexing: Indexing
    /// Of knowledge terms; nil: they are found by their words only.
    private let encoder: (any TextEncoder)?
    private var origins: CatalogOrigins
    private var waiting: [Work] = []
    private var isWorking = false

    /// Schemas of the files' pools are checked; those that are stored were when they were put.
    ///
    /// - Throws: `StorageError`; `PoolError` or `FieldError` if what is stored is not what was written;
    ///   `FunctionCallError.unenforceableSchema`.
    public init(
        store: StateStore, seed: CatalogSeed, indexing: @escaping Indexing = { _, _ in [:] },
        encoder: (any TextEncoder)? = nil
    ) async throws {
        var pools: [FunctionPool] = []
        origins = try CatalogOrigins(try await store.load(), seed: seed, pools: &pools)
        (self.store, self.indexing, self.encoder) = (store, indexing, encoder)
        catalog = FunctionCatalog(adapters: Array(seed.adapters.values))
        catalog.knowledge = try await origins.knowledge.embedded(by: encoder, previous: nil)
        for pool in origins.filePools { try pool.checkSchemas() }
        for pool in pools { catalog.store(IndexedPool(pool, others: try await indexing(pool, nil))) }
    }

    /// What the catalogue holds, to be changed without a trace on the disk.
    public init(inMemory catalog: FunctionCatalog) throws {
        store = try StateStore.inMemory()
        indexing = { _, _ in [:] }
        encoder = nil
        self.catalog = catalog
        let pools = catalog.poolNames.compactMap { catalog.pool(named: $0)?.pool }
        let adapters = catalog.adapterNames.compactMap { catalog.adapter(named: $0) }
        origins = CatalogOrigins(
            seed: CatalogSeed(pools: pools, adapters: adapters, terms: catalog.knowledge.terms))
        for pool in pools { try pool.checkSchemas() }
    }

    /// What stands on the disk beside what files give, without a server.
    public static func contents(_ stored: StoredState, seed: CatalogSeed) throws -> FunctionCatalog {
        var pools: [FunctionPool] = []
        let origins = try CatalogOrigins(stored, seed: seed, pools: &pools)
        let catalog = FunctionCatalog(
            pools: pools.map { IndexedPool($0) }, adapters: Array(seed.adapters.values))
        catalog.knowledge = origins.knowledge
        return catalog
    }

    /// Whether the pool is stored, else it is its file's.
    public func isStored(_ pool: String) -> Bool { origins.storedPools.contains(pool) }

    /// The change is searchable and on the disk when this returns.
    ///
    /// - Throws: `CatalogError`, `PoolError`, `StorageError`; then nothing has changed.
    public func perform(_ edit: CatalogEdit, if precondition: Precondition = .none) async throws -> EditResult {
        try await withCheckedThrowingContinuation { continuation in
            enqueue(.edit(edit, precondition, continuation))
        }
    }

    /// Takes the files anew. What was stored or deleted since stays as it is.
    public func reload(_ seed: CatalogSeed) async throws -> ReloadReport {
        try await withCheckedThrowingContinuation { enqueue(.reload(seed, $0)) }
    }

    /// Adds work; one task does all that waits.
    private func enqueue(_ work: Work) {
        waiting.append(work)
        guard !isWorking else { return }
        isWorking = true
        Task { await makeWaiting() }
    }

    /// Does what waits until nothing does.
    private func makeWaiting() async {
        while !waiting.isEmpty {
            if case .reload(let seed, let continuation) = waiting[0] {
                waiting.removeFirst()
                do { continuation.resume(returning: try await take(seed)) } catch {
                    continuation.resume(throwing: error)
                }
                continue
            }
            let end = waiting.firstIndex { if case .reload = $0 { true } else { false } } ?? waiting.count
            let edits = Array(waiting.prefix(min(end, Self.batch)))
            waiting.removeFirst(edits.count)
            await make(edits)
        }
        isWorking = false
    }

    /// Makes several edits: one transaction, one new index a pool.
    private func make(_ edits: [Work]) async {
        var draft = CatalogDraft(catalog, origins), results: [Result<EditResult, any Error>] = []
        for case .edit(let edit, let precondition, _) in edits {
            results.append(Result { try draft.apply(edit, precondition) })
        }
        do {
            try await make(draft)
        } catch {
            results = results.map { $0.flatMap { _ in .failure(error) } }
        }
        for (work, result) in zip(edits, results) {
            if case .edit(_, _, let continuation) = work { continuation.resume(with: result) }
        }
    }

    /// Indexes, then the disk, then the requests: whatever fails leaves all as it was.
    private func make(_ draft: CatalogDraft) async throws {
        guard !draft.changes.isEmpty else { return }
        var indexed: [IndexedPool] = []
        for case let changed? in draft.pools.values { indexed.append(try await index(changed)) }
        var next = origins
        next.note(draft.changes, terms: draft.terms)
        let knowledge =
            draft.terms.isEmpty ? nil : try await next.knowledge.embedded(by: encoder, previous: catalog.knowledge)
        try await store.apply(draft.changes)
        origins = next
        for pool in indexed { catalog.store(pool) }
        for case (let name, nil) in draft.pools { catalog.removePool(named: name) }
        if let knowledge { catalog.knowledge = knowledge }
    }

    /// The pool with its indexes, from those that it had.
    private func index(_ changed: CatalogDraft.DraftPool) async throws -> IndexedPool {
        let old = catalog.pool(named: changed.pool.name)
        let others = try await indexing(changed.pool, old)
        guard let old, !changed.isWhole else { return IndexedPool(changed.pool, others: others) }
        return old.updated(to: changed.pool, changed: changed.changed, others: others)
    }

    /// Takes over what files say anew.
    private func take(_ seed: CatalogSeed) async throws -> ReloadReport {
        var next = origins, report = ReloadReport()
        next.seed = seed
        var indexed: [IndexedPool] = []
        for pool in next.filePools {
            let old = catalog.pool(named: pool.name)
            guard old?.pool != pool else { continue }
            try pool.checkSchemas(except: old?.pool)
            indexed.append(IndexedPool(pool, others: try await indexing(pool, old)))
        }
        let knowledge = try await next.knowledge.embedded(by: encoder, previous: catalog.knowledge)
        let count = Set(next.filePools.map(\.name)).union(next.storedPools)
        report.updated = indexed.map(\.pool.name).sorted()
        report.removed = catalog.poolNames.filter { !count.contains($0) }
        report.kept = seed.pools.values.filter {
            $0 != origins.seed.pools[$0.name] && !report.updated.contains($0.name)
                && (next.storedPools.contains($0.name) || next.hiddenPools.contains($0.name))
        }.map(\.name).sorted()
        report.adapters = Set(seed.adapters.keys).union(catalog.adapterNames)
            .filter { seed.adapters[$0] != catalog.adapter(named: $0) }.sorted()
        for pool in indexed { catalog.store(pool) }
        for name in report.removed { catalog.removePool(named: name) }
        for name in catalog.adapterNames where seed.adapters[name] == nil { catalog.removeAdapter(named: name) }
        for adapter in seed.adapters.values { catalog.store(adapter) }
        origins = next
        catalog.knowledge = knowledge
        return report
    }
}

/// The result of a reload: pools, adapters and terms that were taken, kept or removed.
public struct ReloadReport: Sendable, Hashable {
    /// Pools that are as their files are now.
    public var updated: [String] = []
    /// Pools whose files are gone.
    public var removed: [String] = []
    /// Adapters that are new, changed or gone.
    public var adapters: [String] = []
    /// Pools whose files have changed without effect, since they were edited or deleted through the API.
    public var kept: [String] = []

    /// All that has an effect, as in `pool smart-home` and `pool office (gone)`.
    public var effects: [String] {
        updated.map { "pool \($0)" } + removed.map { "pool \($0) (gone)" } + adapters.map { "adapter \($0)" }
    }
}
