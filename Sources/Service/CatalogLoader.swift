import Foundation
import FunctionCalling

/// Pools and adapters from the folders of the settings.
public enum CatalogLoader {
    public static func load(_ settings: Settings) throws -> FunctionCatalog {
        let catalog = FunctionCatalog()
        for path in try files(settings.resolve(settings.calling.pools)) {
            catalog.store(IndexedPool(try FunctionPool.load(path: path)))
        }
        for path in try files(settings.resolve(settings.calling.adapters)) {
            let rules = try AdapterRules.load(path: path)
            // An adapter goes with the pool of its name; what it maps must be there.
            if let pool = catalog.pool(named: rules.name)?.pool { try rules.validate(against: pool) }
            catalog.store(rules)
        }
        return catalog
    }

    /// Puts what files hold in the place of what files held.
    ///
    /// - Returns: names of pools and adapters that are new, changed or gone.
    static func replace(_ catalog: FunctionCatalog, with new: FunctionCatalog) -> [String] {
        var changed: [String] = []
        for name in new.poolNames {
            guard let pool = new.pool(named: name), pool.pool != catalog.pool(named: name)?.pool else { continue }
            catalog.store(pool)
            changed.append("pool \(name)")
        }
        for name in new.adapterNames {
            guard let rules = new.adapter(named: name), rules != catalog.adapter(named: name) else { continue }
            catalog.store(rules)
            changed.append("adapter \(name)")
        }
        for name in catalog.poolNames where new.pool(named: name) == nil {
            catalog.removePool(named: name)
            changed.append("pool \(name) (gone)")
        }
        for name in catalog.adapterNames where new.adapter(named: name) == nil {
            catalog.removeAdapter(named: name)
            changed.append("adapter \(name) (gone)")
        }
        return changed
    }

    /// Every schema must be one that decoding can enforce.
    static func check(_ catalog: FunctionCatalog, with pipeline: Pipeline) async throws {
        for name in catalog.poolNames {
            if let pool = catalog.pool(named: name)?.pool { try await pipeline.checkSchemas(of: pool) }
        }
    }

    private static func files(_ folder: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            return []
        }
        return try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".json") }.sorted().map { "\(folder)/\($0)" }
    }
}
