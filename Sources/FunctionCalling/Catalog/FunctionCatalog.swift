import Adapters
import Digests
import Functions
import Knowledge
import Retrieval
import Synchronization

/// A pool and what finds functions in it. Immutable.
public final class IndexedPool: Sendable {
    public let pool: FunctionPool
    public let retrievers: [RetrieverKind: any Retriever]
    /// Of each function, in the order of the pool.
    public let fingerprints: [Fingerprint]
    private let lexical: LexicalIndex

    /// Always holds `lexical` and `all`; `others` adds or replaces.
    public convenience init(_ pool: FunctionPool, others: [RetrieverKind: any Retriever] = [:]) {
        self.init(
            pool, lexical: LexicalIndex(pool.documents), fingerprints: pool.functions.map { Fingerprint(of: $0.json) },
            others: others)
    }

    private init(
        _ pool: FunctionPool, lexical: LexicalIndex, fingerprints: [Fingerprint],
        others: [RetrieverKind: any Retriever]
    ) {
        (self.pool, self.lexical, self.fingerprints) = (pool, lexical, fingerprints)
        var retrievers: [RetrieverKind: any Retriever] = [
            .lexical: lexical, .all: AllFunctions(names: lexical.names),
        ]
        for (kind, retriever) in others {
            let hybrid = retriever as? HybridRetriever
            retrievers[kind] = hybrid?.with(lexical) ?? retriever
        }
        self.retrievers = retrievers
    }

    /// The pool after a change; what did not change is not indexed again.
    ///
    /// - Parameters:
    ///   - changed: names of the functions that were put or removed. The others stand in the same order as before.
    ///   - others: of the new pool; those of this one would not know the change.
    public func updated(
        to pool: FunctionPool, changed: Set<String>, others: [RetrieverKind: any Retriever] = [:]
    ) -> IndexedPool {
        let old = self.pool.functions
        var moved = [Int](repeating: -1, count: old.count)
        var fingerprints: [Fingerprint] = [], added: [(row: Int, document: FunctionDocument)] = [], next = 0
        fingerprints.reserveCapacity(pool.functions.count)
        for (row, function) in pool.functions.enumerated() {
            while next < old.count, changed.contains(old[next].name) { next += 1 }
            if next < old.count, !changed.contains(function.name) {
                moved[next] = row
                fingerprints.append(self.fingerprints[next])
                next += 1
            } else {
                added.append((row, function.document))
                fingerprints.append(Fingerprint(of: function.json))
            }
        }
        let names = pool.functions.map(\.name)
        return IndexedPool(
            pool, lexical: lexical.updated(names: names, moved: moved, added: added), fingerprints: fingerprints,
            others: others)
    }

    /// Of the whole pool.
    public var fingerprint: Fingerprint {
        Fingerprint(of: fingerprints + [Fingerprint(of: pool.prompt.json)])
    }
}

/// The pools and adapters that requests name. A change is seen by every request that starts after it; one that runs
/// keeps what it began with.
public final class FunctionCatalog: Sendable {
    /// Guarded by the lock: what requests find.
    private struct State {
        var pools: [String: IndexedPool] = [:]
        var adapters: [String: AdapterRules] = [:]
        /// By the name of their pool.
        var choices: [String: ChoiceModel] = [:]
        /// By the name of their pool.
        var examples: [String: ExampleIndex] = [:]
        var knowledge = KnowledgeBase()
    }

    private let state = Mutex(State())

    /// A catalogue with these pools and adapters.
    public init(pools: [IndexedPool] = [], adapters: [AdapterRules] = []) {
        for pool in pools { store(pool) }
        for adapter in adapters { store(adapter) }
    }

    /// Sorted.
    public var poolNames: [String] { state.withLock { $0.pools.keys.sorted() } }
    /// Sorted.
    public var adapterNames: [String] { state.withLock { $0.adapters.keys.sorted() } }

    /// A pool; nil: there is none of that name.
    public func pool(named name: String) -> IndexedPool? { state.withLock { $0.pools[name] } }
    /// An adapter; nil: there is none of that name.
    public func adapter(named name: String) -> AdapterRules? { state.withLock { $0.adapters[name] } }

    /// Puts a pool in the place of one of its name.
    public func store(_ pool: IndexedPool) { state.withLock { $0.pools[pool.pool.name] = pool } }
    /// What decides for a pool between a call and the other outcomes; nil if no model was fitted for it.
    public func choiceModel(for pool: String) -> ChoiceModel? { state.withLock { $0.choices[pool] } }
    /// The decision that was fitted for a pool.
    public func store(_ model: ChoiceModel, for pool: String) { state.withLock { $0.choices[pool] = model } }

    /// Labelled requests of a pool, to be shown to the model; nil if it has none.
    public func examples(for pool: String) -> ExampleIndex? { state.withLock { $0.examples[pool] } }
    /// The labelled requests of a pool.
    public func store(_ examples: ExampleIndex, for pool: String) { state.withLock { $0.examples[pool] = examples } }

    /// Puts an adapter in the place of one of its name.
    public func store(_ adapter: AdapterRules) { state.withLock { $0.adapters[adapter.name] = adapter } }

    /// The terms that requests are searched for.
    public var knowledge: KnowledgeBase {
        get { state.withLock { $0.knowledge } }
        set { state.withLock { $0.knowledge = newValue } }
    }

    /// A copy with this pool alone, and all that helps to answer for it; nil: there is no such pool. Later changes here do
    /// not reach it.
    package func copy(of pool: String) -> FunctionCatalog? {
        let state = state.withLock { $0 }
        guard let indexed = state.pools[pool] else { return nil }
        let copy = FunctionCatalog(pools: [indexed], adapters: Array(state.adapters.values))
        if let choice = state.choices[pool] { copy.store(choice, for: pool) }
        if let examples = state.examples[pool] { copy.store(examples, for: pool) }
        copy.knowledge = state.knowledge
        return copy
    }

    /// Whether there was one.
    @discardableResult
    public func removePool(named name: String) -> Bool { state.withLock { $0.pools.removeValue(forKey: name) != nil } }
    /// Whether there was one.
    @discardableResult
    public func removeAdapter(named name: String) -> Bool {
        state.withLock { $0.adapters.removeValue(forKey: name) != nil }
    }
}
