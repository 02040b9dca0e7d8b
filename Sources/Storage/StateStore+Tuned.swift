import Foundation
import GRDB

/// A low-rank adapter as its files were.
public struct StoredAdapter: Sendable, Hashable {
    public var name: String
    public var config: Data, weights: Data
    public var card: Data?

    public init(name: String, config: Data, weights: Data, card: Data?) {
        (self.name, self.config, self.weights, self.card) = (name, config, weights, card)
    }
}

/// Adapters are large: they are read one at a time, apart from all else.
extension StateStore {
    /// On the disk when this returns, instead of what had its name before.
    public func put(_ adapter: StoredAdapter) async throws(StorageError) {
        try await write { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO tuned (name, config, card, weights) VALUES (?, ?, ?, ?)",
                arguments: [adapter.name, adapter.config, adapter.card, adapter.weights])
        }
    }

    /// - Parameter hides: a folder has the name too, and does not count from now on.
    public func deleteAdapter(_ name: String, hides: Bool) async throws(StorageError) {
        try await write { database in
            try database.execute(sql: "DELETE FROM tuned WHERE name = ?", arguments: [name])
            guard hides else { return }
            try database.execute(
                sql: "INSERT INTO tuned (name, config, weights, is_deleted) VALUES (?, x'', x'', 1)", arguments: [name])
        }
    }

    /// Names of those that are stored, and of those whose folder does not count any more.
    public func adapterNames() async throws(StorageError) -> (stored: [String], deleted: Set<String>) {
        try await read { database in
            // A database that is only read may be older than the table.
            guard try database.tableExists("tuned") else { return ([], []) }
            func names(_ isDeleted: Bool) throws -> [String] {
                try String.fetchAll(
                    database, sql: "SELECT name FROM tuned WHERE is_deleted = ? ORDER BY name", arguments: [isDeleted])
            }
            return (try names(false), Set(try names(true)))
        }
    }

    /// nil: there is none of this name.
    public func adapter(named name: String) async throws(StorageError) -> StoredAdapter? {
        try await read { database in
            let row = try Row.fetchOne(
                database, sql: "SELECT config, weights, card FROM tuned WHERE name = ? AND is_deleted = 0",
                arguments: [name])
            return row.map { StoredAdapter(name: name, config: $0[0], weights: $0[1], card: $0[2]) }
        }
    }
}
