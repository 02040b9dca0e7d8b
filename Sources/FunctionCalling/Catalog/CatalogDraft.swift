import Digests
import Documents
import Functions
import Knowledge
import Storage

/// Several edits of the catalogue in progress: each sees those before it, and all take effect together.
struct CatalogDraft {
    /// A pool as the edits so far leave it, and where it came from.
    struct DraftPool {
        var pool: FunctionPool
        /// Names of functions that were put or removed.
        var changed: Set<String> = []
        /// No part of the old pool's index can be kept.
        var isWhole = false
    }

    private let catalog: FunctionCatalog
    private let origins: CatalogOrigins
    private(set) var changes: [StateChange] = []
    /// Pools that were touched; nil: deleted.
    private(set) var pools: [String: DraftPool?] = [:]
    private(set) var terms: [String: KnowledgeTerm?] = [:]
    private var stored: Set<String>

    /// Begins with what is in force.
    init(_ catalog: FunctionCatalog, _ origins: CatalogOrigins) {
        (self.catalog, self.origins, stored) = (catalog, origins, origins.storedPools)
    }

    /// - Throws: `CatalogError` or `PoolError`; then nothing has changed.
    mutating func apply(_ edit: CatalogEdit, _ precondition: Precondition) throws -> EditResult {
        switch edit {
        case .putPool(let pool): try put(pool, precondition)
        case .deletePool(let name): try deletePool(name, precondition)
        case .putFunction(let function, let pool): try put(function, in: pool, precondition)
        case .deleteFunction(let name, let pool): try deleteFunction(name, in: pool, precondition)
        case .putTerm(let term): try put(term, precondition)
        case .deleteTerm(let name): try deleteTerm(name, precondition)
        }
    }

    /// A pool as the edits so far leave it.
    private func pool(_ name: String) -> FunctionPool? {
        if let draft = pools[name] { return draft?.pool }
        return catalog.pool(named: name)?.pool
    }

    /// The fingerprint that preconditions compare with.
    private func tag(ofPool name: String) -> Fingerprint? {
        if let draft = pools[name] { return draft?.pool.fingerprint }
        return catalog.pool(named: name)?.fingerprint
    }

    /// Makes or replaces a pool.
    private mutating func put(_ pool: FunctionPool, _ precondition: Precondition) throws -> EditResult {
        try check(precondition, "the pool \(pool.name)") { tag(ofPool: pool.name) }
        let old = self.pool(pool.name)
        if old != pool {
            pools[pool.name] = DraftPool(pool: pool, isWhole: true)
            stored.insert(pool.name)
            changes.append(.putPool(pool.stored))
        }
        return EditResult(isNew: old == nil, tag: pool.fingerprint)
    }

    /// Takes a pool away.
    private mutating func deletePool(_ name: String, _ precondition: Precondition) throws -> EditResult {
        try check(precondition, "the pool \(name)") { tag(ofPool: name) }
        guard pool(name) != nil else { throw CatalogError.unknownPool(name, known: catalog.poolNames) }
        pools[name] = .some(nil)
        stored.remove(name)
        changes.append(.deletePool(name, hides: origins.seed.pools[name] != nil))
        return EditResult(isNew: false, tag: nil)
    }

    /// Makes or replaces a function.
    private mutating func put(
        _ function: FunctionDefinition, in name: String, _ precondition: Precondition
    ) throws -> EditResult {
        let old = try existing(name)[function.name]
        try check(precondition, "the function \(function.name)") { old.map { Fingerprint(of: $0.json) } }
        if old != function {
            try change(name, function.name) { pool throws(PoolError) in try pool.put(function) }
            let body = StoredBody(name: function.name, body: function.json.text())
            persist(name, .putFunction(pool: name, body))
        }
        return EditResult(isNew: old == nil, tag: Fingerprint(of: function.json))
    }

    /// Takes a function away.
    private mutating func deleteFunction(
        _ function: String, in name: String, _ precondition: Precondition
    ) throws -> EditResult {
        let old = try existing(name)[function]
        try check(precondition, "the function \(function)") { old.map { Fingerprint(of: $0.json) } }
        guard old != nil else { throw CatalogError.unknownFunction(function, pool: name) }
        try change(name, function) { pool throws(PoolError) in _ = pool.remove(function) }
        persist(name, .deleteFunction(pool: name, function))
        return EditResult(isNew: false, tag: nil)
    }

    /// The pool, or an error that names those that are there.
    private func existing(_ name: String) throws(CatalogError) -> FunctionPool {
        guard let pool = pool(name) else { throw .unknownPool(name, known: catalog.poolNames) }
        return pool
    }

    /// Changes a pool's functions, and remembers what must be stored.
    private mutating func change(
        _ name: String, _ function: String, _ body: (inout FunctionPool) throws(PoolError) -> Void
    ) throws {
        if pools[name] == nil { pools[name] = DraftPool(pool: try existing(name)) }
        try pools[name]??.apply(body)
        pools[name]??.changed.insert(function)
    }

    /// A pool that came from a file is stored whole when it is first edited.
    private mutating func persist(_ name: String, _ change: StateChange) {
        if stored.insert(name).inserted, let pool = pool(name) {
            changes.append(.putPool(pool.stored))
        } else {
            changes.append(change)
        }
    }

    /// A term as the edits so far leave it.
    private func term(_ name: String) -> KnowledgeTerm? {
        if let draft = terms[name] { return draft }
        return catalog.knowledge[name]
    }

    /// Makes or replaces a term.
    private mutating func put(_ term: KnowledgeTerm, _ precondition: Precondition) throws -> EditResult {
        let old = self.term(term.term)
        try check(precondition, "the term \(term.term)") { old.map { Fingerprint(of: $0.json) } }
        if old != term {
            terms[term.term] = .some(term)
            changes.append(.putTerm(StoredBody(name: term.term, body: term.json.text())))
        }
        return EditResult(isNew: old == nil, tag: Fingerprint(of: term.json))
    }

    /// Takes a term away.
    private mutating func deleteTerm(_ name: String, _ precondition: Precondition) throws -> EditResult {
        let old = term(name)
        try check(precondition, "the term \(name)") { old.map { Fingerprint(of: $0.json) } }
        guard old != nil else { throw CatalogError.unknownTerm(name) }
        terms[name] = .some(nil)
        changes.append(.deleteTerm(name, hides: origins.seed.terms[name] != nil))
        return EditResult(isNew: false, tag: nil)
    }

    /// Refuses an edit whose precondition does not hold.
    private func check(
        _ precondition: Precondition, _ what: String, _ current: () -> Fingerprint?
    ) throws(CatalogError) {
        guard !precondition.holds(current) else { return }
        throw .preconditionFailed(what: what, current: current()?.text)
    }
}

extension CatalogDraft.DraftPool {
    /// Changes the pool; the first change makes it a stored one.
    fileprivate mutating func apply(_ body: (inout FunctionPool) throws(PoolError) -> Void) throws {
        try body(&pool)
    }
}

extension FunctionPool {
    /// As `IndexedPool.fingerprint`.
    var fingerprint: Fingerprint {
        Fingerprint(of: functions.map { Fingerprint(of: $0.json) } + [Fingerprint(of: prompt.json)])
    }

    /// The pool as the database has it.
    public var stored: StoredPool {
        StoredPool(
            name: name, prompt: prompt == PromptStyle() ? "" : prompt.json.text(),
            functions: functions.map { StoredBody(name: $0.name, body: $0.json.text()) })
    }

    /// - Throws: `PoolError` if the texts are not what `stored` made.
    public init(_ stored: StoredPool) throws(PoolError) {
        func value(_ text: String, _ what: String) throws(PoolError) -> JSONValue {
            do {
                return try JSONValue(parsing: text)
            } catch {
                throw PoolError(.notADocument, source: "pool \(stored.name)", "\(what): \(error)")
            }
        }
        var functions: [FunctionDefinition] = []
        functions.reserveCapacity(stored.functions.count)
        for function in stored.functions {
            functions.append(try FunctionDefinition(json: value(function.body, "function \(function.name)")))
        }
        let prompt = stored.prompt.isEmpty ? PromptStyle() : try PromptStyle(json: value(stored.prompt, "prompt"))
        try self.init(name: stored.name, functions: functions, prompt: prompt)
    }
}
