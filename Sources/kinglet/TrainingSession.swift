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
    private let lesson: TrainingLesson
    private let weights: ParameterArena
    private var files: Files
    private var progress: TrainingProgress

    init(
        _ lesson: TrainingLesson, _ loss: any TokenLoss, _ files: Files, on workers: WorkerPool
    ) throws {
        let model = lesson.file.description, plan = lesson.plan
        let weights = try ParameterArena.weights(of: lesson.file)
        let adapter = plan.adapter.map { shape in
            lesson.first ?? Adapter(shape: shape, factors: .adapter(shape, for: model, seed: plan.seed))
        }
        let decoder =
            try adapter.map {
                try TrainingDecoder(weights: weights, of: model, training: $0, precision: plan.precision, on: workers)
            } ?? TrainingDecoder(training: weights, of: model, on: workers)
        (self.lesson, self.files, self.weights, self.adapter) = (lesson, files, weights, adapter)
        training = try TrainingRun(
            decoder, plan, TrainingData(lesson.samples, validation: lesson.watched, loss: loss), in: files.place)
        progress = TrainingProgress(done: training.done)
        if training.done > 0 { Self.tell("going on after step \(training.done)") }
        Self.tell(
            "\(lesson.samples.count) samples, \(training.steps) steps, \(decoder.parameters.count) numbers to learn")
    }

    /// All steps that are left.
    func run() throws { try training.run(note) }

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
            try ModelFolder.write(weights, lesson.file.description, lesson.file.tokenizer, to: folder)
        }
        training.finish()
        Self.tell("\(folder): written")
    }

    /// Unbuffered: progress is seen at once, in a file too.
    static func tell(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
