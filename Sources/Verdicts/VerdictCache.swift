import Digests
import Documents
import Foundation
import GRDB
import Judging

/// Why a cache of verdicts cannot be used.
public struct VerdictCacheError: Error, Hashable, CustomStringConvertible {
    public let path: String, reason: String
    public var description: String {
        "\(path): verdicts cannot be kept there: \(reason). It may be removed: then answers are judged again"
    }
}

/// Verdicts that were given before, in a SQLite file: by what was judged and by whom. It may be removed at any time.
///
/// Any number of processes may have it open: write-ahead log, and a busy file is waited for.
public final class VerdictCache: Sendable {
    public let path: String
    private let queue: DatabaseQueue
    private let capacity: Int

    /// Opens or makes the file.
    ///
    /// - Parameter capacity: verdicts kept; the oldest go first.
    public init(path: String, capacity: Int = 1_000_000) throws(VerdictCacheError) {
        (self.path, self.capacity) = (path, capacity)
        do {
            if path != Self.memory {
                try FileManager.default.createDirectory(
                    at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
            }
            var configuration = Configuration()
            configuration.label = "kinglet.verdicts"
            configuration.busyMode = .timeout(10)
            if path != Self.memory { configuration.journalMode = .wal }
            queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.write { database in
                try database.execute(
                    sql: """
                        CREATE TABLE IF NOT EXISTS verdict (
                          place INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, body TEXT NOT NULL)
                        """)
            }
        } catch {
            throw VerdictCacheError(path: path, reason: error.localizedDescription)
        }
    }

    /// Forgets all with the process.
    public static func inMemory() throws(VerdictCacheError) -> VerdictCache { try VerdictCache(path: memory) }

    private static let memory = ":memory:"

    /// Verdicts that it has.
    package var count: Int {
        get throws { try queue.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM verdict") ?? 0 } }
    }

    /// nil: it was not given before, or what is there cannot be read.
    func judgement(for key: Fingerprint) async throws -> Judgement? {
        let body = try await queue.read { database in
            try String.fetchOne(database, sql: "SELECT body FROM verdict WHERE key = ?", arguments: [key.text])
        }
        return body.flatMap { try? JSONValue(parsing: $0.utf8) }.flatMap(Judgement.init(kept:))
    }

    /// Keeps a verdict; the one that was there before stays.
    func add(_ judgement: Judgement, for key: Fingerprint) async throws {
        try await queue.write { [capacity] database in
            try database.execute(
                sql: "INSERT OR IGNORE INTO verdict (key, body) VALUES (?, ?)",
                arguments: [key.text, judgement.kept.text()])
            try database.execute(
                sql: "DELETE FROM verdict WHERE place <= (SELECT MAX(place) FROM verdict) - ?", arguments: [capacity])
        }
    }
}

extension Judgement {
    /// What of it outlives the process: all but what it cost.
    fileprivate var kept: JSONValue {
        [
            "id": .string(id), "verdict": .integer(verdict.rawValue), "rationale": .string(rationale),
            "confidence": .number(confidence), "checks": .array(checks.map(\.json)),
            "votes": .array(votes.map { .integer($0.rawValue) }),
        ]
    }

    /// nil for what another version wrote in another form.
    fileprivate init?(kept json: JSONValue) {
        guard let id = json["id"]?.stringValue, let verdict = json["verdict"]?.intValue.flatMap(Verdict.init),
            let rationale = json["rationale"]?.stringValue, let confidence = json["confidence"]?.doubleValue,
            let checks = json["checks"]?.arrayValue, let votes = json["votes"]?.arrayValue
        else { return nil }
        self.init(id: id, verdict: verdict, rationale: rationale, confidence: confidence)
        self.checks = checks.compactMap { check in
            guard let name = check["name"]?.stringValue, let passed = check["passed"]?.boolValue else { return nil }
            return Check(name: name, passed: passed, detail: check["detail"]?.stringValue)
        }
        self.votes = votes.compactMap { $0.intValue.flatMap(Verdict.init) }
    }
}
