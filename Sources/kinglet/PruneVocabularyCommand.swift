import ArgumentParser
import Compression
import Foundation
import Kernels
import ModelFiles
import ModelStore
import Tokenization

struct PruneVocabularyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vocabulary",
        abstract: "Leave out tokens that texts of a model's use never need.",
        discussion: """
            What stays: tokens of the calibration texts, special ones, single bytes, marks and blanks alone, and all that they are
            merged of. Every text still has tokens, and a text whose tokens all stay has the same ones. Give texts as the model will see them:
            prompts and answers, in all languages wanted. What is not in them costs more tokens, and cannot be answered in one.

            EXAMPLES
              kinglet prune vocabulary qwen2.5-coder-0.5b-instruct short --calibration prompts.txt --calibration wiki.train.txt
              kinglet prune vocabulary qwen2.5-coder-0.5b-instruct short --calibration prompts.txt --first 20000 --text wiki.valid.txt
              kinglet prune vocabulary qwen2.5-coder-0.5b-instruct short --calibration prompts.txt --adapter Config/tuned/smart-home
              kinglet serve --model short --set calling.tuned=short/adapters
            """)

    @Argument(help: "A name of Config/models.yaml, a GGUF file or a Hugging Face folder.")
    var model: String

    @Argument(help: "Folder to be written; what is under way lies in OUTPUT.part.")
    var output: String

    @Option(help: "Text whose tokens stay; a file, or one packed by gzip. Any number of times.")
    var calibration: [String]

    @Option(help: "Uses in these texts that a token needs to stay.")
    var minimum = 1

    @Option(
        help:
            "So many merges stay whatever the texts, the first in rank: the commonest of what the model was trained on."
    )
    var first = 0

    @Option(
        help:
            "Folder of an adapter of the model, written to OUTPUT/adapters as it is for the new one. Any number of times."
    )
    var adapter: [String] = []

    @Option(help: "Text that bits per byte are measured on.")
    var text: String?

    @Option(help: "Windows of that text.")
    var windows = 8

    @Option(help: "Tokens of a window.")
    var length = 512

    @Option(help: "Threads. Default: as many as the machine has.")
    var threads: Int?

    func validate() throws {
        try PruningOptions.check(samples: 1, windows: windows, length: length, threads: threads)
        guard !calibration.isEmpty else { throw ValidationError("give at least one --calibration") }
        guard minimum >= 1, first >= 0 else {
            throw ValidationError("--minimum must be at least 1, --first at least 0")
        }
    }

    func run() throws {
        let output = try OutputFolder(output)
        let source = try SourceModel(path: ModelManifest.locate(model))
        let counts = try TokenCounts.read(calibration, Tokenizer(source.file.tokenizer))
        let job = try CompressionJob(
            source, to: output, texts: .init(),
            on: WorkerPool(threads: threads ?? ProcessInfo.processInfo.activeProcessorCount),
            command: PruningOptions.command, tell: PruningOptions.tell)
        let test = try text.map { VocabularyPruning.Test(try SourceText.read($0), windows: windows, length: length) }
        let adapters = try adapter.map { try MovedAdapter($0) }
        let choice = VocabularyPruning.Choice(minimum: minimum, first: first, adapters: adapters)
        let kept = try VocabularyPruning(job, counts, choice, test: test).run()
        print("\(output.path): written with \(kept) tokens")
    }
}
