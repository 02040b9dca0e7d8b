import GRDB

/// An evaluation as stored: what was asked for, and how far it is. Its results stand beside it, a row a sample.
public struct StoredEvaluation: Sendable, Hashable {
    public var id: String
    /// What was asked for without the data, as JSON text.
    public var settings: String
    /// Of everything that the answers depend on.
    public var digest: String
    /// In all.
    public var samples: Int
    public var state: String
    public var error: String?
    /// Seconds since 1970.
    public var created: Double
    public var started: Double?, finished: Double?
    /// Counted from the results; not stored of its own.
    public var answered = 0, right = 0, failed = 0

    /// An evaluation without results.
    public init(id: String, settings: String, digest: String, samples: Int) {
        (self.id, self.settings, self.digest, self.samples) = (id, settings, digest, samples)
        (state, created) = ("", 0)
    }
}

/// A sample's result as stored.
public struct StoredResult: Sendable, Hashable {
    /// Of the sample among those of its evaluation, from 0.
    public var place: Int
    /// JSON text.
    public var body: String
    public var isRight: Bool
    /// There is no answer.
    public var isFailed: Bool

    /// A result of the sample at this place.
    public init(place: Int, body: String, isRight: Bool, isFailed: Bool) {
        (self.place, self.body, self.isRight, self.isFailed) = (place, body, isRight, isFailed)
    }
}

extension StateStore {
    /// A new evaluation. On the disk when this returns, as is all below.
    /// - Parameter request: all of it, as JSON text.
    public func add(_ evaluation: StoredEvaluation, request: String) async throws(StorageError) {
        try await write { database in
            try database.execute(
                sql: """
                    INSERT INTO evaluations (id, settings, request, digest, samples, state, created)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    evaluation.id, evaluation.settings, request, evaluation.digest, evaluation.samples,
                    evaluation.state, evaluation.created,
                ])
        }
    }

    /// Its state, error and times.
    public func update(_ evaluation: StoredEvaluation) async throws(StorageError) {
        try await write { database in
            try database.execute(
                sql: "UPDATE evaluations SET state = ?, error = ?, started = ?, finished = ? WHERE id = ?",
                arguments: [
                    evaluation.state, evaluation.error, evaluation.started, evaluation.finished, evaluation.id,
                ])
        }
    }

    /// A result; of a sample that has one already the first one stays.
    public func add(_ result: StoredResult, to evaluation: String) async throws(StorageError) {
        try await write { database in
            try database.cachedStatement(
                sql: """
                    INSERT INTO evaluation_results (evaluation, place, is_right, is_failed, body) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT DO NOTHING
                    """
            ).execute(arguments: [evaluation, result.place, result.isRight, result.isFailed, result.body])
        }
    }

    /// An evaluation and its results, gone.
    public func remove(evaluation: String) async throws(StorageError) {
        try await write { database in
            try database.execute(sql: "DELETE FROM evaluation_results WHERE evaluation = ?", arguments: [evaluation])
            try database.execute(sql: "DELETE FROM evaluations WHERE id = ?", arguments: [evaluation])
        }
    }

    /// What was asked for, as JSON text; nil: there is no such evaluation.
    public func request(ofEvaluation id: String) async throws(StorageError) -> String? {
        try await read { try String.fetchOne($0, sql: "SELECT request FROM evaluations WHERE id = ?", arguments: [id]) }
    }

    /// All of them with their counts, oldest first.
    public func evaluations() async throws(StorageError) -> [StoredEvaluation] {
        try await read { database in
            let sql = """
                SELECT id, settings, digest, samples, state, error, created, started, finished, count(place) AS answered, total(is_right) AS "right", total(is_failed) AS failed
                FROM evaluations LEFT JOIN evaluation_results ON evaluation = id
                GROUP BY id ORDER BY created, id
                """
            return try Row.fetchAll(database, sql: sql).map { row in
                var evaluation = StoredEvaluation(
                    id: row["id"], settings: row["settings"], digest: row["digest"], samples: row["samples"])
                (evaluation.state, evaluation.created) = (row["state"], row["created"])
                (evaluation.error, evaluation.started, evaluation.finished) = (
                    row["error"], row["started"], row["finished"]
                )
                (evaluation.answered, evaluation.right, evaluation.failed) = (
                    row["answered"], row["right"], row["failed"]
                )
                return evaluation
            }
        }
    }

    /// Places of the samples that have a result.
    public func places(ofResultsOf evaluation: String) async throws(StorageError) -> Set<Int> {
        try await read { database in
            try Int.fetchSet(
                database, sql: "SELECT place FROM evaluation_results WHERE evaluation = ?", arguments: [evaluation])
        }
    }

    /// Results in the order of the samples.
    /// - Parameters:
    ///   - first: the place of the first one.
    ///   - limit: so many at most.
    public func results(
        of evaluation: String, from first: Int, limit: Int
    ) async throws(StorageError) -> [StoredResult] {
        try await read { database in
            let sql = """
                SELECT place, body, is_right, is_failed FROM evaluation_results
                WHERE evaluation = ? AND place >= ? ORDER BY place LIMIT ?
                """
            return try Row.fetchAll(database, sql: sql, arguments: [evaluation, first, limit]).map { row in
                StoredResult(place: row[0], body: row[1], isRight: row[2], isFailed: row[3])
            }
        }
    }
}
