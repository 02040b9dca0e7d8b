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

/// What the verbs share that keep what a judge takes to be right of what a prototype says.
struct JudgedRoundsOptions: ParsableArguments {
    @Option(help: "Who filters: a judge of judging.folder, or local.")
    var judge: String

    @Flag(help: "The judge does not see what is right.")
    var withoutReference = false

    @Option(help: "How often each request is put.")
    var rounds = 4

    @Option(help: "Of what is drawn; 0 gives the same each time.")
    var temperature = 0.8

    @Option(help: "Different ones kept of a request.")
    var most = 1

    @Option(help: "The part i/n of the requests, from 0/n on, by their ids.")
    var shard: Shard?

    @Option(help: "File for the samples, .jsonl.")
    var output: String

    func validate() throws {
        guard (1...64).contains(rounds), (1...64).contains(most) else {
            throw ValidationError("--rounds and --most must be in 1...64")
        }
        guard (0...2).contains(temperature) else { throw ValidationError("--temperature must be in 0...2") }
    }
}

/// Requests put to a prototype round by round, each answer judged and kept when it is there.
struct JudgedRounds {
    /// What answers: made once for all rounds.
    struct Tools {
        let model: LoadedModel
        let embedding: LoadedEmbedder
        let stages: RemoteStages
    }

    let samples: CallsSources
    let options: JudgedRoundsOptions
    let settings: Settings

    /// The requests, and the answers of all rounds.
    ///
    /// - Parameters:
    ///   - more: what else must be the same for a run to go on.
    ///   - set: how a round answers.
    func run(
        _ more: JSONObject = [:], check: (CallsEvaluation.Source) throws -> Void = { _ in },
        set: (inout CallsEvaluation.Options, Tools, Sampling) throws -> Void
    ) async throws -> (rows: [DatasetFile.Row], records: [CallsRecord]) {
        let all = try samples.sources()[0]
        let source = options.shard.map { all.part($0) } ?? all
        try check(source)
        let model = try await LoadedModel.load(settings)
        defer { model.engine.stop() }
        let embedding = try await LoadedEmbedder.load(settings, on: model.base)
        defer { embedding.embedder?.stop() }
        let judge = try CallsJudging(settings, model)
            .judge(named: options.judge, hasReference: !options.withoutReference)
        let stages = RemoteStages(settings.remote, environment: ProcessInfo.processInfo.environment)
        let tools = Tools(model: model, embedding: embedding, stages: stages)
        var pipeline = try Pipeline(generator: model.engine, catalog: FunctionCatalog(), settings: settings.pipeline)
        if let prototype = stages[.select] { pipeline.ask(prototype) }
        // What cannot be made is told before anything is written.
        let evaluations = try await evaluations(tools, judge, set)
        let identity = identity(judge).merging(more) { $1 }
        let results = try CallsResults(path: "\(options.output).answers.jsonl", identity: .object(identity))
        for (round, evaluation) in evaluations.enumerated() {
            try await CallsEvaluation(pipeline, options: evaluation)
                .run([source.named("round \(round + 1)")], known: results.known) { record in
                    try results.append(record)
                    if results.records.count % 25 == 0 {
                        tell("\(results.records.count) of \(source.samples.count * options.rounds) answers")
                    }
                }
        }
        let wanted = Set(source.samples.map(\.id))
        let rows = try DatasetFile(path: samples.data[0]).rows.filter { wanted.contains($0.sample.id) }
        return (rows, results.records)
    }

    /// How each round answers.
    private func evaluations(
        _ tools: Tools, _ judge: SampleJudge, _ set: (inout CallsEvaluation.Options, Tools, Sampling) throws -> Void
    ) async throws -> [CallsEvaluation.Options] {
        var all: [CallsEvaluation.Options] = []
        for round in 0..<options.rounds {
            var evaluation = try await samples.evaluation(tools.embedding, settings)
            (evaluation.judge, evaluation.adapters) = (judge, tools.model.engine.adapters)
            var sampling = Sampling()
            sampling.temperature = Float(options.temperature)
            sampling.seed = samples.seed &+ UInt64(round) &+ 1
            try set(&evaluation, tools, sampling)
            all.append(evaluation)
        }
        return all
    }

    /// What must be the same for a run to go on.
    private func identity(_ judge: SampleJudge) -> JSONObject {
        var identity: JSONObject = [
            "model": .string(settings.model.path), "format": .string(settings.model.format),
            "calling": .string("\(settings.pipeline)"), "data": .string(samples.data[0]),
            "temperature": .number(options.temperature), "seed": .string("\(samples.seed)"),
            "shard": options.shard.map { .string("\($0)") } ?? .null,
        ]
        identity.merge(judge.identity) { $1 }
        for (name, value) in samples.identity { identity[name] = value.map { .string($0) } ?? .null }
        return identity
    }

    private func tell(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}
