import ArgumentParser
import Datasets
import Documents
import Evaluation
import Foundation
import Inference
import Kernels
import ModelFiles
import ModelStore
import Models
import OrderedCollections
import Tokenization
import Training

/// `kinglet train retriever`: an adapter that makes vectors of queries and functions on the model that answers them.
struct TrainRetrieverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retriever",
        abstract: "Teach the model to find functions: vectors of queries near those of the functions they ask for.",
        discussion: """
            What comes out is an adapter of the model's lower layers. Served as embedding.model, it makes the vectors of
            retrieval and of /v1/embeddings with the weights that are in memory already. A step takes queries of one pool:
            what the others of the step want is wrong for each. The same command goes on where a killed one stopped.

            EXAMPLES
              kinglet train retriever --data nlu/train.jsonl.gz --data ha-intents/train.jsonl.gz:4000 --output finder
              kinglet evaluate retrieval --data nlu/valid.jsonl --set embedding.model=$PWD/finder
              kinglet serve --set embedding.model=$PWD/finder
            """)

    @Option(
        help:
            "Samples, .jsonl or .jsonl.gz, with their pool or functions of their own; FILE:COUNT draws so many. May stand several times."
    )
    var data: [String]

    @Option(help: "A pool for all of them; else each sample's own.")
    var pool: String?

    @Option(help: "Take all samples, or those of a split by the hash of their ids: all, train, valid.")
    var split = "all"

    @Option(help: "A name of Config/models.yaml, a GGUF file or a Hugging Face folder.")
    var model = "qwen2.5-coder-0.5b-instruct"

    @Option(help: "Folder for adapter, log and checkpoint.")
    var output: String

    @Option(help: "Samples whose loss is watched: those that --split leaves out. May stand several times.")
    var valid: [String] = []

    @Option(help: "Steps between looks at --valid; 0: at the end only.")
    var validEvery = 0

    @Option(help: "Steps between checkpoints; 0: none.")
    var checkpointEvery = 50

    @Option(help: "Threads. Default: as many as the machine has.")
    var threads: Int?

    @OptionGroup var method: FinderMethodOptions

    func validate() throws {
        guard !data.isEmpty else { throw ValidationError("--data: name at least one file") }
        guard RetrieverSplit(rawValue: split) != nil else {
            throw ValidationError("--split must be all, train or valid")
        }
        guard validEvery >= 0, checkpointEvery >= 0, threads.map({ (1...1024).contains($0) }) ?? true else {
            throw ValidationError("--valid-every and --checkpoint-every must not be negative, --threads in 1...1024")
        }
    }

    func run() async throws {
        guard !AdapterFiles.exist(in: output) else {
            // Killed between its last file and the end.
            if TrainingRun.clear(output) { throw CleanExit.message("\(output): written") }
            throw ValidationError("\(output) holds a finished training. Give another --output")
        }
        let path = try ModelManifest.locate(model)
        let file = try ModelFile.open(path: path)
        let recipe = try method.recipe(for: file.description)
        let texts = FinderSequences(try Tokenizer(file.tokenizer), recipe)
        let part = RetrieverSplit(rawValue: split) ?? .all, samples = try self.samples(data, part)
        let watched = try valid.isEmpty ? nil : self.samples(valid, part.rest)
        let lower = LowerLayers(file, count: recipe.layers)
        let plan = try method.plan(for: lower.description)
        let decoder = try decoder(lower, plan)
        let training = try FinderRun(
            decoder, plan, FinderData(samples, texts, recipe),
            validation: watched.map { FinderData($0, texts, recipe) },
            in: .init(
                folder: output, checkpointSteps: checkpointEvery, validationSteps: validEvery,
                record: ["base": .string(path), "files": .array(data.map { .string($0) })]))
        var progress = TrainingProgress(done: training.done)
        if training.done > 0 { TrainingSession.tell("going on after step \(training.done)") }
        TrainingSession.tell(
            "\(samples.count) queries, \(samples.documents.count) functions, \(training.steps) steps, "
                + "\(decoder.parameters.count) numbers to learn")
        var card = AdapterCard(layout: nil, functions: nil, files: ["base": path], record: plan.record)
        card.finder = recipe
        for (index, name) in data.enumerated() { card.files["data \(index + 1)"] = DrawnFile(name).path }
        try training.run { step in
            TrainingSession.tell(progress.line(step))
            card.add(step)
        }
        guard let shape = plan.training.adapter else { return }
        try card.write(to: output)
        try AdapterFiles.write(
            Adapter(shape: shape, factors: decoder.parameters), base: model, isShort: true, to: output)
        try training.draw()
        training.finish()
        TrainingSession.tell("\(output): written")
    }

    private func samples(_ files: [String], _ part: RetrieverSplit) throws -> FinderSamples {
        var samples = FinderSamples()
        for file in files.map({ DrawnFile($0) }) {
            var reading = FinderSamples.Reading()
            (reading.pool, reading.split, reading.limit) = (pool, part, file.count)
            (reading.seed, reading.others) = (method.descent.seed, method.others)
            try samples.add(file.path, reading)
        }
        return samples
    }

    private func decoder(_ source: LowerLayers<ModelFile>, _ plan: FinderPlan) throws -> TrainingDecoder {
        guard let shape = plan.training.adapter else { throw ValidationError("there is no adapter to train") }
        let threads = WorkerPool(threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
        let factors = ParameterArena.adapter(shape, for: source.description, seed: plan.training.seed)
        return try TrainingDecoder(
            encoding: .weights(of: source), of: source.description, training: Adapter(shape: shape, factors: factors),
            precision: plan.training.precision, on: threads)
    }
}

extension FinderData {
    /// Texts as tokens, as they will be asked for.
    init(_ samples: FinderSamples, _ texts: FinderSequences, _ recipe: FinderRecipe) {
        func tokens(_ text: String, isQuery: Bool) -> [Int32] {
            texts.sequence(text, isQuery: isQuery, limit: recipe.maximumTokens)
        }
        self.init(
            sources: samples.sources.map { requests in
                requests.map {
                    Query(tokens: tokens($0.text, isQuery: true), wanted: $0.wanted, others: $0.others)
                }
            }, documents: samples.documents.map { tokens($0, isQuery: false) })
    }
}
