import ArgumentParser
import Compression
import Foundation
import Kernels
import ModelStore
import Tokenization

/// What every pruning is asked for on the command line.
struct PruningOptions: ParsableArguments {
    @Argument(help: "A name of Config/models.yaml, a GGUF file or a Hugging Face folder.")
    var model: String

    @Argument(help: "Folder to be written; what is under way lies in OUTPUT.part.")
    var output: String

    @Option(help: "Text that importance is measured on; a file, or one packed by gzip.")
    var calibration: String

    @Option(help: "Windows of that text.")
    var samples = 64

    @Option(help: "Tokens of a window, of both texts.")
    var length = 512

    @Option(help: "Text that perplexity is measured on. Default: that of --calibration.")
    var text: String?

    @Option(help: "Windows of that text.")
    var windows = 8

    @Option(help: "Threads. Default: as many as the machine has.")
    var threads: Int?

    func validate() throws {
        try Self.check(samples: samples, windows: windows, length: length, threads: threads)
    }

    static func check(samples: Int, windows: Int, length: Int, threads: Int?) throws {
        guard (1...100_000).contains(samples), (1...100_000).contains(windows), (4...32768).contains(length) else {
            throw ValidationError("--samples and --windows must be in 1...100000, --length in 4...32768")
        }
        guard threads.map({ (1...1024).contains($0) }) ?? true else {
            throw ValidationError("--threads must be in 1...1024")
        }
    }

    /// Opens the model and reads the texts.
    func job() throws -> CompressionJob {
        let output = try OutputFolder(output)
        let source = try SourceModel(path: ModelManifest.locate(model))
        let tokenizer = try Tokenizer(source.file.tokenizer)
        let calibrated = try TextWindows.read(calibration, tokenizer, count: samples, length: length)
        let tested = try TextWindows.read(text ?? calibration, tokenizer, count: windows, length: length)
        return try CompressionJob(
            source, to: output, texts: .init(calibration: calibrated, test: tested),
            on: WorkerPool(threads: threads ?? ProcessInfo.processInfo.activeProcessorCount),
            command: Self.command, tell: Self.tell)
    }

    /// As it was typed.
    static var command: String { (["kinglet"] + CommandLine.arguments.dropFirst()).joined(separator: " ") }

    /// Unbuffered: progress is seen at once, in a file too.
    static func tell(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
