import Adapters
import Configuration
import Documents
import Foundation
import FunctionCalling
import Functions
import Knowledge
import Logging
import Storage

/// Pools, adapters and terms from the folders of the settings, and what is stored beside them.
public enum CatalogLoader {
    /// For one call without a server: reads what is stored, also beside a server that runs.
    public static func load(_ settings: Settings) async throws -> FunctionCatalog {
        let stored = try StateStore.openToRead(folder: settings.resolve(settings.state))
        let catalog: FunctionCatalog
        do {
            catalog = try LivingCatalog.contents(try await stored?.load() ?? StoredState(), seed: seed(settings))
        } catch let error as UnenforceableSchema {
            throw Self.inFile(error, settings)
        }
        try storeChoices(settings, in: catalog)
        return catalog
    }

    /// For a server: keeps the state folder to this process.
    package static func open(
        _ settings: Settings, _ logger: Logger, indexing: PoolIndexing? = nil
    ) async throws -> LivingCatalog {
        let store = try StateStore.open(folder: settings.resolve(settings.state)), seed = try seed(settings)
        let living: LivingCatalog
        do {
            living = try await LivingCatalog(
                store: store, seed: seed,
                indexing: { pool, old in try await indexing?.retrievers(for: pool, previous: old) ?? [:] },
                // Without a least similarity nobody would look at the vectors.
                encoder: settings.knowledge.similarity > 0 ? indexing?.encoder : nil)
        } catch let error as UnenforceableSchema {
            throw Self.inFile(error, settings)
        } catch let error as PoolError where error.source.isEmpty || error.source.hasPrefix("pool ") {
            throw StorageError.damaged(path: store.path, reason: "\(error)")
        } catch let error as FieldError {
            throw StorageError.damaged(path: store.path, reason: error.message)
        }
        try storeChoices(settings, in: living.catalog)
        await warn(living, logger)
        return living
    }

    /// Names the file of a pool that cannot be enforced, where there is one.
    private static func inFile(_ error: UnenforceableSchema, _ settings: Settings) -> any Error {
        let files = (try? InputFile.documents(in: settings.resolve(settings.calling.pools))) ?? []
        let file = files.first { URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent == error.pool }
        return file.map { PoolError(error, source: $0) } ?? error
    }

    /// What was fitted for pools, one file a pool.
    private static func storeChoices(_ settings: Settings, in catalog: FunctionCatalog) throws {
        for path in try InputFile.documents(in: settings.resolve(settings.calling.choices))
        where path.hasSuffix(".json") {
            let pool = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
            catalog.store(try ChoiceModel.load(path: path), for: pool)
        }
    }

    /// An adapter may have been left behind by changes of its pool.
    private static func warn(_ living: LivingCatalog, _ logger: Logger) async {
        for name in living.catalog.adapterNames {
            guard await living.isStored(name), let pool = living.catalog.pool(named: name)?.pool else { continue }
            do {
                try living.catalog.adapter(named: name)?.validate(against: pool)
            } catch {
                logger.warning("an adapter does not fit the stored pool", metadata: ["error": "\(error)"])
            }
        }
    }

    /// What the files hold.
    ///
    /// - Throws: for a file that is not what it should be, or an adapter that does not fit the file of its pool.
    package static func seed(_ settings: Settings) throws -> CatalogSeed {
        var seed = CatalogSeed()
        for path in try InputFile.documents(in: settings.resolve(settings.calling.pools)) {
            let pool = try FunctionPool.load(path: path)
            guard seed.pools.updateValue(pool, forKey: pool.name) == nil else {
                throw PoolError(
                    .duplicateName, source: path, "another file is the pool \(pool.name) too; rename one of them")
            }
        }
        for path in try InputFile.documents(in: settings.resolve(settings.calling.adapters)) {
            let rules = try AdapterRules.load(path: path)
            guard seed.adapters[rules.name] == nil else {
                throw AdapterError(source: path, "another file is the adapter \(rules.name) too; rename one of them")
            }
            // An adapter goes with the pool of its name; what it maps must be there.
            if let pool = seed.pools[rules.name] { try rules.validate(against: pool) }
            seed.adapters[rules.name] = rules
        }
        for path in try InputFile.documents(in: settings.resolve(settings.knowledge.folder)) {
            for term in try KnowledgeTerm.load(path: path) {
                guard seed.terms.updateValue(term, forKey: term.term) == nil else {
                    throw PoolError(
                        .duplicateName, source: path, "the term \"\(term.term)\" stands in another file too")
                }
            }
        }
        return seed
    }
}
