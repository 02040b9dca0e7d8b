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

    /// Trains, or goes on where a killed one stopped, and writes.
    ///
    /// - Parameters:
    ///   - watched: samples whose loss is told, and that are not learnt.
    ///   - record: what the log says of the data.
    func run(
        _ plan: TrainingPlan, _ samples: [TrainingSample], watched: [TrainingSample], card: AdapterCard,
        record: JSONObject
    ) throws {
        let workers = WorkerPool(threads: place.threads ?? ProcessInfo.processInfo.activeProcessorCount)
        let whole: JSONObject = ["base": .string(path)]
        var card = card
        if let from = place.from { card.files["from"] = AdapterFolder(from).weightsPath }
        let material = TrainingMaterial(
            path: path, file: file, plan: plan, first: first, samples: samples, watched: watched)
        let session = try TrainingSession(
            material, CrossEntropy(),
            .init(
                place: .init(
                    folder: place.output, checkpointSteps: place.checkpointEvery, validationSteps: place.validEvery,
                    record: whole.merging(record) { $1 }),
                card: card, base: place.model, isShort: place.short), on: workers)
        try session.training.run(session.note)
        try session.write()
    }
}
