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

    @OptionGroup var place: TrainingPlaceOptions

    @Option(help: "Samples whose loss is watched, and that are not learnt.")
    var valid: String?

    @Option(
        help:
            "Samples of --valid that the server's pipeline answers at each look: how many calls are exactly right; 0: none."
    )
    var validCalls = 0

    @Option(help: "Looks without more right calls after which the training ends. The adapter of the best look is kept.")
    var patience: Int?

    @OptionGroup var method: TrainingMethodOptions

    func validate() throws {
        guard validCalls >= 0, patience.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--valid-calls must not be negative, --patience above 0")
        }
        guard validCalls == 0 || taught.pool != nil else { throw ValidationError("--valid-calls needs --pool") }
        guard validCalls == 0 || valid != nil && !method.full else {
            throw ValidationError("--valid-calls needs --valid, and an adapter to answer with: not --full")
        }
        guard patience == nil || validCalls > 0 && place.validEvery > 0 else {
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
        let every = place.validEvery > 0 ? place.validEvery : session.training.steps
        try await session.run(looking: looks, every: every, patience: patience, advance)
        try session.write()
    }

    /// nil: none are wanted.
    func looks(_ lesson: TrainingLesson) async throws -> CallLooks? {
        guard validCalls > 0, let valid, let pool = lesson.pool else { return nil }
        let requests = try TaughtRequest.load(path: valid, limit: validCalls, seed: method.seed)
        var settings = Settings()
        settings.model.path = place.model
        settings.model.threads = place.threads ?? 0
        return try await CallLooks(requests, taught, pool, settings)
    }

    /// What is there before the training begins.
    func read() async throws -> TrainingLesson {
        let start = try place.start()
        let pool = try taught.functions()
        let prompts = try taught.prompts(pool, for: start.file)
        let plan = try method.plan(
            for: start.file.description, invocation: prompts.invocation, goingOn: start.adapter?.shape)
        var material = TrainingMaterial(start: start, plan: plan)
        material.samples = try await taught.samples(prompts, seed: method.seed)
        if let valid {
            material.watched = try await taught.samples(of: valid, limit: nil, seed: method.seed, prompts)
        }
        return TrainingLesson(material: material, pool: pool)
    }

    func session(_ lesson: TrainingLesson, _ chosen: ChosenLoss) throws -> TrainingSession {
        let material = lesson.material
        var files: OrderedDictionary = ["base": material.start.path, "data": taught.data]
        files["pool"] = taught.pool
        files.merge(chosen.files) { _, new in new }
        let card = AdapterCard(
            layout: taught.layout.rawValue, functions: lesson.pool?.functions.map(\.name), files: files,
            record: material.plan.record.merging(chosen.loss.record) { _, new in new })
        return try place.session(
            material, chosen.loss, card: card,
            record: ["file": .string(taught.data), "pool": taught.pool.map { .string($0) } ?? .null])
    }
}

/// What a training on right calls is made of.
struct TrainingLesson {
    var material: TrainingMaterial
    /// nil: each sample has functions of its own.
    let pool: FunctionPool?
}
