import ArgumentParser
import Assembly
import CallRules
import Configuration
import Documents
import Evaluation
import Foundation
import FunctionCalling
import Functions
import Inference
import Judging
import ModelFiles
import Service

/// `kinglet evaluate calls`: data sets through the pipeline, and a report of what is right.
struct EvaluateCallsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls",
        abstract: "Answer data sets in this process and compare with what is right.",
        discussion: """
            Reads samples in the canonical form (.jsonl or .jsonl.gz). Sets of the Berkeley leaderboard are scored by its AST \
            match, others by exact or possible answers. A run that was cut goes on where it stopped. `kinglet evaluate diff` compares two.

            EXAMPLES
              kinglet evaluate calls --data data/bfcl/simple.jsonl.gz --limit 50 --seed 3
              kinglet evaluate calls --data data/snips/valid.jsonl --style full --output results/snips
              kinglet evaluate calls --data data/clinc150/valid.jsonl --retriever hybrid --top-k 10
              kinglet evaluate calls --data data/snips/valid.jsonl --examples data/snips/train.jsonl.gz
              kinglet evaluate calls --data data/sgd/dev.jsonl.gz --shard 0/4 --output results/0
              kinglet evaluate calls --data data/sgd/dev.jsonl.gz --best-of 4 --best-by taught
              kinglet evaluate calls --data data/sgd/dev.jsonl.gz --judge taught --without-reference --output results/sgd
            """)

    @OptionGroup var samples: CallsSources

    @Option(help: "Folder for results.jsonl and the reports (JSON, CSV, JUnit, Markdown, HTML). Default: only print.")
    var output: String?

    @Option(help: "compressed or full, instead of the pool's own style.")
    var style: String?

    @Option(help: "Calls in an answer; 0: 8 where the sample's kind is parallel, else 1.")
    var maxCalls = 0

    @Option(help: "What kinglet calibrate wrote. Default: the standard decision.")
    var choice: String?

    @Option(help: "Folder that kinglet train sft wrote: what was learnt answers.")
    var tuned: String?

    @Flag(help: "Take functions over as kinglet import --patterns does.")
    var patterns = false

    @Option(help: "A rule that does not correct the calls; may be given several times.")
    var without: [String] = []

    @Option(help: "The part i/n of the samples, from 0/n on, by their ids; kinglet evaluate merge puts parts together.")
    var shard: Shard?

    @Option(help: "Answers to each sample of which the judge --best-by chooses one.")
    var bestOf = 1

    @Option(help: "Who chooses: a judge of judging.folder, or local. It never sees what is right.")
    var bestBy: String?

    @Option(
        help: "A judge of judging.folder, or local: it says of each answer whether it is right, beside the matcher.")
    var judge: String?

    @Flag(help: "The judge does not see what is right.")
    var withoutReference = false

    @OptionGroup var options: SettingsOptions

    /// Refuses unknown rules and styles and numbers out of range, before the model is loaded.
    func validate() throws {
        guard (0...16).contains(maxCalls) else { throw ValidationError("--max-calls must be in 0...16") }
        guard (1...16).contains(bestOf) else { throw ValidationError("--best-of must be in 1...16") }
        guard bestOf == 1 || bestBy != nil else { throw ValidationError("--best-of goes with --best-by JUDGE") }
        guard judge != nil || !withoutReference else {
            throw ValidationError("--without-reference goes with --judge NAME")
        }
        guard !samples.data.isEmpty else { throw ValidationError("--data: name at least one file") }
        if let unknown = without.first(where: { !RuleBook.names.contains($0) }) {
            let known = RuleBook.names.joined(separator: ", ")
            throw ValidationError("--without \(unknown): must be one of \(known)")
        }
        if let style, PromptStyle.Form(rawValue: style) == nil {
            throw ValidationError("--style \(style): must be compressed or full")
        }
    }

    /// Answers what the results file does not have yet, then writes and prints the report.
    func run() async throws {
        var settings = try options.load()
        settings.calling.rules.removeAll(where: without.contains)
        let sources = try samples.sources().map { source in shard.map { source.part($0) } ?? source }
        let model = try await LoadedModel.load(settings)
        defer { model.engine.stop() }
        let judging = judge != nil || bestOf > 1 ? try CallsJudging(settings, model) : nil
        let judge = try judge.flatMap { try judging?.judge(named: $0, hasReference: !withoutReference) }
        let chooser = bestOf > 1 ? try judging?.book.judge(named: bestBy) : nil
        let results = try output.map { try self.results(in: $0, settings, judge, chooser) }
        let embedding = try await LoadedEmbedder.load(settings, on: model.base)
        defer { embedding.embedder?.stop() }
        let catalog = FunctionCatalog()
        var pipeline = try Pipeline(generator: model.engine, catalog: catalog, settings: settings.pipeline)
        pipeline.rater = judging?.book
        var records = results?.records ?? []
        let start = ContinuousClock.now
        let wanted = sources.reduce(0) { $0 + $1.samples.count }
        let adapter = try tuned.flatMap { try model.tuned?.read(AdapterFolder($0).parts(), named: $0) }
        var options = try await evaluation(embedding, settings, adapter)
        options.adapter = adapter
        options.adapters = model.engine.adapters
        options.judge = judge
        let evaluation = CallsEvaluation(pipeline, options: options)
        try await evaluation.run(sources, known: results?.known ?? []) { record in
            records.append(record)
            try results?.append(record)
            if records.count % 25 == 0 { note("\(records.count) of \(wanted) samples") }
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        if let output, let results {
            let name = sources.map(\.name).joined(separator: ", ")
            try ReportFiles(title: "Evaluation of \(name)", about: results.identity, records: records).write(to: output)
        }
        print(CallsReport(records).markdown)
        note(String(format: "%.1f s, %.2f samples a second", seconds, Double(records.count) / max(seconds, 0.001)))
    }

    /// How the samples are answered: candidates, examples, number of calls, decision and prompt style.
    private func evaluation(
        _ embedding: LoadedEmbedder, _ settings: Settings, _ adapter: ServedAdapter?
    ) async throws -> CallsEvaluation.Options {
        var evaluation = try await samples.evaluation(embedding, settings, adapter: adapter)
        (evaluation.maxCalls, evaluation.answers, evaluation.chooser) = (maxCalls, bestOf, bestBy)
        evaluation.addsPatterns = patterns
        evaluation.choice = try choice.map { try ChoiceModel.load(path: $0) }
        evaluation.prompt = style.flatMap(PromptStyle.Form.init).map { PromptStyle(form: $0) }
        return evaluation
    }

    /// The results file of `--output`, with what must be the same for a run to go on: model, format, samples, settings.
    private func results(in folder: String, _ settings: Settings, _ judge: SampleJudge?, _ chooser: Judge?) throws
        -> CallsResults
    {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var identity: JSONObject = [
            "model": .string(settings.model.path), "format": .string(settings.model.format),
            "style": style.map { .string($0) } ?? .null, "max_calls": .integer(maxCalls), "patterns": .bool(patterns),
            "calling": .string("\(settings.pipeline)"),
        ]
        for (name, value) in samples.identity + [("choice", choice)] {
            identity[name] = value.map { .string($0) } ?? .null
        }
        if let tuned { identity["tuned"] = .string(tuned) }
        if let shard { identity["shard"] = .string("\(shard)") }
        if let chooser { identity["best_of"] = .string("\(bestOf) by \(chooser.name) \(chooser.versionText)") }
        if let judge { identity.merge(judge.identity) { $1 } }
        return try CallsResults(path: "\(folder)/results.jsonl", identity: .object(identity))
    }

    /// Progress, on standard error: standard output has the report alone.
    private func note(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}

extension Shard: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
