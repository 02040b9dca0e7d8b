import Retrieval
import Synchronization

/// A pool and what finds functions in it. Immutable.
public final class IndexedPool: Sendable {
    public let pool: FunctionPool
    public let retrievers: [RetrieverKind: any Retriever]

    /// Always holds `lexical` and `all`; `others` adds or replaces.
    public init(_ pool: FunctionPool, others: [RetrieverKind: any Retriever] = [:]) {
        self.pool = pool
        retrievers = [
            RetrieverKind.lexical: LexicalIndex(pool.documents) as any Retriever,
            .all: AllFunctions(names: pool.functions.map(\.name)),
        ].merging(others) { _, other in other }
    }
}

/// The pools and adapters that requests name. A change is seen by every request that starts after it; one that runs
/// keeps what it began with.
public final class FunctionCatalog: Sendable {
    private struct State {
        var pools: [String: IndexedPool] = [:]
        var adapters: [String: AdapterRules] = [:]
        /// By the name of their pool.
        var choices: [String: ChoiceModel] = [:]
    }

    private let state = Mutex(State())

    public init(pools: [IndexedPool] = [], adapters: [AdapterRules] = []) {
        for pool in pools { store(pool) }
        for adapter in adapters { store(adapter) }
    }

    public var poolNames: [String] { state.withLock { $0.pools.keys.sorted() } }
    public var adapterNames: [String] { state.withLock { $0.adapters.keys.sorted() } }

    public func pool(named name: String) -> IndexedPool? { state.withLock { $0.pools[name] } }
    public func adapter(named name: String) -> AdapterRules? { state.withLock { $0.adapters[name] } }

    public func store(_ pool: IndexedPool) { state.withLock { $0.pools[pool.pool.name] = pool } }
    /// What decides for a pool between a call and the other outcomes; the standard model if none was fitted for it.
    public func choiceModel(for pool: String) -> ChoiceModel { state.withLock { $0.choices[pool] } ?? .standard }
    public func store(_ model: ChoiceModel, for pool: String) { state.withLock { $0.choices[pool] = model } }

    public func store(_ adapter: AdapterRules) { state.withLock { $0.adapters[adapter.name] = adapter } }

    @discardableResult
    public func removePool(named name: String) -> Bool { state.withLock { $0.pools.removeValue(forKey: name) != nil } }
    @discardableResult
    public func removeAdapter(named name: String) -> Bool {
        state.withLock { $0.adapters.removeValue(forKey: name) != nil }
    }
}
