import Documents
import Evaluation
import Foundation
import FunctionCalling
import Functions
import Judging
import OrderedCollections
import TestSupport
import Testing

@Suite struct DatasetTests {
    /// A folder that is gone after the test.
    static func withFolder(_ files: [String: String], _ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kinglet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
        try body(folder)
    }

    static let pool =
        #"{"functions": [{"name": "a", "description": "A"}, {"name": "b", "description": "B", "domain": "x"}]}"#
    static let sample =
        #"{"id": "1", "query": "q", "history": [], "context": {"time": "2024-01-01"}, "pool": "pool.json", "candidates": ["b"], "outcome": "call", "expected": [{"function": "b", "parameters": {"x": ["1", ""]}}], "answers": "possible", "scorable": true}"#
    static let inline =
        #"{"id": "2", "query": "r", "functions": [{"name": "c", "description": ""}], "pool": null, "outcome": "request_unclear", "expected": [], "unclear": {"function": "c", "missing": ["y"]}}"#

    /// The requests to the shipped pool: each function is there, and none of them is what the retriever reads.
    @Test func requestsToTheSmartHomeFitItsPool() throws {
        let path = TestFiles.repository.appendingPathComponent("Benchmarks/smart-home.jsonl").path
        let dataset = try Dataset(path: path)
        #expect(dataset.samples.count == 105 && Set(dataset.samples.map(\.query)).count == 105)
        for sample in dataset.samples {
            let functions = try dataset.functions(for: sample)
            #expect(!functions.contains { $0.examples.contains { $0.lowercased() == sample.query.lowercased() } })
            for call in sample.reference.expected {
                #expect(functions.contains { $0.name == call.function }, "\(call.function)")
            }
        }
    }

    @Test func readsSamplesAndPools() throws {
        try Self.withFolder(["pool.json": Self.pool, "s.jsonl": Self.sample + "\n\n" + Self.inline + "\n"]) { folder in
            let path = folder.appendingPathComponent("s.jsonl").path
            let dataset = try Dataset(path: path)
            #expect(dataset.samples.map(\.id) == ["1", "2"])
            #expect(try dataset.samples.map { try dataset.functions(for: $0).map(\.name) } == [["b"], ["c"]])
            #expect(
                dataset.samples[0].reference.answers == .possible && dataset.samples[0].context["time"] == "2024-01-01")
            #expect(dataset.samples[1].unclear?.missing == ["y"])
            #expect(try Dataset(path: path, limit: 1).samples.count == 1)

            let gzip = Process()
            gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            gzip.arguments = ["gzip", path]
            try gzip.run()
            gzip.waitUntilExit()
            #expect(try Dataset(path: path + ".gz").samples == dataset.samples)
        }
    }

    static let refused: [(text: String, line: Int?, reason: String)] = [
        (sample + "\n{", 2, "invalid JSON at byte 1: the text ends in the middle of a value"),
        (sample + "\n\n[]", 3, "the body must be an object, not array"),
        (#"{"id": "1", "outcome": "call", "pool": "pool.json"}"#, 1, "query is missing; it is required"),
        (
            sample.replacingOccurrences(of: "\"call\"", with: "\"maybe\""), 1,
            "outcome is \"maybe\"; known: call, no_appropriate_function, request_unclear"
        ),
        (
            sample.replacingOccurrences(of: "possible", with: "some"), 1,
            "answers is \"some\"; known: exact, possible, any"
        ),
        (#"{"id": "1", "query": "q", "outcome": "call"}"#, 1, "neither pool nor functions is given"),
    ]
    @Test(arguments: refused) func namesFileAndLine(_ row: (text: String, line: Int?, reason: String)) throws {
        try Self.withFolder(["pool.json": Self.pool, "s.jsonl": row.text]) { folder in
            let path = folder.appendingPathComponent("s.jsonl").path
            let error = #expect(throws: DocumentError.self) { try Dataset(path: path) }
            #expect(error?.path == path && error?.line == row.line && error?.reason == row.reason)
        }
    }

    @Test func saysWhatIsMissing() throws {
        try Self.withFolder(["s.jsonl": Self.sample, "t.jsonl.gz": "no gzip"]) { folder in
            let pool = folder.appendingPathComponent("pool.json").path
            #expect(throws: DocumentError.self) {
                try Dataset(path: folder.appendingPathComponent("nowhere.jsonl").path)
            }
            #expect(throws: DocumentError.self) { try Dataset(path: folder.appendingPathComponent("t.jsonl.gz").path) }
            var error = #expect(throws: DocumentError.self) {
                try Dataset(path: folder.appendingPathComponent("s.jsonl").path)
            }
            #expect(error?.description == "\(pool): there is no such file; check the path")
            try Data(Self.pool.replacingOccurrences(of: "\"b\"", with: "\"z\"").utf8).write(
                to: URL(fileURLWithPath: pool))
            let dataset = try Dataset(path: folder.appendingPathComponent("s.jsonl").path)
            error = #expect(throws: DocumentError.self) { try dataset.functions(for: dataset.samples[0]) }
            #expect(error?.reason == "sample 1: no function b in pool.json")
        }
    }
}
