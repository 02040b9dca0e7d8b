import Foundation
import FunctionCalling

/// Pools, adapters and what was fitted for pools, from the folders of the settings.
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
        for path in try files(settings.resolve(settings.calling.choices)) {
            let pool = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
            catalog.store(try ChoiceModel.load(path: path), for: pool)
        }
        return catalog
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
