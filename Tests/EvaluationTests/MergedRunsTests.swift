import Documents
import Evaluation
import Foundation
import OrderedCollections
import TestSupport
import Testing

/// Parts of the samples, and one run of them.
@Suite struct MergedRunsTests {
    static let names: [(String, String?)] = [
        ("0/1", "0/1"), ("3/4", "3/4"), ("4/4", nil), ("-1/4", nil), ("1", nil), ("1/0", nil), ("a/b", nil),
        ("1/2/3", nil),
        ("0/10001", nil), ("", nil), ("/2", nil),
    ]
    @Test(arguments: names) func readsParts(_ text: String, _ shard: String?) {
        #expect(Shard(text)?.description == shard)
    }

    @Test(arguments: [1, 2, 3, 7]) func everySampleIsInOnePart(count: Int) throws {
        let shards = try (0..<count).map { try #require(Shard("\($0)/\(count)")) }
        for number in 0..<500 { #expect(shards.count { $0.takes("sample-\(number)") } == 1) }
        let first = (0..<500).count { shards[0].takes("sample-\($0)") }
        #expect(abs(first - 500 / count) < 60, "\(first)")
    }

    /// Writes results and reads them as runs.
    private static func runs(
        _ parts: [(identity: JSONObject, ids: [String])], _ body: ([CallsRun], String) throws -> Void
    ) throws {
        let folder = try TemporaryFolder()
        try withExtendedLifetime(folder) {
            let runs = try parts.enumerated().map { index, part in
                let path = "\(folder.path)/\(index)"
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                let results = try CallsResults(path: path + "/results.jsonl", identity: .object(part.identity))
                for id in part.ids { try results.append(Records.call(id, isRight: id != "b")) }
                if part.ids.isEmpty { #expect(throws: DocumentError.self) { _ = try CallsRun(path: path) } }
                return try CallsRun(path: path, mayBeEmpty: true)
            }
            try body(runs, folder.path)
        }
    }

    private static func part(_ shard: String, _ model: String = "m") -> JSONObject {
        ["model": .string(model), "shard": .string(shard)]
    }

    /// Of few samples none may fall to a part.
    @Test func aPartMayBeEmpty() throws {
        try Self.runs([(Self.part("1/2"), ["c", "a"]), (Self.part("0/2"), [])]) { runs, _ in
            let merged = try MergedRuns(runs)
            #expect(merged.records.map(\.id) == ["a", "c"])
        }
    }

    @Test func partsBecomeOneRun() throws {
        try Self.runs([(Self.part("1/2"), ["c", "a"]), (Self.part("0/2"), ["b"])]) { runs, folder in
            let merged = try MergedRuns(runs)
            #expect(merged.records.map(\.id) == ["a", "b", "c"] && merged.identity == ["model": "m"])
            try merged.write(to: folder + "/all", title: "All")
            let all = try CallsRun(path: folder + "/all")
            #expect(all.records == merged.records && all.identity == merged.identity)
            let report = try JSONValue(parsing: Data(contentsOf: URL(fileURLWithPath: folder + "/all/report.json")))
            #expect(report["right"]?["right"] == 2 && report["samples"] == 3)
        }
    }

    @Test func partsMayBeMissingWhereThatIsSaid() throws {
        try Self.runs([(Self.part("1/3"), ["a"])]) { runs, _ in
            let partial = try MergedRuns(runs, isPartial: true)
            #expect(partial.records.count == 1)
            let error = #expect(throws: DocumentError.self) { _ = try MergedRuns(runs) }
            #expect(error.map { "\($0)" }?.contains("the parts 0/3, 2/3 are missing") == true)
        }
    }

    static let refused: [([(identity: JSONObject, ids: [String])], String)] = [
        ([(part("0/2"), ["a"]), (part("1/2", "other"), ["b"])], "has model \"other\", "),
        ([(part("0/2"), ["a"]), (part("0/2"), ["b"])], "is part 0/2, as "),
        ([(part("0/2"), ["a"]), (part("1/3"), ["b"])], "is part 1/3, the others are parts of 2"),
        ([(part("0/2"), ["a"]), (part("1/2"), ["a"])], "has the sample own/valid a, as another part does"),
        ([(["model": "m"], ["a"])], "is no part of a run"),
    ]
    @Test(arguments: refused) func refuses(_ parts: [(identity: JSONObject, ids: [String])], message: String) throws {
        try Self.runs(parts) { runs, _ in
            let error = #expect(throws: DocumentError.self) { _ = try MergedRuns(runs) }
            #expect(error.map { "\($0)" }?.contains(message) == true, "\(error.map { "\($0)" } ?? "")")
        }
        #expect(throws: DocumentError.self) { _ = try MergedRuns([]) }
    }
}
