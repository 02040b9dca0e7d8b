import ArgumentParser
import Assembly
import Configuration
import Datasets
import Documents
import Evaluation
import Foundation
import FunctionCalling
import Inference
import OrderedCollections

/// `kinglet dataset build rft`: a prototype's answers, filtered by a judge.
struct DatasetBuildRFTCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rft",
        abstract: "Have the model answer each request several times and keep what a judge takes to be right.",
        discussion: """
            Rejection sampling as in the paper's 3.2: pairs of request and answer are kept only where the judge says 1. The requests are any \
            set in the canonical form; where nobody knows what is right, --without-reference. Model (remote.stages: [select]) and judge \
            may be on other servers. Every answer is written to OUTPUT.answers.jsonl when it is there, so that the same command goes on where \
            it was cut; with --shard i/n several machines share the work, and their outputs are put behind each other. Docs/Judges.md.

            EXAMPLES
              kinglet dataset build rft --data to-label.jsonl --judge taught --without-reference --rounds 8 --output rft.jsonl
              kinglet dataset build rft --data train.jsonl --judge rules --shard 0/4 --output rft-0.jsonl
            """)

    @OptionGroup var samples: CallsSources

    @Option(help: "Who filters: a judge of judging.folder, or local.")
    var judge: String

    @Flag(help: "The judge does not see what is right.")
    var withoutReference = false

    @Option(help: "Answers to each request.")
    var rounds = 4

    @Option(help: "Of the answers; 0 gives the same one each time.")
    var temperature = 0.8

    @Option(help: "Different answers kept of a request.")
    var most = 1

    @Option(help: "The part i/n of the requests, from 0/n on, by their ids.")
    var shard: Shard?

    @Option(help: "File for the samples, .jsonl.")
    var output: String

    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard samples.data.count == 1 else { throw ValidationError("--data: name one file") }
        guard (1...64).contains(rounds), (1...64).contains(most) else {
            throw ValidationError("--rounds and --most must be in 1...64")
        }
        guard (0...2).contains(temperature) else { throw ValidationError("--temperature must be in 0...2") }
    }

    func run() async throws {
        let settings = try options.load(), data = samples.data[0]
        let all = try samples.sources()[0]
        let source = shard.map { all.part($0) } ?? all
        let model = try await LoadedModel.load(settings)
        defer { model.engine.stop() }
        let embedding = try await LoadedEmbedder.load(settings, on: model.base)
        defer { embedding.embedder?.stop() }
        let judge = try CallsJudging(settings, model).judge(named: judge, hasReference: !withoutReference)
        let environment = ProcessInfo.processInfo.environment
        var pipeline = try Pipeline(
            generator: model.engine, catalog: FunctionCatalog(), settings: settings.pipeline)
        if let prototype = RemoteStages(settings.remote, environment: environment)[.select] { pipeline.ask(prototype) }
        let results = try CallsResults(path: "\(output).answers.jsonl", identity: identity(settings, judge))
        var options = try await samples.evaluation(embedding, settings)
        (options.judge, options.adapters) = (judge, model.engine.adapters)
        for round in 0..<rounds {
            options.sampling.temperature = Float(temperature)
            options.sampling.seed = samples.seed &+ UInt64(round) &+ 1
            try await CallsEvaluation(pipeline, options: options)
                .run([source.named("round \(round + 1)")], known: results.known) { record in
                    try results.append(record)
                    if results.records.count % 25 == 0 {
                        tell("\(results.records.count) of \(source.samples.count * rounds) answers")
                    }
                }
        }
        let wanted = Set(source.samples.map(\.id))
        let rows = try DatasetFile(path: data).rows.filter { wanted.contains($0.sample.id) }
        let filtered = FilteredAnswers(rows, results.records, most: most)
        try LinesFile.write(filtered.lines(of: data, to: output), to: output)
        print(
            "\(output): \(filtered.entries.count) samples of \(filtered.kept) requests; \(rows.count - filtered.kept) have none"
        )
        print("\(filtered.right) of \(filtered.given) answers were judged right by \(self.judge)")
    }

    /// What must be the same for a run to go on.
    private func identity(_ settings: Settings, _ judge: SampleJudge) -> JSONValue {
        var identity: JSONObject = [
            "model": .string(settings.model.path), "format": .string(settings.model.format),
            "calling": .string("\(settings.pipeline)"), "data": .string(samples.data[0]),
            "temperature": .number(temperature), "seed": .string("\(samples.seed)"),
            "shard": shard.map { .string("\($0)") } ?? .null,
        ]
        identity.merge(judge.identity) { $1 }
        for (name, value) in samples.identity { identity[name] = value.map { .string($0) } ?? .null }
        return .object(identity)
    }

    private func tell(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}
