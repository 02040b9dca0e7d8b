import ArgumentParser
import Documents
import Foundation
import Kernels
import ModelFiles
import ModelStore
import OrderedCollections
import Training

/// Where a training begins, and where it leaves what was learnt.
struct TrainingPlaceOptions: ParsableArguments {
    @Option(help: "A name of Config/models.yaml, a GGUF file or a Hugging Face folder.")
    var model = "qwen2.5-coder-0.5b-instruct"

    @Option(help: "Folder for adapter, log and checkpoint.")
    var output: String

    @Option(help: "Folder of an adapter to go on with: its shape is kept, its numbers are where this training begins.")
    var from: String?

    @Option(help: "Steps between looks at --valid; 0: at the end only.")
    var validEvery = 0

    @Flag(help: "Write the adapter in numbers of 16 bits (bf16).")
    var short = false

    @Option(help: "Steps between checkpoints; 0: none.")
    var checkpointEvery = 20

    @Option(help: "Threads. Default: as many as the machine has.")
    var threads: Int?

    func validate() throws {
        guard threads.map({ (1...1024).contains($0) }) ?? true else {
            throw ValidationError("--threads must be in 1...1024")
        }
        guard validEvery >= 0, checkpointEvery >= 0 else {
            throw ValidationError("--valid-every and --checkpoint-every must not be negative")
        }
    }
}

/// A training on prepared samples, from its model file to the adapter or model that it writes.
struct SampleTraining {
    private let place: TrainingPlaceOptions
    let path: String
    let file: ModelFile
    /// The adapter that it goes on with.
    private let first: Adapter?

    /// Opens the model.
    ///
    /// - Throws: where the output holds a finished training.
    init(_ place: TrainingPlaceOptions) throws {
        let output = place.output
        guard !AdapterFiles.exist(in: output), !FileManager.default.fileExists(atPath: output + "/config.json") else {
            throw ValidationError("\(output) holds a finished training. Give another --output")
        }
        self.place = place
        path = try ModelManifest.locate(place.model)
        file = try ModelFile.open(path: path)
        first = try place.from.map { [file] in try AdapterFiles.read($0, for: file.description) }
    }

    func plan(_ method: TrainingMethodOptions, invocation: [Int32]) throws -> TrainingPlan {
        try method.plan(for: file.description, invocation: invocation, goingOn: first?.shape)
    }

    /// Trains, or goes on where a killed one stopped.
    ///
    /// - Parameters:
    ///   - watched: samples whose loss is told, and that are not learnt.
    ///   - record: what the log says of the data.
    func run(
        _ plan: TrainingPlan, _ samples: [TrainingSample], watched: [TrainingSample], card: AdapterCard,
        record: JSONObject
    ) throws {
        let pool = WorkerPool(threads: place.threads ?? ProcessInfo.processInfo.activeProcessorCount)
        let weights = try ParameterArena.weights(of: file)
        let decoder = try decoder(plan, weights, on: pool)
        let whole: JSONObject = ["base": .string(path)]
        let training = try TrainingRun(
            decoder, plan, samples: samples, validation: watched,
            in: .init(
                folder: place.output, checkpointSteps: place.checkpointEvery, validationSteps: place.validEvery,
                record: whole.merging(record) { $1 }))
        var progress = TrainingProgress(done: training.done), card = card
        if training.done > 0 { tell("going on after step \(training.done)") }
        tell("\(samples.count) samples, \(training.steps) steps, \(decoder.parameters.count) numbers to learn")
        if let from = place.from { card.files["from"] = AdapterFolder(from).weightsPath }
        try training.run { step in
            tell(progress.line(step))
            card.add(step)
        }
        if let shape = plan.adapter {
            try card.write(to: place.output)
            try AdapterFiles.write(
                Adapter(shape: shape, factors: decoder.parameters), base: place.model, isShort: place.short,
                to: place.output)
        } else {
            try ModelFolder.write(weights, file.description, file.tokenizer, to: place.output)
        }
        training.finish()
        tell("\(place.output): written")
    }

    private func decoder(
        _ plan: TrainingPlan, _ weights: ParameterArena, on pool: WorkerPool
    ) throws -> TrainingDecoder {
        guard let shape = plan.adapter else {
            return try TrainingDecoder(training: weights, of: file.description, on: pool)
        }
        let adapter =
            first ?? Adapter(shape: shape, factors: .adapter(shape, for: file.description, seed: plan.seed))
        return try TrainingDecoder(
            weights: weights, of: file.description, training: adapter, precision: plan.precision, on: pool)
    }

    /// Unbuffered: progress is seen at once, in a file too.
    private func tell(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
