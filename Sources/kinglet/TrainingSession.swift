import Foundation
import Kernels
import ModelFiles
import Models
import Training

/// A training in this process, from its first line to its files.
final class TrainingSession {
    /// Where its files go, and what they say.
    struct Files {
        let place: TrainingRun.Place
        var card: AdapterCard
        /// The model as the user named it.
        let base: String
        /// Numbers of 16 bits.
        let isShort: Bool
    }

    let training: TrainingRun
    /// What is trained; nil: all weights.
    let adapter: Adapter?
    private let material: TrainingMaterial
    private let weights: ParameterArena
    private var files: Files
    private var progress: TrainingProgress

    init(
        _ material: TrainingMaterial, _ loss: any TokenLoss, _ files: Files, on workers: WorkerPool
    ) throws {
        let model = material.start.file.description, plan = material.plan
        let weights = try ParameterArena.weights(of: material.start.file)
        let adapter = plan.adapter.map { shape in
            material.start.adapter ?? Adapter(shape: shape, factors: .adapter(shape, for: model, seed: plan.seed))
        }
        let decoder =
            try adapter.map {
                try TrainingDecoder(weights: weights, of: model, training: $0, precision: plan.precision, on: workers)
            } ?? TrainingDecoder(training: weights, of: model, on: workers)
        (self.material, self.files, self.weights, self.adapter) = (material, files, weights, adapter)
        training = try TrainingRun(
            decoder, plan, TrainingData(material.samples, validation: material.watched, loss: loss), in: files.place)
        progress = TrainingProgress(done: training.done)
        if training.done > 0 { Self.tell("going on after step \(training.done)") }
        Self.tell(
            "\(material.samples.count) samples, \(training.steps) steps, \(decoder.parameters.count) numbers to learn")
    }

    /// All steps that are left, with a look at exact calls after every few; it ends early where they get no better. What is
    /// trained is then the adapter of the best look.
    ///
    /// - Parameters:
    ///   - looks: nil: none.
    ///   - advance: runs the steps up to one.
    func run(
        looking looks: CallLooks?, every: Int, patience limit: Int?, _ advance: (Int) async throws -> Void
    ) async throws {
        guard let adapter, let looks else { return try await advance(training.steps) }
        var patience = Patience(limit: limit)
        for look in training.looks { _ = patience.add(look) }
        while true {
            let done = training.done, isDue = done > 0 && (done % every == 0 || done == training.steps)
            if isDue, patience.looks.last?.step != done { try await look(looks, adapter, &patience) }
            if done == training.steps || patience.isOver { break }
            try await advance(min(training.steps, (done / every + 1) * every))
        }
        guard let best = patience.best, best.step != training.done else { return }
        Self.tell("step \(best.step) was the best")
        let kept = try AdapterFiles.read(bestFolder, for: material.start.file.description)
        for entry in adapter.factors.entries {
            adapter.factors.set(entry.key, to: kept.factors.values(entry.key) ?? [])
        }
    }

    /// Where the adapter of the best look lies until the end.
    static func bestFolder(in folder: String) -> String { "\(folder)/best" }

    private var bestFolder: String { Self.bestFolder(in: files.place.folder) }

    private func look(_ looks: CallLooks, _ adapter: Adapter, _ patience: inout Patience) async throws {
        let count = try await looks.count(adapter)
        if patience.add(.init(step: training.done, value: count.share)) {
            try AdapterFiles.write(adapter, base: files.base, to: bestFolder)
        }
        try training.note(["exact_calls": .number(count.share), "calls": .integer(count.answers)])
        try training.draw()
        Self.tell("step \(training.done)  exact calls \(count.right) of \(count.answers)")
    }

    /// A step is done.
    func note(_ step: StepReport) {
        Self.tell(progress.line(step))
        files.card.add(step)
    }

    /// What was learnt, as files.
    func write() throws {
        let folder = files.place.folder
        if let adapter {
            try files.card.write(to: folder)
            try AdapterFiles.write(adapter, base: files.base, isShort: files.isShort, to: folder)
        } else {
            try ModelFolder.write(weights, material.start.file.description, material.start.file.tokenizer, to: folder)
        }
        try training.draw()
        training.finish()
        try? FileManager.default.removeItem(atPath: bestFolder)
        Self.tell("\(folder): written")
    }

    /// Unbuffered: progress is seen at once, in a file too.
    static func tell(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
