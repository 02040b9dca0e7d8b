import ArgumentParser
import ModelFiles
import ModelStore

/// `kinglet inspect`: what a model file says of itself, without loading its weights.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a model file holds: architecture, sizes, tensor types, vocabulary.",
        discussion: """
            EXAMPLES
              kinglet inspect qwen2.5-coder-0.5b-instruct   a fetched model by its name
              kinglet inspect model.gguf --tensors          with every tensor
              kinglet inspect Qwen2.5-0.5B-Instruct --json  a Hugging Face folder, for programs
              kinglet inspect all-minilm-l6-v2 --tensors    an encoder, with its shapes
            """)

    @Argument(help: "A GGUF file, a Hugging Face folder, or the name of a fetched model.")
    var model: String

    @Flag(help: "List every tensor: name, type, shape, bytes.")
    var tensors = false

    @Flag(help: "Print JSON.")
    var json = false

    /// Prints the report of a decoder, or of a BERT encoder.
    func run() throws {
        let path = try ModelManifest.locate(model)
        if BertFile.isBert(path: path) {
            let report = BertReport(try BertFile.open(path: path))
            print(json ? report.json(withTensors: tensors).text(.spaced) : report.text(withTensors: tensors))
            return
        }
        let report = ModelReport(try ModelFile.open(path: path))
        print(json ? report.json(withTensors: tensors).text(.spaced) : report.text(withTensors: tensors))
    }
}
