import ArgumentParser
import Benchmarking
import Configuration
import Documents
import Foundation
import Kernels
import ModelFiles
import Retrieval
import Service
import Telemetry

/// `kinglet bench`: measures machine, kernels, model and server in one process, each figure beside the machine's limit.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract:
            "Measure this machine, the kernels, the model and the server, beside what the machine can do at most.",
        discussion: """
            Sections, in this order:
              peaks      int8, bf16 and f32 arithmetic, and reading memory, on one core and on all
              kernels    the matrix products of the model's shapes for 1 to 512 rows
              attention  paged attention for prompts, answers and both, with and without a shared prefix
              load       from the file to an engine that can answer
              model      cold prompts of 512 and 1792 tokens, steps of 1 to 128 answers
              grammar    compiling schemas, and the token mask of every step
              http       QPS and response times by number of clients: W-paper, W-decode, W-cold

            Close other programs first: peaks and figures are only as good as the machine is idle.

            EXAMPLES
              kinglet bench
              kinglet bench qwen2.5-coder-0.5b-instruct --format bf16 --only peaks,kernels
              kinglet bench --shape 0.4b-896x3328 --only model,http --json pruned.json
              kinglet bench --only grammar --schemas pool.json
            """)

    @Argument(help: "A name of Config/models.yaml, a GGUF file or a Hugging Face folder; else the one of the settings.")
    var model: String?

    @Option(
        help: ArgumentHelp(
            "Random weights of a shape: \(ModelDescription.shapeNames.joined(separator: ", ")), or 0.5B with other sizes.",
            valueName: "name"))
    var shape: String?

    @Option(help: "f32, bf16, w8a8, w8a16, w4a8, w4a16, fp8 or fp8a16; else the one of the settings.")
    var format: String?

    @Option(help: "Sections, as in peaks,kernels; all without it.")
    var only: String?

    @Option(help: "Seconds that a point of the load test sends requests for; all else takes a share of it.")
    var seconds = 10.0

    @Option(help: "Threads of the kernels; 0: one for each core.")
    var threads: Int?

    @Option(help: "JSON file of functions or schemas for the grammar section.")
    var schemas: String?

    @Option(help: "Only the vector index: numbers of vectors, as in 16000,1000000; a line of JSON each.")
    var index: String?

    @Option(help: "Queries at a time, for --index.")
    var batch = "1"

    @Option(help: "File that all figures are written to.")
    var json: String?

    @Option(
        help: "A YAML file of settings. Default: Config/kinglet.yaml here or above the program, else of /etc/kinglet.")
    var config: String?

    /// Refuses what cannot be measured, before a model is loaded.
    func validate() throws {
        guard model == nil || shape == nil else { throw ValidationError("give a model or --shape, not both") }
        guard seconds >= 0.1, seconds <= 3600 else { throw ValidationError("--seconds must be in 0.1...3600") }
        guard 0...1024 ~= threads ?? 0 else { throw ValidationError("--threads must be in 0...1024") }
        if let format, WeightFormat(rawValue: format) == nil {
            let known = WeightFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--format \(format): must be one of \(known)")
        }
    }

    /// Runs the plan's sections and prints each line as soon as it is known, or, with `--index`, the vector index
    /// alone.
    func run() async throws {
        try LinesFile.check(json)
        LineLogHandler.bootstrap(format: .text, level: .warning)
        if let index { return try searchVectors(index) }
        let file = config ?? StandardFile.path("kinglet.yaml")
        var settings = try Settings.load(flags: [:], environment: ProcessInfo.processInfo.environment, file: file)
        if let model { settings.model.path = model }
        settings.model.format = format ?? settings.model.format
        settings.model.threads = threads ?? settings.model.threads
        let plan = BenchmarkPlan(
            settings: settings, shape: try shape.map { try ModelDescription(shape: $0) },
            sections: try BenchmarkPlan.sections(only), seconds: seconds, schemas: schemas)
        let figures = try await Benchmark(plan).run { line in
            print(line)
            fflush(nil)
        }
        if let json { try LinesFile.write(Data(figures.utf8(.spaced) + [0x0A]), to: URL(fileURLWithPath: json)) }
    }

    /// Times the vector index: one point for each number of vectors, all precisions and batch sizes.
    private func searchVectors(_ sizes: String) throws {
        let rows = sizes.split(separator: ",").compactMap { Int($0) },
            batches = batch.split(separator: ",").compactMap { Int($0) }
        guard !rows.isEmpty, !batches.isEmpty, rows.allSatisfy({ (1...4_000_000).contains($0) }),
            batches.allSatisfy({ (1...4096).contains($0) })
        else { throw ValidationError("--index and --batch take numbers from 1, by comma") }
        for count in rows {
            IndexBenchmark().run(
                rows: count, batches: batches, precisions: VectorIndex.Precision.allCases, threads: max(1, threads ?? 1)
            ) { point in
                print(point.json.text())
                fflush(nil)
            }
        }
    }
}
