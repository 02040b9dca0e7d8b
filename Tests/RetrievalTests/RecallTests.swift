import Foundation
import Documents
import Retrieval
import TestSupport
import Testing

/// Recall of the right function among the first N, on public data sets: `KINGLET_RECALL=1 swift test -c release --filter
/// RecallTests` prints the table.
@Suite struct RecallTests {
    struct DataSet: Sendable, CustomStringConvertible {
        let name: String
        let files: [String]
        /// A pool for all samples; nil: the one that the sample names.
        var pool: String?
        var description: String { name }
    }

    static let sets = [
        DataSet(name: "snips", files: ["snips/valid.jsonl"]), DataSet(name: "atis", files: ["atis/valid.jsonl"]),
        DataSet(name: "nlu-evaluation", files: ["nlu-evaluation/valid.jsonl"]),
        DataSet(name: "slurp", files: ["slurp/valid.jsonl"]),
        DataSet(name: "clinc150", files: ["clinc150/valid.jsonl"]),
        DataSet(name: "banking77 (train)", files: ["banking77/train.jsonl.gz"]),
        DataSet(name: "sgd dev", files: ["sgd/dev.jsonl.gz"]),
        DataSet(name: "crosswoz", files: ["crosswoz/valid.jsonl.gz"]),
        DataSet(
            name: "bfcl, pool of all",
            files: ["simple", "multiple", "live_simple", "live_multiple"].map { "bfcl/\($0).jsonl.gz" },
            pool: "bfcl/pool.json"),
    ]

    @Test(.enabled(if: ProcessInfo.processInfo.environment["KINGLET_RECALL"] != nil, "set KINGLET_RECALL=1"))
    func table() throws {
        print("| set | samples | @1 | @5 | @10 | @15 |\n|---|---|---|---|---|---|")
        for set in Self.sets {
            guard let row = try Self.row(of: set) else {
                print("| \(set.name) | the data set is missing | | | | |")
                continue
            }
            print(row)
        }
    }

    private static func row(of set: DataSet) throws -> String? {
        var hits = [1: 0, 5: 0, 10: 0, 15: 0], samples = 0
        var indexes: [String: LexicalIndex] = [:]
        for file in set.files {
            guard let url = TestFiles.dataSet(file) else { return nil }
            for line in try lines(url) {
                let sample = try JSONValue(parsing: line)
                guard sample["outcome"] == "call", let pool = set.pool ?? sample["pool"]?.stringValue else { continue }
                let path = set.pool ?? (file as NSString).deletingLastPathComponent + "/" + pool
                if indexes[path] == nil { indexes[path] = try index(path) }
                let right = Set(sample["expected"]?.arrayValue?.compactMap { $0["function"]?.stringValue } ?? [])
                let turns = sample["history"]?.arrayValue?.suffix(4).compactMap { $0["content"]?.stringValue } ?? []
                let query = RetrievalQuery(sample["query"]?.stringValue ?? "", history: turns)
                let found = indexes[path]?.search(query, limit: 15).map(\.name) ?? []
                samples += 1
                for depth in hits.keys where right.isSubset(of: found.prefix(depth)) { hits[depth, default: 0] += 1 }
            }
        }
        let figures = hits.sorted { $0.key < $1.key }.map {
            String(format: "%.1f", 100 * Double($0.value) / Double(samples))
        }
        return "| \(set.name) | \(samples) | \(figures.joined(separator: " | ")) |"
    }

    private static func index(_ path: String) throws -> LexicalIndex {
        guard let url = TestFiles.dataSet(path) else { return LexicalIndex([]) }
        let functions = try JSONValue(parsing: Data(contentsOf: url))["functions"]?.arrayValue ?? []
        return LexicalIndex(
            functions.map {
                FunctionDocument(
                    name: $0["name"]?.stringValue ?? "", domain: $0["domain"]?.stringValue,
                    description: $0["description"]?.stringValue ?? "", parameters: $0["parameters"] ?? .null)
            })
    }

    private static func lines(_ url: URL) throws -> [Data.SubSequence] {
        guard url.pathExtension == "gz" else { return try Data(contentsOf: url).split(separator: UInt8(ascii: "\n")) }
        let process = Process(), pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/gzip")
        process.arguments = ["-dc", url.path]
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return data.split(separator: UInt8(ascii: "\n"))
    }
}
