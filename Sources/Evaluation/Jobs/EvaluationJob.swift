import Documents
import OrderedCollections
import Storage

/// An evaluation that runs beside other work: what was asked for, and how far it is.
public struct EvaluationJob: Sendable, Hashable {
    /// Where it is.
    public enum State: String, Sendable, Hashable, CaseIterable {
        case queued, running, done, cancelled, failed

        /// Nothing of it changes any more.
        public var isFinal: Bool { self != .queued && self != .running }
    }

    public let id: String
    /// What was asked for, without samples that came with it.
    public let settings: JSONObject
    public let samples: Int
    public internal(set) var state: State
    /// Why it failed.
    public internal(set) var error: String?
    /// Seconds since 1970.
    public let created: Double
    public internal(set) var started: Double?
    public internal(set) var finished: Double?
    /// Right ones of those that are answered.
    public internal(set) var right: Share
    /// Samples that got no answer; they count as wrong.
    public internal(set) var failures: Int
    let digest: String

    /// A job that waits for its turn.
    init(id: String, settings: JSONObject, samples: Int, digest: String, created: Double) {
        (self.id, self.settings, self.samples, self.digest, self.created) = (id, settings, samples, digest, created)
        (state, right, failures) = (.queued, Share(), 0)
    }

    /// Its row in the data base.
    var stored: StoredEvaluation {
        var row = StoredEvaluation(
            id: id, settings: JSONValue.object(settings).text(), digest: digest, samples: samples)
        (row.state, row.created) = (state.rawValue, created)
        (row.error, row.started, row.finished) = (error, started, finished)
        return row
    }

    /// A job of an earlier process.
    /// - Throws: `JSONParseError` for one that this program did not write.
    init(_ row: StoredEvaluation) throws(JSONParseError) {
        let settings = try JSONValue(parsing: row.settings.utf8).objectValue ?? [:]
        self.init(id: row.id, settings: settings, samples: row.samples, digest: row.digest, created: row.created)
        (state, error) = (State(rawValue: row.state) ?? .failed, row.error)
        (started, finished) = (row.started, row.finished)
        (right, failures) = (Share(row.right, of: row.answered), row.failed)
    }

    /// What routes say of it.
    public var json: JSONValue {
        var members: JSONObject = [
            "id": .string(id), "object": "evaluation", "state": .string(state.rawValue),
            "created": .integer(Int(created)),
        ]
        members["started"] = started.map { .integer(Int($0)) } ?? .null
        members["finished"] = finished.map { .integer(Int($0)) } ?? .null
        members["error"] = error.map { .string($0) } ?? .null
        members["request"] = .object(settings)
        members.merge(progress) { $1 }
        return .object(members)
    }

    /// What changes with every answer.
    public var progress: JSONObject {
        [
            "samples": .integer(samples), "answered": .integer(right.total), "failures": .integer(failures),
            "right": right.json,
        ]
    }
}

/// Why a request about evaluations is not granted.
public enum EvaluationError: Error, Hashable, CustomStringConvertible {
    case unknown(String)
    /// So many wait already.
    case tooMany(Int)
    case stopped

    public var description: String {
        switch self {
        case .unknown(let id): "no evaluation has the id \"\(id.prefix(100))\"; GET /v1/evaluations lists them"
        case .tooMany(let count): "\(count) evaluations wait already; cancel one, or come again when one is done"
        case .stopped: "the server is shutting down; ask another one"
        }
    }
}
