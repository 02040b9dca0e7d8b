import Foundation
import GRDB

/// The database of what survives the process: pools, functions and knowledge terms, in `kinglet.sqlite` of the state
/// folder.
///
/// Write-ahead log with `synchronous=FULL`: a change is on the disk when `apply` returns, whatever ends the process or
/// the machine's power after it. Bodies are JSON text that is not looked into here.
public actor StateStore {
    /// The file, or `:memory:`.
    public nonisolated let path: String
    private let queue: DatabaseQueue
    private let lock: StateLock?

    /// Opens or makes the folder's database and keeps the folder to this process.
    public static func open(folder: String) throws(StorageError) -> StateStore {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .unusable(path: folder, reason: "the folder cannot be made: \(error.localizedDescription)")
        }
        let lock = try StateLock(folder: folder)
        return try StateStore(path: file(in: folder), lock: lock, isReadOnly: false)
    }

    /// Reads beside a server that runs; nil where nothing was stored yet. `apply` fails.
    public static func openToRead(folder: String) throws(StorageError) -> StateStore? {
        let path = file(in: folder)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try StateStore(path: path, lock: nil, isReadOnly: true)
    }

    /// Forgets all with the process.
    public static func inMemory() throws(StorageError) -> StateStore {
        try StateStore(path: ":memory:", lock: nil, isReadOnly: false)
    }

    /// The database's path.
    private static func file(in folder: String) -> String { folder + "/kinglet.sqlite" }

    /// Opens the database and brings its tables up to date, unless it is only read.
    private init(path: String, lock: consuming StateLock?, isReadOnly: Bool) throws(StorageError) {
        var configuration = Configuration()
        configuration.label = "kinglet.state"
        configuration.readonly = isReadOnly
        configuration.busyMode = .timeout(10)
        if path != ":memory:", !isReadOnly { configuration.journalMode = .wal }
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try Self.check(queue, path, isReadOnly)
            self.queue = queue
        } catch let error as StorageError {
            throw error
        } catch {
            throw Self.openError(error, path)
        }
        self.path = path
        self.lock = lock
    }

    /// Whether the file is sound and of a version that is known.
    private static func check(_ queue: DatabaseQueue, _ path: String, _ isReadOnly: Bool) throws {
        try queue.writeWithoutTransaction { database in
            let found = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? "no answer"
            guard found == "ok" else {
                throw StorageError.damaged(path: path, reason: found.replacing("\n", with: " "))
            }
            // GRDB opens with NORMAL, which may lose the last commits with the machine's power.
            if !isReadOnly { try database.execute(sql: "PRAGMA synchronous = FULL") }
        }
        let migrator = Migrations.all
        guard try queue.read(migrator.hasBeenSuperseded) == false else { throw StorageError.tooNew(path: path) }
        if !isReadOnly { try migrator.migrate(queue) }
    }

    /// An error at opening, as one that names file and remedy.
    private static func openError(_ error: any Error, _ path: String) -> StorageError {
        guard let error = error as? DatabaseError else {
            return .unusable(path: path, reason: error.localizedDescription)
        }
        let reason = error.message ?? "\(error.resultCode)"
        return switch error.resultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT, .SQLITE_FORMAT: .damaged(path: path, reason: reason)
        default: .unusable(path: path, reason: reason)
        }
    }

    /// Reads in one transaction.
    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws(StorageError)
        -> Value
    {
        do {
            return try await queue.read(body)
        } catch {
            throw failure(error)
        }
    }

    /// One transaction: all of it or nothing.
    func write(_ body: @escaping @Sendable (Database) throws -> Void) async throws(StorageError) {
        do {
            try await queue.write(body)
        } catch {
            throw failure(error)
        }
    }

    /// An error of the database, as one that names the file.
    private func failure(_ error: any Error) -> StorageError {
        .failed(path: path, reason: (error as? DatabaseError)?.message ?? error.localizedDescription)
    }

    /// SQLite's `synchronous` and `journal_mode`, for tests and the log.
    package func durability() async throws -> (synchronous: Int, journal: String) {
        let synchronous = try await read { try Int.fetchOne($0, sql: "PRAGMA synchronous") ?? -1 }
        return (synchronous, try await read { try String.fetchOne($0, sql: "PRAGMA journal_mode") ?? "" })
    }
}
