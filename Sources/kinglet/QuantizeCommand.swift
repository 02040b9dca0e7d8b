import ArgumentParser
import Compression
import Foundation
import Kernels
import ModelFiles
import ModelStore
import Tokenization

struct QuantizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quantize",
        abstract: "Make whole numbers of a model's weights.",
        discussion: """
            OUTPUT becomes a Hugging Face folder in the layouts of compressed-tensors, which transformers and vLLM load too;
            embedding, head, norms and biases stay in bf16. gptq rounds so that what layers give of the calibration text
            changes least. Each layer is kept when it is done, and the same command goes on with a run that was ended.

            With --scheme f16, bf16, q8_0, q4_0 or q4_k_m OUTPUT becomes a GGUF file for llama.cpp and what is built on it, with
            tokenizer and chat template, and FILE.json and FILE.md beside it; it has its name when it is whole.

            EXAMPLES
              kinglet quantize qwen2.5-coder-0.5b-instruct small --scheme w4a16 --method gptq --calibration wiki.train.txt
              kinglet quantize qwen2.5-coder-0.5b-instruct small --scheme w4a16 --group 32 --text wiki.valid.txt
              kinglet quantize qwen2.5-coder-0.5b-instruct small --scheme w8a8
              kinglet quantize qwen2.5-coder-0.5b-instruct small --scheme fp8 --text wiki.valid.txt
              kinglet quantize snips-model snips.gguf --scheme q4_k_m --text wiki.valid.txt
              kinglet serve --model small
            """)

    @Argument(help: "A name of Config/models.yaml, a GGUF file or a Hugging Face folder.")
    var model: String

    @Argument(help: "Folder, or FILE.gguf, to be written; what is under way lies in OUTPUT.part.")
    var output: String

    @Option(
        help: """
            w4a16, w8a16 or w8a8: bits of weights, and of what they are multiplied with; fp8: both in floats of 8 bits, E4M3. \
            f16, bf16, q8_0, q4_0 or q4_k_m: a GGUF file.
            """)
    var scheme = QuantizeTarget.folder(.w4a16)

    @Option(help: "Columns that share a scale; 0: a whole row. Default: 128; w8a8 and fp8 have 0 alone.")
    var group: Int?

    @Option(help: "round, or gptq, which needs --calibration.")
    var method = QuantizationPlan.Method.round

    @Option(
        help: "range: the largest number fits; error: the least error. Default: error for gptq in 4 bits, else range.")
    var scales: ScaleChoice?

    @Option(help: "gptq: of the mean of a Hessian's diagonal, added to it.")
    var damping = 0.01

    @Option(help: "gptq: activation, columns with the largest inputs first; or columns, from left to right.")
    var order = Order.activation

    enum Order: String, ExpressibleByArgument, CaseIterable { case activation, columns }

    @Option(help: "gptq: how often all integers are gone over once more. Default: 3 in 4 bits, else 0.")
    var sweeps: Int?

    @Option(help: "Text that gptq sees; a file, or one packed by gzip.")
    var calibration: String?

    @Option(help: "Windows of that text.")
    var samples = 64

    @Option(help: "Tokens of a window, of both texts.")
    var length = 512

    @Option(
        help: "Text that perplexity is measured on. Default: that of --calibration; without either none is measured.")
    var text: String?

    @Option(help: "Windows of that text.")
    var windows = 8

    @Option(help: "Threads. Default: as many as the machine has.")
    var threads: Int?

    func validate() throws {
        try PruningOptions.check(samples: samples, windows: windows, length: length, threads: threads)
        switch scheme {
        case .folder(let scheme): _ = try plan(scheme)
        case .file:
            guard group == nil, method == .round, scales == nil, sweeps == nil, calibration == nil else {
                throw ValidationError(
                    "--group, --method, --scales, --sweeps and --calibration are not for GGUF files. Leave them out")
            }
        }
    }

    private func plan(_ scheme: QuantizationPlan.Scheme) throws -> QuantizationPlan {
        guard damping > 0, damping <= 1 else { throw ValidationError("--damping must be above 0, at most 1") }
        guard (0...100).contains(sweeps ?? 0) else { throw ValidationError("--sweeps must be in 0...100") }
        guard group ?? 0 >= 0, group ?? 0 <= 65536 else { throw ValidationError("--group must be in 0...65536") }
        do {
            var plan = try QuantizationPlan(scheme, method, group: group, choice: scales)
            (plan.damping, plan.ordersByActivation) = (damping, order == .activation)
            if let sweeps { plan.sweeps = sweeps }
            return plan
        } catch {
            throw ValidationError("\(error)")
        }
    }

    private var pool: WorkerPool {
        WorkerPool(threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
    }

    func run() throws {
        switch scheme {
        case .folder(let scheme): try writeFolder(scheme)
        case .file(let scheme): try writeFile(scheme)
        }
        print("\(output): written")
    }

    private func writeFile(_ scheme: GGUFScheme) throws {
        let source = try SourceModel(path: ModelManifest.locate(model))
        let export = try GGUFExport(source, to: output, scheme, on: pool)
        let test = try text.map {
            try TextWindows.read($0, Tokenizer(source.file.tokenizer), count: windows, length: length)
        }
        try export.run(.init(command: PruningOptions.command, test: test, tell: PruningOptions.tell))
    }

    private func writeFolder(_ scheme: QuantizationPlan.Scheme) throws {
        let output = try OutputFolder(output)
        let source = try SourceModel(path: ModelManifest.locate(model))
        let tokenizer = try Tokenizer(source.file.tokenizer)
        var texts = CompressionJob.Texts()
        if let calibration {
            texts.calibration = try TextWindows.read(calibration, tokenizer, count: samples, length: length)
        }
        if let path = text ?? calibration {
            texts.test = try TextWindows.read(path, tokenizer, count: windows, length: length)
        }
        let job = try CompressionJob(
            source, to: output, texts: texts, on: pool, command: PruningOptions.command, tell: PruningOptions.tell)
        try Quantization(job, plan(scheme)).run()
    }
}

extension QuantizationPlan.Method: ExpressibleByArgument {}
extension ScaleChoice: ExpressibleByArgument {}
