import Documents
import Foundation
import OrderedCollections

/// Runs over parts of the same samples as one run.
public struct MergedRuns: Sendable {
    /// What all parts agree in.
    public let identity: JSONObject
    /// By set and id, so that it does not matter who was done first.
    public let records: [CallsRecord]

    /// - Parameter isPartial: parts may be missing.
    /// - Throws: `DocumentError` for runs of other settings, a sample that stands twice, or a part that is missing.
    public init(_ runs: [CallsRun], isPartial: Bool = false) throws(DocumentError) {
        guard let first = runs.first else { throw DocumentError(path: "", reason: "there are no runs to merge") }
        let identity = Self.common(first)
        var shards: [Int: String] = [:], count: Int?
        var known: Set<String> = [], records: [CallsRecord] = []
        for run in runs {
            try Self.check(run, Self.common(run), identity, first.path)
            guard let shard = run.identity["shard"]?.stringValue.flatMap(Shard.init) else {
                throw DocumentError(path: run.path, reason: "is no part of a run: it was made without --shard")
            }
            guard count == nil || count == shard.count else {
                throw DocumentError(path: run.path, reason: "is part \(shard), the others are parts of \(count ?? 0)")
            }
            count = shard.count
            if let other = shards.updateValue(run.path, forKey: shard.index) {
                throw DocumentError(path: run.path, reason: "is part \(shard), as \(other) is")
            }
            for record in run.records {
                guard known.insert(record.key).inserted else {
                    throw DocumentError(path: run.path, reason: "has the sample \(record.key), as another part does")
                }
                records.append(record)
            }
        }
        let missing = (0..<(count ?? 0)).filter { shards[$0] == nil }
        guard isPartial || missing.isEmpty else {
            let names = missing.prefix(20).map { "\($0)/\(count ?? 0)" }.joined(separator: ", ")
            throw DocumentError(path: first.path, reason: "the parts \(names) are missing; give them, or --partial")
        }
        self.identity = identity
        self.records = records.sorted { $0.key < $1.key }
    }

    /// What a part says of itself, but for which part it is.
    private static func common(_ run: CallsRun) -> JSONObject { run.identity.filter { $0.key != "shard" } }

    private static func check(
        _ run: CallsRun, _ own: JSONObject, _ expected: JSONObject, _ first: String
    ) throws(DocumentError) {
        let names = OrderedSet(expected.keys).union(own.keys)
        guard let name = names.first(where: { own[$0] != expected[$0] }) else { return }
        throw DocumentError(
            path: run.path,
            reason: "has \(name) \(own[name]?.text() ?? "null"), \(first) has \(expected[name]?.text() ?? "null")")
    }

    /// Writes `results.jsonl` and the reports.
    ///
    /// - Throws: `DocumentError` that names the file.
    public func write(to folder: String, title: String) throws(DocumentError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw DocumentError(path: folder, reason: "the folder cannot be made: \(error.localizedDescription)")
        }
        let header: JSONValue = ["run": .object(identity)]
        let lines = ([header] + records.map(\.json)).map { $0.text() + "\n" }
        try ReportFiles.write(lines.joined(), to: "\(folder)/results.jsonl")
        try ReportFiles(title: title, about: identity, records: records).write(to: folder)
    }
}
