import Foundation
import Kernels
import ModelFiles
import Documents
import TestSupport
import Testing

import Training

@Suite struct TrainingRunTests {
    /// A run over the fixture's samples that leaves what it learnt in a file `numbers`.
    private static func run(
        _ plan: TrainingPlan, in folder: URL, from first: String? = nil, stoppingAfter stop: Int? = nil,
        checkpointSteps: Int = 1,
        threads: Int = 2
    ) throws -> [StepReport] {
        let fixture = try GradientFixture()
        let pool = WorkerPool(threads: threads)
        let decoder: TrainingDecoder
        if let shape = plan.adapter {
            let adapter =
                try first.map { try AdapterFiles.read($0, for: fixture.model) }
                ?? Adapter(shape: shape, factors: .adapter(shape, for: fixture.model, seed: plan.seed))
            decoder = try TrainingDecoder(
                weights: try fixture.weights, of: fixture.model, training: adapter, on: pool)
        } else {
            decoder = try TrainingDecoder(training: try fixture.weights, of: fixture.model, on: pool)
        }
        let run = try TrainingRun(
            decoder, plan, samples: fixture.samples, validation: [fixture.samples[3]],
            in: .init(folder: folder.path, checkpointSteps: checkpointSteps, validationSteps: 2))
        var reports: [StepReport] = []
        // A process that is killed leaves what is on the disk.
        try run.run(through: stop) { reports.append($0) }
        if stop != nil { return reports }
        if let shape = plan.adapter {
            try AdapterFiles.write(Adapter(shape: shape, factors: decoder.parameters), base: "tiny", to: folder.path)
        }
        try Data(
            decoder.parameters.entries.flatMap { decoder.parameters.values($0.key) ?? [] }.flatMap { number in
                withUnsafeBytes(of: number.bitPattern) { Array($0) }
            }
        ).write(to: folder.appendingPathComponent("numbers"))
        run.finish()
        return reports
    }

    private static func plan(_ kind: String) throws -> TrainingPlan {
        let fixture = try GradientFixture()
        var plan = TrainingPlan(adapter: kind == "full" ? nil : fixture.shape(activated: kind == "alora"))
        (plan.batchSize, plan.epochs, plan.peakRate, plan.seed) = (3, 4, 0.02, 5)
        return plan
    }

    private static func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kinglet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    private static func numbers(_ folder: URL) throws -> Data {
        try Data(contentsOf: folder.appendingPathComponent("numbers"))
    }

    @Test("learns its samples", arguments: ["lora", "alora", "full"]) func learns(kind: String) throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        var plan = try Self.plan(kind)
        (plan.epochs, plan.batchSize) = (40, 4)
        let reports = try Self.run(plan, in: folder, checkpointSteps: 0)
        #expect(reports.count == 40)
        let (first, last) = (try #require(reports.first), try #require(reports.last))
        #expect(last.loss.loss < 0.2 * first.loss.loss, "\(first.loss.loss) to \(last.loss.loss)")
        #expect(reports.filter { $0.validation != nil }.map(\.step) == Array(stride(from: 2, through: 40, by: 2)))
        // Loss by token, and rows: what is in common counts once, or only where it was made.
        #expect(reports.allSatisfy { $0.loss.tokens == 11 && $0.samples == 4 })
        #expect(kind != "alora" || first.loss.rows > last.loss.rows)
    }

    @Test("killed after any step, it ends with the same bytes", arguments: ["lora", "alora", "full"], [1, 3, 7])
    func resumes(kind: String, stop: Int) throws {
        let plan = try Self.plan(kind)
        let (whole, cut) = (try Self.folder(), try Self.folder())
        defer { for folder in [whole, cut] { try? FileManager.default.removeItem(at: folder) } }
        let all = try Self.run(plan, in: whole)
        #expect(all.count == 8)
        let before = try Self.run(plan, in: cut, stoppingAfter: stop, checkpointSteps: 2)
        // Half a file of a checkpoint that was being written, and half a line.
        try Data("half".utf8).write(to: cut.appendingPathComponent("checkpoint.safetensors.part"))
        let log = cut.appendingPathComponent("log.jsonl")
        try (String(contentsOf: log, encoding: .utf8) + #"{"step":9"#).write(to: log, atomically: true, encoding: .utf8)
        let after = try Self.run(plan, in: cut, threads: 1)
        #expect(before.map(\.step) == Array(1...stop))
        #expect(after.map(\.step) == Array(stop / 2 * 2 + 1...8))
        #expect(after.last?.loss == all.last?.loss)
        #expect(try Self.numbers(cut) == Self.numbers(whole))
        let steps = try String(contentsOf: log, encoding: .utf8).split(separator: "\n").map {
            try JSONValue(parsing: String($0))["step"]?.intValue ?? 0
        }
        #expect(steps == Array(0...8))
        #expect(!FileManager.default.fileExists(atPath: cut.appendingPathComponent("checkpoint.safetensors").path))
    }

    @Test func anotherSeedGivesOtherNumbers() throws {
        let folders = [try Self.folder(), try Self.folder(), try Self.folder()]
        defer { for folder in folders { try? FileManager.default.removeItem(at: folder) } }
        var plan = try Self.plan("lora")
        _ = try Self.run(plan, in: folders[0])
        _ = try Self.run(plan, in: folders[1])
        plan.seed += 1
        _ = try Self.run(plan, in: folders[2])
        #expect(try Self.numbers(folders[0]) == Self.numbers(folders[1]))
        #expect(try Self.numbers(folders[0]) != Self.numbers(folders[2]))
    }

    @Test func aCheckpointOfAnotherTrainingIsRefused() throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        var plan = try Self.plan("lora")
        _ = try Self.run(plan, in: folder, stoppingAfter: 2)
        plan.peakRate = 0.03
        let path = folder.appendingPathComponent("checkpoint.safetensors").path
        let expected = TrainingError.checkpoint(
            path: path, reason: "it is of a training with other settings, data or model")
        #expect(throws: expected) { try Self.run(plan, in: folder) }
        try Data("damaged".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: TrainingError.self) { try Self.run(plan, in: folder) }
    }

    @Test("goes on with what another training learnt, and knows its own checkpoint by that")
    func goesOnWithAnAdapter() throws {
        let folders = (0..<3).map { _ in
            FileManager.default.temporaryDirectory.appendingPathComponent("kinglet-\(UUID().uuidString)")
        }
        defer { for folder in folders { try? FileManager.default.removeItem(at: folder) } }
        var plan = try Self.plan("alora")
        let first = try Self.run(plan, in: folders[0])
        plan.seed += 1
        let second = try Self.run(plan, in: folders[1], from: folders[0].path)
        let (learnt, further) = (try #require(first.last?.validation), try #require(second.last?.validation))
        let start = try #require(second.first), scratch = try #require(first.first)
        #expect(start.loss.loss < scratch.loss.loss && further < learnt, "\(learnt) to \(further)")
        // A checkpoint that began with other numbers is another training's, whatever else is the same.
        _ = try Self.run(plan, in: folders[2], stoppingAfter: 2)
        #expect(throws: TrainingError.self) { try Self.run(plan, in: folders[2], from: folders[0].path) }
        _ = try Self.run(plan, in: folders[2])
    }

    @Test("an epoch takes every sample once", arguments: [1, 3, 7, 10, 64]) func epochs(batch: Int) {
        var plan = TrainingPlan(adapter: nil)
        (plan.batchSize, plan.epochs, plan.seed) = (batch, 3, 2)
        let steps = plan.steps(samples: 10)
        let order = (0..<steps).map { plan.samples(ofStep: $0, among: 10) }
        #expect(order.flatMap { $0 }.count == 30)
        let perEpoch = steps / 3
        for epoch in 0..<3 {
            #expect(order[epoch * perEpoch..<(epoch + 1) * perEpoch].flatMap { $0 }.sorted() == Array(0..<10))
        }
        #expect(order[..<perEpoch].flatMap { $0 } != order[perEpoch..<2 * perEpoch].flatMap { $0 })
    }

    /// What is changed, and what is said of it.
    static let refused: [(@Sendable (inout TrainingPlan) -> Void, String)] = [
        ({ $0.batchSize = 0 }, "the batch is 0 samples; it must be in 1...4096"),
        ({ $0.epochs = 0 }, "there are 0 epochs; it must be in 1...1000"),
        ({ $0.peakRate = 0 }, "the learning rate is 0.0; it must be in 0...1"),
        ({ $0.peakRate = .nan }, "the learning rate is nan; it must be in 0...1"),
        ({ $0.warmUp = 1.5 }, "the warm-up is 1.5 of the steps; it must be in 0...1"),
        ({ $0.weightDecay = -1 }, "the weight decay is -1.0; it must be in 0...1"),
        ({ $0.clip = 0 }, "gradients are clipped to 0.0; it must be above 0"),
        ({ $0.maximumRows = 0 }, "a batch has 0 rows; it must be in 1...65536"),
        ({ $0.adapter?.rank = 0 }, "the rank is 0; it must be in 1...1024"),
        ({ $0.adapter?.alpha = .infinity }, "alpha is inf; it must be a number above 0"),
        ({ $0.adapter?.layers = [0, 3] }, "there is no layer 3; the model's are 0...2"),
        ({ $0.adapter?.layers = [] }, "the adapter changes no matrix"),
        ({ $0.adapter?.matrices = [] }, "the adapter changes no matrix"),
    ]

    @Test(arguments: refused.indices) func refuses(_ index: Int) throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let (change, message) = Self.refused[index]
        var plan = try Self.plan("lora")
        change(&plan)
        #expect(throws: TrainingError.setting(message)) {
            let fixture = try GradientFixture()
            if let adapter = plan.adapter { try adapter.check(for: fixture.model) }
            try plan.check()
        }
    }
}
