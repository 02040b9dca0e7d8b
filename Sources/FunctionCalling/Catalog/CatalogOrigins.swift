import Adapters
import Documents
import Functions
import Knowledge
import Storage

/// Pools, adapters and terms from the files of the settings: what a server begins with.
public struct CatalogSeed: Sendable {
    public var pools: [String: FunctionPool] = [:]
    public var adapters: [String: AdapterRules] = [:]
    public var terms: [String: KnowledgeTerm] = [:]

    /// What the files of the settings hold.
    public init(pools: [FunctionPool] = [], adapters: [AdapterRules] = [], terms: [KnowledgeTerm] = []) {
        for pool in pools { self.pools[pool.name] = pool }
        for adapter in adapters { self.adapters[adapter.name] = adapter }
        for term in terms { self.terms[term.term] = term }
    }
}

/// Which of two sources counts: a pool or term that was edited is stored and counts from then on; any other is its file's.
struct CatalogOrigins: Sendable {
    var seed: CatalogSeed
    var storedPools: Set<String> = []
    /// In a file, but deleted.
    var hiddenPools: Set<String> = []
    var storedTerms: [String: KnowledgeTerm] = [:]
    var hiddenTerms: Set<String> = []

    /// Names of the files' pools that count.
    var filePools: [FunctionPool] {
        seed.pools.values.filter { !storedPools.contains($0.name) && !hiddenPools.contains($0.name) }
    }

    /// The terms in force: stored ones before those of files.
    var knowledge: KnowledgeBase {
        let files = seed.terms.filter { storedTerms[$0.key] == nil && !hiddenTerms.contains($0.key) }
        return KnowledgeBase(Array(files.values) + storedTerms.values)
    }

    /// Notes what was stored or deleted.
    mutating func note(_ changes: [StateChange], terms: [String: KnowledgeTerm?]) {
        for change in changes {
            switch change {
            case .putPool(let pool):
                storedPools.insert(pool.name)
                hiddenPools.remove(pool.name)
            case .deletePool(let name, let hides):
                storedPools.remove(name)
                if hides { hiddenPools.insert(name) }
            case .putFunction, .deleteFunction: break
            case .putTerm(let term):
                storedTerms[term.name] = terms[term.name] ?? nil
                hiddenTerms.remove(term.name)
            case .deleteTerm(let name, let hides):
                storedTerms[name] = nil
                if hides { hiddenTerms.insert(name) }
            }
        }
    }

    /// Nothing stored: all is as the files say.
    init(seed: CatalogSeed) { self.seed = seed }

    /// What is stored, read back.
    ///
    /// - Throws: `PoolError` or `FieldError` if a stored text is not what was written.
    init(_ state: StoredState, seed: CatalogSeed, pools: inout [FunctionPool]) throws {
        self.seed = seed
        for stored in state.pools {
            pools.append(try FunctionPool(stored))
            storedPools.insert(stored.name)
        }
        hiddenPools = state.deletedPools
        hiddenTerms = state.deletedTerms
        for stored in state.terms {
            let term = try KnowledgeTerm(json: JSONValue(parsing: stored.body), path: "knowledge.\(stored.name)")
            storedTerms[stored.name] = term
        }
        pools += filePools
    }
}
