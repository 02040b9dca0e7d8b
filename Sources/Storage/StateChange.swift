import GRDB

/// A name and its JSON text.
public struct StoredBody: Sendable, Hashable {
    public var name: String
    public var body: String

    /// A name and the JSON text stored under it.
    public init(name: String, body: String) { (self.name, self.body) = (name, body) }
}

/// A pool as stored.
public struct StoredPool: Sendable, Hashable {
    public var name: String
    /// JSON text; empty where the pool has no prompt of its own.
    public var prompt: String
    /// In the pool's order.
    public var functions: [StoredBody]

    /// A pool with its prompt and its functions, in order.
    public init(name: String, prompt: String, functions: [StoredBody]) {
        (self.name, self.prompt, self.functions) = (name, prompt, functions)
    }
}

/// All that is stored.
public struct StoredState: Sendable, Hashable {
    public var pools: [StoredPool] = []
    /// Names whose file in Config does not count any more.
    public var deletedPools: Set<String> = []
    public var terms: [StoredBody] = []
    public var deletedTerms: Set<String> = []

    /// Nothing stored.
    public init() {}
}

/// One step of a change.
public enum StateChange: Sendable, Hashable {
    /// The whole pool, new or instead of the old.
    case putPool(StoredPool)
    /// - Parameter hides: a file of Config has the name, and is hidden from now on.
    case deletePool(String, hides: Bool)
    /// In its place, or at the end where it is new. The pool must be stored.
    case putFunction(pool: String, StoredBody)
    case deleteFunction(pool: String, String)
    case putTerm(StoredBody)
    case deleteTerm(String, hides: Bool)
}

extension StateStore {
    /// All changes in their order, or none. On the disk when this returns.
    public func apply(_ changes: [StateChange]) async throws(StorageError) {
        try await write { database in
            for change in changes { try Self.apply(change, database) }
        }
    }

    /// Everything that is stored.
    public func load() async throws(StorageError) -> StoredState {
        try await read { database in
            var state = StoredState(), places: [String: Int] = [:]
            for row in try Row.fetchAll(database, sql: "SELECT name, prompt, is_deleted FROM pools ORDER BY name") {
                let name: String = row[0]
                if row[2] {
                    state.deletedPools.insert(name)
                } else {
                    places[name] = state.pools.count
                    state.pools.append(StoredPool(name: name, prompt: row[1], functions: []))
                }
            }
            let functions = try Row.fetchCursor(
                database, sql: "SELECT pool, name, body FROM functions ORDER BY pool, position")
            while let row = try functions.next() {
                guard let place = places[row[0]] else { continue }
                state.pools[place].functions.append(StoredBody(name: row[1], body: row[2]))
            }
            for row in try Row.fetchAll(database, sql: "SELECT term, body, is_deleted FROM knowledge ORDER BY term") {
                if row[2] {
                    state.deletedTerms.insert(row[0])
                } else {
                    state.terms.append(StoredBody(name: row[0], body: row[1]))
                }
            }
            return state
        }
    }

    /// Makes one change within the transaction that is open.
    private static func apply(_ change: StateChange, _ database: Database) throws {
        switch change {
        case .putPool(let pool):
            try database.execute(sql: "DELETE FROM functions WHERE pool = ?", arguments: [pool.name])
            try database.execute(
                sql:
                    "INSERT INTO pools VALUES (?, ?, 0) ON CONFLICT DO UPDATE SET prompt = excluded.prompt, is_deleted = 0",
                arguments: [pool.name, pool.prompt])
            let insert = try database.makeStatement(
                sql: "INSERT INTO functions (pool, name, position, body) VALUES (?, ?, ?, ?)")
            for (position, function) in pool.functions.enumerated() {
                try insert.execute(arguments: [pool.name, function.name, position, function.body])
            }
        case .deletePool(let name, let hides):
            try database.execute(sql: "DELETE FROM functions WHERE pool = ?", arguments: [name])
            try database.execute(sql: "DELETE FROM pools WHERE name = ?", arguments: [name])
            if hides { try database.execute(sql: "INSERT INTO pools VALUES (?, '', 1)", arguments: [name]) }
        case .putFunction(let pool, let function):
            try database.cachedStatement(
                sql: """
                    INSERT INTO functions (pool, name, position, body)
                    SELECT ?1, ?2, coalesce((SELECT max(position) FROM functions WHERE pool = ?1), -1) + 1, ?3 WHERE true
                    ON CONFLICT (pool, name) DO UPDATE SET body = excluded.body
                    """
            ).execute(arguments: [pool, function.name, function.body])
        case .deleteFunction(let pool, let name):
            try database.cachedStatement(sql: "DELETE FROM functions WHERE pool = ? AND name = ?")
                .execute(arguments: [pool, name])
        case .putTerm(let term):
            try database.execute(
                sql:
                    "INSERT INTO knowledge VALUES (?, ?, 0) ON CONFLICT DO UPDATE SET body = excluded.body, is_deleted = 0",
                arguments: [term.name, term.body])
        case .deleteTerm(let name, let hides):
            try database.execute(sql: "DELETE FROM knowledge WHERE term = ?", arguments: [name])
            if hides { try database.execute(sql: "INSERT INTO knowledge VALUES (?, '', 1)", arguments: [name]) }
        }
    }
}
