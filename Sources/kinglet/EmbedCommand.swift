import ArgumentParser
import Documents
import Evaluation
import Foundation
import FunctionCalling
import Inference
import ModelFiles
import ModelStore
import Models

/// `kinglet embed`: lines of standard input to vectors, or how long that takes.
struct EmbedCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed",
        abstract: "Turn the lines of standard input into vectors, or measure how fast that goes.",
        discussion: """
            A line is a text, or with --json a JSON string. A vector is a JSON array on a line of standard output, of
            length 1.

            EXAMPLES
              kinglet embed all-minilm-l6-v2 < queries.txt > vectors.jsonl
              kinglet embed all-minilm-l6-v2 --format int8 --bench 1,8,32 < queries.txt
              kinglet embed qwen2.5-coder-0.5b-instruct --query --instruction "Retrieve the API." < queries.txt
            """)

    @Argument(help: "A name of Config/models.yaml, a folder with a BERT encoder, a GGUF file.")
    var model = "all-minilm-l6-v2"

    @Option(help: "f32 or int8.")
    var format = "f32"

    @Option(help: "Threads; 0: one a core.")
    var threads = 0

    @Flag(help: "The lines are queries: the instruction comes first, if the model takes one.")
    var query = false

    @Option(help: "What a decoder is to do with queries.")
    var instruction: String?

    @Flag(help: "A decoder's tokens see all of their text.")
    var bidirectional = false

    @Flag(help: "Lines are JSON strings.")
    var json = false

    @Option(help: "Batch sizes to measure instead, as in 1,8,32; --seconds each.")
    var bench: String?

    @Option(help: "Seconds of a measurement.")
    var seconds = 2.0

    /// Formats, threads and seconds that an encoder can work with.
    func validate() throws {
        guard EncoderFormat(rawValue: format) != nil else { throw ValidationError("--format must be f32 or int8") }
        guard (0...1024).contains(threads) else { throw ValidationError("--threads must be in 0...1024") }
        guard seconds > 0, seconds <= 3600 else { throw ValidationError("--seconds must be in 0...3600") }
        if let bench, batches.isEmpty || batches.count != bench.split(separator: ",").count {
            throw ValidationError("--bench \(bench): must be numbers from 1 to 4096, by comma")
        }
    }

    /// The batch sizes of `--bench` that can be measured.
    private var batches: [Int] {
        (bench ?? "").split(separator: ",").compactMap { Int($0) }.filter { (1...4096).contains($0) }
    }

    /// Reads all lines, encodes them in batches of 1,024 and prints a JSON array a line.
    func run() async throws {
        var recipe = DecoderRecipe()
        (recipe.instruction, recipe.isCausal) = (instruction, !bidirectional)
        let embedder = try Embedder.load(
            path: ModelManifest.locate(model), format: EncoderFormat(rawValue: format) ?? .f32,
            threads: threads > 0 ? threads : ProcessInfo.processInfo.activeProcessorCount, recipe: recipe)
        var lines: [String] = []
        while let line = readLine() {
            guard json else {
                lines.append(line)
                continue
            }
            guard let text = try JSONValue(parsing: Array(line.utf8)).stringValue else {
                throw ValidationError("line \(lines.count + 1) is no JSON string")
            }
            lines.append(text)
        }
        guard !lines.isEmpty else { throw ValidationError("standard input has no lines") }
        if bench != nil { return try await measure(embedder, lines) }
        for start in stride(from: 0, to: lines.count, by: 1024) {
            let result = try await embedder.embed(Array(lines[start..<min(start + 1024, lines.count)]), isQuery: query)
            for row in stride(from: 0, to: result.vectors.count, by: result.dimensions) {
                let numbers = result.vectors[row..<row + result.dimensions].map(\.description)
                print("[" + numbers.joined(separator: ",") + "]")
            }
        }
    }

    /// One call after the other, as many lines each as the batch has; JSON of the median and of texts a second.
    private func measure(_ embedder: Embedder, _ lines: [String]) async throws {
        for size in batches {
            var times: [Double] = [], next = 0, tokens = 0
            let start = ContinuousClock.now
            while times.count < 5 || ContinuousClock.now - start < .seconds(seconds) {
                let batch = (next..<next + size).map { lines[$0 % lines.count] }
                next += size
                let before = ContinuousClock.now
                tokens += try await embedder.embed(batch, isQuery: query).tokens
                times.append((ContinuousClock.now - before) / .milliseconds(1))
            }
            times.sort()
            let (median, mean) = (times[times.count / 2], times.reduce(0, +) / Double(times.count))
            print(
                JSONValue.object([
                    "batch": .integer(size), "median_ms": .number(median), "mean_ms": .number(mean),
                    "p95_ms": .number(times[times.count * 95 / 100]),
                    "texts_per_second": .number(Double(size) / mean * 1000),
                    "tokens_per_text": .number(Double(tokens) / Double(next)),
                ]).text())
        }
    }
}
