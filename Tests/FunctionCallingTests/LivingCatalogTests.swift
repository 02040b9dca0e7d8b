import Digests
import Documents
import Foundation
import FunctionCalling
import Functions
import Knowledge
import Retrieval
import Storage
import TestSupport
import Testing

@Suite struct LivingCatalogTests {
    private static func function(_ name: String, _ text: String = "does something") -> FunctionDefinition {
        FunctionDefinition(name: name, description: text)
    }

    private static func pool(_ name: String, _ functions: [String]) throws -> FunctionPool {
        try FunctionPool(name: name, functions: functions.map { function($0) })
    }

    private static func withFolder(_ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("kinglet-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    private static func open(_ folder: String, _ seed: CatalogSeed = CatalogSeed()) async throws -> LivingCatalog {
        for _ in 0..<500 {
            do {
                return try await LivingCatalog(store: StateStore.open(folder: folder), seed: seed)
            } catch StorageError.locked {
                // The one before is let go of by its own task, soon.
                try await Task.sleep(for: .milliseconds(2))
            }
        }
        return try await LivingCatalog(store: StateStore.open(folder: folder), seed: seed)
    }

    @Test("law: catalogue, index and disk are what a plain model says", arguments: UInt64(0)..<12)
    func agreesWithModel(seed: UInt64) async throws {
        try await Self.withFolder { folder in
            var random = SeededGenerator(seed), model: [String: [FunctionDefinition]] = [:]
            let file = try Self.pool("p0", ["a", "b", "c"]), files = CatalogSeed(pools: [file])
            model["p0"] = file.functions
            var living: LivingCatalog? = try await Self.open(folder, files)
            for step in 0..<60 {
                let name = "p\(Int.random(in: 0..<2, using: &random))"
                let function = Self.function("f\(Int.random(in: 0..<6, using: &random))", "text \(step)")
                let edit: CatalogEdit
                var next = model
                switch Int.random(in: 0..<8, using: &random) {
                case 0:
                    let pool = try Self.pool(name, ["x", "y"])
                    (edit, next[name]) = (.putPool(pool), pool.functions)
                case 1: (edit, next[name]) = (.deletePool(name), nil)
                case 2, 3:
                    edit = .deleteFunction(function.name, pool: name)
                    next[name]?.removeAll { $0.name == function.name }
                default:
                    edit = .putFunction(function, pool: name)
                    if let place = next[name]?.firstIndex(where: { $0.name == function.name }) {
                        next[name]?[place] = function
                    } else {
                        next[name]?.append(function)
                    }
                }
                let isPossible =
                    switch edit {
                    case .deletePool: model[name] != nil
                    case .deleteFunction: model[name]?.contains { $0.name == function.name } ?? false
                    case .putFunction: model[name] != nil
                    default: true
                    }
                do {
                    _ = try await living?.perform(edit)
                    #expect(isPossible)
                    model = next
                } catch {
                    #expect(error is CatalogError && !isPossible, "\(error)")
                }
                if step % 15 == 14 {
                    living = nil
                    living = try await Self.open(folder, files)
                }
                let catalog = try #require(living?.catalog)
                #expect(catalog.poolNames == model.keys.sorted())
                for (name, functions) in model {
                    let pool = try #require(catalog.pool(named: name))
                    #expect(pool.pool.functions == functions)
                    #expect(pool.fingerprints == functions.map { Fingerprint(of: $0.json) })
                    let found = try await pool.retrievers[.lexical]?.candidates(for: "text \(step)", limit: 9)
                    let fresh = IndexedPool(pool.pool).retrievers[.lexical]
                    let expected = try await fresh?.candidates(for: "text \(step)", limit: 9)
                    #expect(found == expected)
                }
            }
        }
    }

    @Test func aPutIsFoundWhenItReturns() async throws {
        let living = try LivingCatalog(inMemory: FunctionCatalog(pools: [IndexedPool(Self.pool("p", ["a"]))]))
        _ = try await living.perform(.putFunction(Self.function("toast", "toasts bread"), pool: "p"))
        let found = try await living.catalog.pool(named: "p")?.retrievers[.lexical]?.candidates(for: "bread", limit: 1)
        #expect(found?.map(\.name) == ["toast"])
    }

    @Test func changesAtOnceAreAllMadeAndOneOfTwoWithOneTagWins() async throws {
        let living = try LivingCatalog(inMemory: FunctionCatalog(pools: [IndexedPool(Self.pool("p", ["a"]))]))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<300 {
                group.addTask { _ = try await living.perform(.putFunction(Self.function("f\(number)"), pool: "p")) }
            }
            try await group.waitForAll()
        }
        #expect(living.catalog.pool(named: "p")?.pool.functions.count == 301)
        let tag = try #require(living.catalog.pool(named: "p")?.fingerprints.first).text
        let wins = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<10 {
                group.addTask {
                    let edit = CatalogEdit.putFunction(Self.function("a", "writer \(number)"), pool: "p")
                    return (try? await living.perform(edit, if: Precondition(ifMatch: .these([tag])))) != nil
                }
            }
            return await group.reduce(0) { $1 ? $0 + 1 : $0 }
        }
        #expect(wins == 1)
    }

    @Test func filesCountUntilEdited() async throws {
        try await Self.withFolder { folder in
            let term = KnowledgeTerm(term: "cube", explanation: "a lamp")
            let seed = CatalogSeed(pools: [try Self.pool("p", ["a"]), try Self.pool("q", ["a"])], terms: [term])
            var living: LivingCatalog? = try await Self.open(folder, seed)
            _ = try await living?.perform(.putFunction(Self.function("b"), pool: "p"))
            _ = try await living?.perform(.deleteTerm("cube"))
            living = nil
            let opened = try await Self.open(folder, seed)
            #expect(opened.catalog.pool(named: "p")?.pool.functions.map(\.name) == ["a", "b"])
            #expect(opened.catalog.knowledge.terms == [])

            let changed = CatalogSeed(pools: [
                try Self.pool("p", ["c"]), try Self.pool("q", ["c"]), try Self.pool("r", []),
            ])
            let report = try await opened.reload(changed)
            #expect(report.updated == ["q", "r"] && report.kept == ["p"] && report.removed == [])
            #expect(opened.catalog.pool(named: "p")?.pool.functions.map(\.name) == ["a", "b"])
            #expect(opened.catalog.pool(named: "q")?.pool.functions.map(\.name) == ["c"])
            let gone = try await opened.reload(CatalogSeed())
            #expect(gone.removed == ["q", "r"] && opened.catalog.poolNames == ["p"])
        }
    }

    @Test func deletedFilePoolStaysAwayAndCanBePutAgain() async throws {
        try await Self.withFolder { folder in
            let seed = CatalogSeed(pools: [try Self.pool("p", ["a"])])
            var living: LivingCatalog? = try await Self.open(folder, seed)
            _ = try await living?.perform(.deletePool("p"))
            living = nil
            living = try await Self.open(folder, seed)
            #expect(living?.catalog.poolNames == [])
            let result = try await living?.perform(.putPool(Self.pool("p", ["z"])))
            #expect(result?.isNew == true)
            living = nil
            living = try await Self.open(folder, seed)
            #expect(living?.catalog.pool(named: "p")?.pool.functions.map(\.name) == ["z"])
        }
    }

    @Test func aFullPoolAndABadFunctionChangeNothing() async throws {
        var pool = try Self.pool("p", ["a"]), limits = PoolLimits()
        limits.functions = 1
        let error = #expect(throws: PoolError.self) { try pool.put(Self.function("b"), limits: limits) }
        #expect(error?.reason == .full && pool.functions.count == 1)
        let living = try LivingCatalog(inMemory: FunctionCatalog(pools: [IndexedPool(pool)]))
        await #expect(throws: PoolError.self) {
            try await living.perform(.putFunction(Self.function("request_unclear"), pool: "p"))
        }
        #expect(living.catalog.pool(named: "p")?.pool.functions.count == 1)
    }

    @Test func unenforceableFilePoolIsNotServed() async throws {
        let schema: JSONValue = ["type": "object", "properties": ["x": ["type": "string", "pattern": "(?<=a)b"]]]
        let function = FunctionDefinition(name: "f", description: "", parameters: schema)
        let seed = CatalogSeed(pools: [try FunctionPool(name: "p", functions: [function])])
        await #expect(throws: UnenforceableSchema.self) { try await LivingCatalog(store: .inMemory(), seed: seed) }
    }
}
