import Documents
import Foundation
import Kernels
import ModelFiles
import TestSupport
import Testing

import Training

@Suite struct FinderRunTests {
    private static func plan(epochs: Int = 3, batch: Int = 2) throws -> FinderPlan {
        let fixture = try FinderGradientTests.Fixture()
        var shape = fixture.base.shape()
        shape.layers = Array(0..<fixture.model.layers)
        var plan = TrainingPlan(adapter: shape)
        (plan.batchSize, plan.epochs, plan.peakRate, plan.seed, plan.maximumRows) = (batch, epochs, 0.02, 5, 30)
        return FinderPlan(plan, fixture.contrast, .mean)
    }

    /// Two sources: the fixture's queries, and three others.
    private static func data() throws -> FinderData {
        var data = try FinderGradientTests.Fixture().data
        data.sources.append([
            .init(tokens: [2, 9, 9], wanted: [3]), .init(tokens: [2, 11, 12], wanted: [2], others: [1]),
            .init(tokens: [2, 30], wanted: [1]),
        ])
        return data
    }

    /// Leaves what it learnt in a file `numbers`.
    private static func run(
        _ plan: FinderPlan, in folder: URL, stoppingAfter stop: Int? = nil, checkpointSteps: Int = 2, threads: Int = 2
    ) throws -> [StepReport] {
        let fixture = try FinderGradientTests.Fixture(), shape = try #require(plan.training.adapter)
        let decoder = try TrainingDecoder(
            encoding: try fixture.base.weights, of: fixture.model,
            training: Adapter(
                shape: shape, factors: .adapter(shape, for: fixture.model, seed: plan.training.seed)),
            on: WorkerPool(threads: threads))
        let run = try FinderRun(
            decoder, plan, try data(), validation: fixture.data,
            in: .init(folder: folder.path, checkpointSteps: checkpointSteps, validationSteps: 4))
        var reports: [StepReport] = []
        try run.run(through: stop) { reports.append($0) }
        if stop != nil { return reports }
        try Data(
            decoder.parameters.entries.flatMap { decoder.parameters.values($0.key) ?? [] }.flatMap { number in
                withUnsafeBytes(of: number.bitPattern) { Array($0) }
            }
        ).write(to: folder.appendingPathComponent("numbers"))
        run.finish()
        return reports
    }

    @Test func learns() throws {
        let folder = try TemporaryFolder()
        let reports = try Self.run(try Self.plan(epochs: 40, batch: 8), in: URL(fileURLWithPath: folder.path))
        #expect(reports.count == 80)
        let (first, last) = (reports.compactMap(\.validation).first ?? 0, reports.compactMap(\.validation).last ?? 1)
        #expect(last < 0.3 * first, "\(first) to \(last)")
        #expect(reports.suffix(2).allSatisfy { $0.loss.found == 1 }, "\(reports.suffix(2))")
        #expect(reports.filter { $0.validation != nil }.map(\.step) == Array(stride(from: 4, through: 80, by: 4)))
    }

    @Test("killed after any step, it ends with the same bytes", arguments: [1, 4, 7]) func resumes(stop: Int) throws {
        let (whole, cut) = (try TemporaryFolder(), try TemporaryFolder())
        let plan = try Self.plan()
        let all = try Self.run(plan, in: URL(fileURLWithPath: whole.path))
        // 4 queries and 3, two a step, three times.
        #expect(all.count == 12)
        let before = try Self.run(plan, in: URL(fileURLWithPath: cut.path), stoppingAfter: stop)
        try Data("half".utf8).write(to: URL(fileURLWithPath: cut.path + "/checkpoint.safetensors.part"))
        let after = try Self.run(plan, in: URL(fileURLWithPath: cut.path), threads: 1)
        #expect(before.count == stop && after.map(\.step) == Array(stop / 2 * 2 + 1...12))
        let numbers = try [whole, cut].map { try Data(contentsOf: URL(fileURLWithPath: $0.path + "/numbers")) }
        #expect(numbers[0] == numbers[1])
        let log = try String(contentsOfFile: cut.path + "/log.jsonl", encoding: .utf8).split(separator: "\n")
        #expect(try log.map { try JSONValue(parsing: String($0))["step"]?.intValue ?? 0 } == Array(0...12))
        #expect(try JSONValue(parsing: String(log[0]))["method"] == "finder")
        #expect(!FileManager.default.fileExists(atPath: cut.path + "/checkpoint.safetensors"))
    }

    @Test("a checkpoint of another training is refused") func foreignCheckpoint() throws {
        let folder = try TemporaryFolder(), place = URL(fileURLWithPath: folder.path)
        var plan = try Self.plan()
        _ = try Self.run(plan, in: place, stoppingAfter: 2)
        plan.contrast.temperature = 0.3
        #expect(
            throws: TrainingError.checkpoint(
                path: folder.path + "/checkpoint.safetensors",
                reason: "it is of a training with other settings, data or model")
        ) { try Self.run(plan, in: place) }
    }

    @Test("law: an epoch takes every query once, a step those of one source", arguments: UInt64(0)..<10)
    func order(seed: UInt64) throws {
        var plan = try Self.plan()
        plan.training.seed = seed
        let data = try Self.data()
        for epoch in 0..<3 {
            let steps = plan.steps(ofEpoch: epoch, data)
            #expect(steps.count == plan.stepsOfEpoch(data))
            #expect(Set(steps.joined()) == Set(data.sources.joined()) && steps.joined().count == data.count)
            #expect(steps.allSatisfy { step in data.sources.contains { Set($0).isSuperset(of: step) } })
            #expect(steps == plan.steps(ofEpoch: epoch, data))
        }
        #expect((0..<3).map { plan.steps(ofEpoch: $0, data) }.reduce(into: Set()) { $0.insert($1) }.count > 1)
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let name: String, data: FinderData, message: String
        var testDescription: String { name }
    }

    static let faults: [Fault] = [
        Fault(
            name: "no query", data: .init(sources: [[]], documents: [[1]]), message: "there is no query to learn from"),
        Fault(
            name: "no tokens", data: .init(sources: [[.init(tokens: [], wanted: [0])]], documents: [[1]]),
            message: "query 1 of set 1: it has 0 tokens; the model takes 1...64"),
        Fault(
            name: "unknown token", data: .init(sources: [[.init(tokens: [1, 48], wanted: [0])]], documents: [[1]]),
            message: "query 1 of set 1: the model has no token 48"),
        Fault(
            name: "long function",
            data: .init(
                sources: [[.init(tokens: [1], wanted: [0])]], documents: [Array(repeating: 3, count: 65)]),
            message: "function 1: it has 65 tokens; the model takes 1...64"),
        Fault(
            name: "wants nothing", data: .init(sources: [[], [.init(tokens: [1], wanted: [])]], documents: [[1]]),
            message: "query 1 of set 2: it wants no function, or one that there is not"),
        Fault(
            name: "wants what is not there",
            data: .init(sources: [[.init(tokens: [1], wanted: [0], others: [1])]], documents: [[1]]),
            message: "query 1 of set 1: it wants no function, or one that there is not"),
    ]

    @Test("data that cannot be", arguments: faults) func refused(fault: Fault) {
        let error = #expect(throws: TrainingError.self) {
            try fault.data.check(vocabulary: 48, contextLength: 64)
        }
        #expect(error.map { "\($0)" } == fault.message)
    }

    @Test("settings that cannot be") func settings() throws {
        let good = try Self.plan()
        #expect(throws: Never.self) { try good.check(hidden: 16) }
        for (change, message): ((inout FinderPlan) -> Void, String) in [
            ({ $0.contrast.temperature = 0 }, "the temperature is 0.0; it must be in 0...10"),
            ({ $0.contrast.widths = [] }, "the widths are []; they must be in 1...16"),
            ({ $0.contrast.widths = [8, 17] }, "the widths are [8, 17]; they must be in 1...16"),
            ({ $0.training.batchSize = 1 }, "a batch of one query has nothing to be told from"),
            ({ $0.training.peakRate = 2 }, "the learning rate is 2.0; it must be in 0...1"),
        ] {
            var plan = good
            change(&plan)
            let error = #expect(throws: TrainingError.self) { try plan.check(hidden: 16) }
            #expect(error.map { "\($0)" } == message)
        }
    }
}
