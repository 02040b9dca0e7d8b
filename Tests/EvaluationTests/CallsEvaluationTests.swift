import InferenceTestSupport
import Documents
import Evaluation
import Foundation
import FunctionCalling
import Functions
import Judging
import TestSupport
import Testing

@Suite struct CallsEvaluationTests {
    /// Three own samples: a call, a refusal and a pool that is offered whole.
    static func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("calls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let tea =
            #"{"name":"tea","description":"Brew tea.","parameters":{"type":"object","properties":{"#
            + #""leaf":{"type":"string"}},"required":["leaf"]}}"#
        let samples = [
            #"{"id":"a","query":"mint tea","pool":null,"functions":[\#(tea)],"expected":[{"function":"tea","parameters":{"leaf":["mint"]}}],"outcome":"call","answers":"possible","scorable":true,"category":"simple"}"#,
            #"{"id":"b","query":"sing","pool":null,"functions":[\#(tea)],"expected":[],"outcome":"no_appropriate_function","answers":"exact"}"#,
            #"{"id":"c","query":"green tea","pool":"pool.json","expected":[{"function":"tea","parameters":{"leaf":"green"}}],"outcome":"call","answers":"exact"}"#,
        ]
        try Data(samples.joined(separator: "\n").utf8).write(to: folder.appendingPathComponent("own.jsonl"))
        try Data(#"{"functions":[\#(tea)]}"#.utf8).write(to: folder.appendingPathComponent("pool.json"))
        return folder
    }

    static func evaluation() throws -> CallsEvaluation {
        let generator = try ScriptedGenerator { prompt, _ in
            let leaf = prompt.contains("green") ? "green" : "mint"
            return .init(
                text: prompt.contains("sing<")
                    ? #"{"name": "request_unclear"}"# : #"{"name": "tea", "arguments": {"leaf": "\#(leaf)"}}"#)
        }
        var settings = PipelineSettings()
        settings.choosing = .greedy
        return CallsEvaluation(try Pipeline(generator: generator, catalog: FunctionCatalog(), settings: settings))
    }

    @Test func judgesEachSampleByItsSet() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = try CallsEvaluation.Source(
            path: folder.appendingPathComponent("own.jsonl").path, limit: nil, seed: 0)
        var records: [CallsRecord] = []
        try await Self.evaluation().run([source], known: []) { records.append($0) }
        let byID = Dictionary(uniqueKeysWithValues: records.map { ($0.id, $0) })
        #expect(records.count == 3 && records.allSatisfy { $0.error == nil && $0.violation == nil })
        #expect(byID["a"]?.isRightByAST == true && byID["a"]?.isRight == true)
        #expect(byID["b"]?.isRight == false && byID["b"]?.answer.outcome == .requestUnclear)
        #expect(byID["c"]?.isRightByAST == nil && byID["c"]?.isRight == true)

        let report = CallsReport(records)
        #expect(report.confusion[.noAppropriateFunction] == [.requestUnclear: 1])
        #expect(report.functions["tea"]?.right == Share(2, of: 2) && report.invalidCalls == 0)
        #expect(report.json["outcomes"]?["call"]?["right"]?["right"] == 2)
        #expect(report.markdown.contains("| no_appropriate_function | 0 | 0 | 1 |"))
    }

    @Test func goesOnWhereItStopped() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = try CallsEvaluation.Source(
            path: folder.appendingPathComponent("own.jsonl").path, limit: nil, seed: 0)
        let path = folder.appendingPathComponent("results.jsonl").path
        let identity: JSONValue = ["model": "scripted"]
        try await {
            let results = try CallsResults(path: path, identity: identity)
            try await Self.evaluation().run([source], known: results.known) { try results.append($0) }
        }()
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        // As if the process had died within the last line.
        try whole.dropLast(7).write(to: URL(fileURLWithPath: path))
        let results = try CallsResults(path: path, identity: identity)
        #expect(results.records.count == 2)
        var asked: [String] = []
        try await Self.evaluation().run([source], known: results.known) { record in
            asked.append(record.id)
            try results.append(record)
        }
        #expect(asked.count == 1)
        #expect(try CallsResults(path: path, identity: identity).known.count == 3)
        #expect(throws: DocumentError.self) { try CallsResults(path: path, identity: ["model": "another"]) }
    }

    @Test func aLargerLimitKeepsWhatASmallerOneHad() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("own.jsonl").path
        func ids(_ limit: Int, _ seed: UInt64) throws -> [String] {
            try CallsEvaluation.Source(path: path, limit: limit, seed: seed).samples.map(\.id)
        }
        #expect(try ids(1, 4) == Array(ids(2, 4).prefix(1)))
        #expect(try (0..<20).contains { try ids(1, $0) != ids(1, 4) })
    }
}
