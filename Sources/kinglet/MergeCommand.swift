import ModelStore
import ArgumentParser
import Foundation
import ModelFiles
import Models
import Training

struct MergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Make one model of a base model and an adapter.",
        discussion: """
            ADAPTER is a folder in PEFT's layout, from `kinglet train` or from PEFT. OUTPUT becomes a Hugging Face folder in
            bf16, with the base model's tokenizer.

            EXAMPLES
              kinglet merge qwen2.5-coder-0.5b-instruct snips-adapter snips-model
              kinglet serve --model snips-model
            """)

    @Argument(help: "A name of Config/models.yaml, a GGUF file or a Hugging Face folder.")
    var base: String

    @Argument(help: "Folder with adapter_config.json and adapter_model.safetensors.")
    var adapter: String

    @Argument(help: "Folder to be written.")
    var output: String

    func run() throws {
        guard !FileManager.default.fileExists(atPath: output + "/config.json") else {
            throw ValidationError("\(output) holds a model. Give another OUTPUT")
        }
        let file = try ModelFile.open(path: ModelManifest.locate(base))
        let adapter = try AdapterFiles.read(adapter, for: file.description)
        let weights = try ParameterArena.weights(of: file)
        try adapter.merge(into: weights)
        try ModelFolder.write(weights, file.description, file.tokenizer, to: output)
        print("\(output): \(file.description.name) with \(adapter.factors.count) numbers of the adapter")
    }
}
