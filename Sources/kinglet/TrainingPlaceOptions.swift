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

    /// Opens the model.
    ///
    /// - Throws: where the output holds a finished training.
    func start() throws -> TrainingStart {
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
        return TrainingStart(
            path: path, file: file, adapter: try from.map { try AdapterFiles.read($0, for: file.description) })
    }

    /// - Parameters:
    ///   - card: what was read beside the model and the adapter that it goes on with.
    ///   - record: what the log says of the data.
    func session(
        _ material: TrainingMaterial, _ loss: any TokenLoss, card: AdapterCard, record: JSONObject
    ) throws -> TrainingSession {
        let base: JSONObject = ["base": .string(material.start.path)]
        var card = card
        if let from { card.files["from"] = AdapterFolder(from).weightsPath }
        let files = TrainingSession.Files(
            place: .init(
                folder: output, checkpointSteps: checkpointEvery, validationSteps: validEvery,
                record: base.merging(record) { $1 }),
            card: card, base: model, isShort: short)
        let workers = WorkerPool(threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
        return try TrainingSession(material, loss, files, on: workers)
    }
}
