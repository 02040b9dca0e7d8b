import ArgumentParser
import Compression
import Foundation
import Kernels
import ModelFiles
import ModelStore
import Tokenization

/// `kinglet perplexity`: what a weight format costs in likelihood, on windows of a text.
struct PerplexityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "perplexity",
        abstract: "Perplexity of a model on a text, to compare weight formats.",
        discussion: """
            The text as it is, cut into windows at equal distances; the second half of each window counts, no token is set
            in front. Compare formats of one model on one text; nothing else is comparable.

            EXAMPLES
              kinglet perplexity qwen2.5-coder-0.5b-instruct --text wiki.valid.txt --format w8a8
              kinglet perplexity model.gguf --text wiki.valid.txt.gz --format f32 --windows 40
            """)

    @Argument(help: "A name of Config/models.yaml, a GGUF file or a Hugging Face folder.")
    var model: String

    @Option(help: "A text file, or one packed by gzip.")
    var text: String

    @Option(help: "f32, bf16, w8a8, w8a16, w4a8, w4a16, fp8 or fp8a16.")
    var format: [String] = ["f32", "w8a8"]

    @Option(name: .customLong("kv-cache"), help: "auto, bf16, f32 or int8, as engine.kv_cache_format.")
    var kvCache = "auto"

    @Option(help: "Windows to score.")
    var windows = 16

    @Option(help: "Tokens of a window.")
    var length = 512

    /// Windows, formats and cache that the decoder knows.
    func validate() throws {
        guard (1...100_000).contains(windows), (4...32768).contains(length) else {
            throw ValidationError("--windows must be in 1...100000, --length in 4...32768")
        }
        for format in format where WeightFormat(rawValue: format) == nil {
            throw ValidationError(
                "--format \(format): must be one of \(WeightFormat.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        guard kvCache == "auto" || KVCacheShape.Element(rawValue: kvCache) != nil else {
            throw ValidationError("--kv-cache \(kvCache): must be one of auto, bf16, f32, int8")
        }
    }

    /// Scores the same windows in each format; the first format is what the others are compared with.
    func run() throws {
        let file = try ModelFile.open(path: ModelManifest.locate(model))
        let text = try TextWindows.read(text, Tokenizer(file.tokenizer), count: windows, length: length)
        let pool = WorkerPool(threads: ProcessInfo.processInfo.activeProcessorCount)
        var reference: Double?
        for format in format.compactMap(WeightFormat.init) {
            let element = KVCacheShape.Element(rawValue: kvCache) ?? CacheChoice(for: format, on: pool).element
            let perplexity = try text.perplexity(of: file, format: format, element: element, on: pool)
            let change = reference.map { String(format: "  %+.2f %%", 100 * (perplexity.value / $0 - 1)) } ?? ""
            print(
                "\(format.rawValue): \(String(format: "%.4f", perplexity.value))\(change)  (\(perplexity.count) tokens)"
            )
            reference = reference ?? perplexity.value
        }
    }
}
