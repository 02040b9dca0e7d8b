import ArgumentParser
import Configuration
import Documents
import Foundation
import FunctionCalling
import Functions
import Kernels
import ModelFiles
import ModelStore
import Models
import OrderedCollections
import Teaching
import Training

/// What trainings from samples share: everything but what they learn of them.
struct TrainingLessonOptions: ParsableArguments {
    @OptionGroup var taught: TaughtSamplesOptions

    @Option(help: "A name of Config/models.yaml, a GGUF file or a Hugging Face folder.")
    var model = "qwen2.5-coder-0.5b-instruct"

    @Option(help: "Folder for adapter, log and checkpoint.")
    var output: String

    @Option(help: "Folder of an adapter to go on with: its shape is kept, its numbers are where this training begins.")
    var from: String?

    @Option(help: "Samples whose loss is watched, and that are not learnt.")
    var valid: String?

    @Option(help: "Steps between looks at --valid; 0: at the end only.")
    var validEvery = 0

    @Option(
        help:
            "Samples of --valid that the server's pipeline answers at each look: how many calls are exactly right; 0: none."
    )
    var validCalls = 0

    @Option(help: "Looks without more right calls after which the training ends. The adapter of the best look is kept.")
    var patience: Int?

    @Flag(help: "Write the adapter in numbers of 16 bits (bf16).")
    var short = false

    @Option(help: "Steps between checkpoints; 0: none.")
    var checkpointEvery = 20

    @Option(help: "Threads. Default: as many as the machine has.")
    var threads: Int?

    @OptionGroup var method: TrainingMethodOptions

    func validate() throws {
        guard threads.map({ (1...1024).contains($0) }) ?? true else {
            throw ValidationError("--threads must be in 1...1024")
        }
        guard validEvery >= 0, checkpointEvery >= 0 else {
            throw ValidationError("--valid-every and --checkpoint-every must not be negative")
        }
        guard validCalls >= 0, patience.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--valid-calls must not be negative, --patience above 0")
        }
        guard validCalls == 0 || valid != nil && !method.full else {
            throw ValidationError("--valid-calls needs --valid, and an adapter to answer with: not --full")
        }
        guard patience == nil || validCalls > 0 && validEvery > 0 else {
            throw ValidationError("--patience needs --valid-calls and --valid-every")
        }
    }

    /// The loss that a training has, and the files that it reads, by their part in the training.
    struct ChosenLoss {
        var loss: any TokenLoss = CrossEntropy()
        var files: OrderedDictionary<String, String> = [:]
    }

    /// Reads, trains, writes.
    func run(_ choose: (TrainingLesson) throws -> ChosenLoss = { _ in ChosenLoss() }) async throws {
        let lesson = try await read()
        let chosen = try choose(lesson)
        let session = try session(lesson, chosen)
        try await run(session, lesson) { last in try session.training.run(through: last, session.note) }
    }

    /// Trains and writes.
    ///
    /// - Parameter advance: runs the steps up to one.
    func run(
        _ session: TrainingSession, _ lesson: TrainingLesson, _ advance: (Int) async throws -> Void
    ) async throws {
        let looks = try await looks(lesson)
        defer { looks?.stop() }
        let every = validEvery > 0 ? validEvery : session.training.steps
        try await session.run(looking: looks, every: every, patience: patience, advance)
        try session.write()
    }

    /// nil: none are wanted.
    func looks(_ lesson: TrainingLesson) async throws -> CallLooks? {
        guard validCalls > 0, let valid else { return nil }
        let requests = try TaughtRequest.load(path: valid, limit: validCalls, seed: method.seed)
        var settings = Settings()
        settings.model.path = model
        settings.model.threads = threads ?? 0
        return try await CallLooks(requests, taught, lesson.pool, settings)
    }

    /// What is there before the training begins.
    func read() async throws -> TrainingLesson {
        guard !AdapterFiles.exist(in: output), !FileManager.default.fileExists(atPath: output + "/config.json") else {
            // Killed between its last file and the end.
            if TrainingRun.clear(output) {
                try? FileManager.default.removeItem(atPath: TrainingSession.bestFolder(in: output))
                throw CleanExit.message("\(output): written")
            }
            throw ValidationError("\(output) holds a finished training. Give another --output")
        }
        let path = try ModelManifest.locate(model)
        let file = try ModelFile.open(path: path)
        let pool = try FunctionPool.load(path: taught.pool)
        let prompts = try taught.prompts(pool, for: file)
        let first = try from.map { try AdapterFiles.read($0, for: file.description) }
        let plan = try method.plan(for: file.description, invocation: prompts.invocation, goingOn: first?.shape)
        var lesson = TrainingLesson(path: path, file: file, pool: pool, prompts: prompts, plan: plan, first: first)
        lesson.samples = try await taught.samples(prompts, seed: method.seed)
        if let valid {
            lesson.watched = try await TaughtSamplesOptions.samples(valid, limit: nil, seed: method.seed, prompts)
        }
        return lesson
    }

    func session(_ lesson: TrainingLesson, _ chosen: ChosenLoss) throws -> TrainingSession {
        let workers = WorkerPool(threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
        let place = TrainingRun.Place(
            folder: output, checkpointSteps: checkpointEvery, validationSteps: validEvery,
            record: ["base": .string(lesson.path), "file": .string(taught.data), "pool": .string(taught.pool)])
        return try TrainingSession(
            lesson, chosen.loss,
            .init(place: place, card: card(lesson, chosen), base: model, numbers: short ? .bf16 : .f32), on: workers)
    }

    private func card(_ lesson: TrainingLesson, _ chosen: ChosenLoss) -> AdapterCard {
        var files: OrderedDictionary = ["base": lesson.path, "data": taught.data, "pool": taught.pool]
        files.merge(chosen.files) { _, new in new }
        if let from { files["from"] = AdapterFolder(from).weightsPath }
        return AdapterCard(
            layout: taught.layout.rawValue, functions: lesson.pool.functions.map(\.name), files: files,
            record: lesson.plan.record.merging(chosen.loss.record) { _, new in new })
    }
}

/// What a training is made of.
struct TrainingLesson {
    /// Of the model.
    let path: String
    let file: ModelFile
    let pool: FunctionPool
    let prompts: TeachingPrompts
    let plan: TrainingPlan
    /// An adapter to go on with.
    let first: Adapter?
    var samples: [TrainingSample] = [], watched: [TrainingSample] = []
}
