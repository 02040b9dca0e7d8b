import ArgumentParser
import Assembly
import Evaluation
import Foundation
import FunctionCalling
import Inference
import Retrieval
import Service

/// `kinglet evaluate retrieval`: how often the right function is among the first k candidates.
struct EvaluateRetrievalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retrieval",
        abstract: "Measure how often the right function is among the first k candidates.",
        discussion: """
            Several sets are measured one after the other. --examples gives each function of the pool queries of a
            training split; samples with the same text are then not scored.

            EXAMPLES
              kinglet evaluate retrieval --data clinc150/valid.jsonl --retrievers lexical,embedding,hybrid
              kinglet evaluate retrieval --data nlu/valid.jsonl --examples nlu/train.jsonl.gz --per-function 20
              kinglet evaluate retrieval --data sgd/dev.jsonl.gz --pool sgd/pool-dev-x5.json --renaming sgd/sgdx-dev.json:v5
              kinglet evaluate retrieval --data snips/valid.jsonl --data atis/valid.jsonl --json out.json --svg out.svg
              kinglet evaluate retrieval --data Tests/Requests/smart-home.jsonl --languages en,zh --intervals
            """)

    @Option(help: "A .jsonl or .jsonl.gz of samples; may stand several times.")
    var data: [String]

    @Option(help: "A pool for all of them, and their samples as one set; else each sample's own.")
    var pool: String?

    @Option(help: "FILE:VERSION, the new names of a reworded pool.")
    var renaming: String?

    @Option(help: "lexical, embedding, hybrid, description, classifier, all; by comma.")
    var retrievers = "lexical,embedding,hybrid"

    @Option(help: "Numbers of candidates, by comma.")
    var k = "5,7,10,15"

    @Option(help: "Labelled queries that become examples of their functions.")
    var examples: String?

    @Option(help: "Examples a function gets at most.")
    var perFunction = 20

    @Option(help: "A file made by train-classifier, for the retriever classifier.")
    var classifier: String?

    @Option(help: "Score all samples, or those of a split of the file by the hash of their ids: all, train, valid.")
    var split = "all"

    @Option(help: "Score the samples of each of these languages apart; by comma, as in en,zh.")
    var languages: String?

    @Flag(help: "The table shows the 95 % interval of each share (Wilson).")
    var intervals = false

    @Option(help: "Samples of a set at most.")
    var limit: Int?

    @Option(help: "File for the figures.")
    var json: String?

    @Option(help: "File for the plot.")
    var svg: String?

    @OptionGroup var options: SettingsOptions

    /// The retrievers that `--retrievers` names, in its order.
    private var kinds: [RetrieverKind] {
        retrievers.split(separator: ",").compactMap { RetrieverKind(rawValue: String($0)) }
    }
    /// The values of k that a row of the report has.
    private var cuts: [Int] { k.split(separator: ",").compactMap { Int($0) }.filter { $0 > 0 } }

    /// Names of retrievers and numbers, before any data set is read.
    func validate() throws {
        guard !data.isEmpty else { throw ValidationError("--data: name at least one file") }
        guard kinds.count == retrievers.split(separator: ",").count else {
            let known = RetrieverKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--retrievers \(retrievers): must be some of \(known)")
        }
        guard !cuts.isEmpty, cuts.count == k.split(separator: ",").count else {
            throw ValidationError("--k \(k): must be numbers from 1, by comma")
        }
        guard languages.map({ !$0.split(separator: ",").isEmpty }) ?? true else {
            throw ValidationError("--languages must name some, by comma, as in en,zh")
        }
        guard RetrievalEvaluation.Task.Split(rawValue: split) != nil else {
            throw ValidationError("--split must be all, train or valid")
        }
        guard kinds.contains(.classifier) == (classifier != nil) else {
            throw ValidationError("--classifier FILE goes with the retriever classifier")
        }
    }

    /// Measures one set after the other, and writes table, JSON and plot.
    func run() async throws {
        try LinesFile.check(json, svg)
        let settings = try options.load()
        let tool = try await RetrievalTool(settings, needsGenerator: kinds.contains(.description))
        defer { tool.stop() }
        var sections: [RetrievalReport.Section] = []
        let spoken = languages.map { $0.split(separator: ",").map { Optional(String($0)) } } ?? [nil]
        for (files, language) in (pool == nil ? data.map({ [$0] }) : [data]).flatMap({ files in
            spoken.map { (files, $0) }
        }) {
            var plan = try plan(files)
            plan.language = language
            let name = Self.name(files, pool) + (language.map { ", \($0)" } ?? "")
            let task = try RetrievalEvaluation.Task(name: name, plan)
            let start = ContinuousClock.now
            let rows = try await RetrievalEvaluation(cuts: cuts).run(
                task, try await tool.retrievers(kinds, for: task, classifier: classifier))
            sections.append(.init(task: task.name, functions: task.functions.count, rows: rows))
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            FileHandle.standardError.write(Data("\(task.name): \(Int(seconds.rounded(.up))) s\n".utf8))
        }
        var report = RetrievalReport(sections, cuts: cuts)
        report.showsIntervals = intervals
        print(report.markdown)
        if let json { try LinesFile.write(Data(report.json.utf8(.spaced) + [0x0A]), to: URL(fileURLWithPath: json)) }
        if let svg { try LinesFile.write(Data(report.svg.utf8), to: URL(fileURLWithPath: svg)) }
    }

    /// What is measured of one data set: its samples, pool, examples and renaming.
    private func plan(_ files: [String]) throws -> RetrievalEvaluation.Task.Plan {
        var plan = RetrievalEvaluation.Task.Plan(data: files)
        (plan.pool, plan.examples, plan.examplesPerFunction, plan.limit) = (pool, examples, perFunction, limit)
        plan.split = RetrievalEvaluation.Task.Split(rawValue: split) ?? .all
        if let renaming {
            guard let colon = renaming.lastIndex(of: ":") else {
                throw ValidationError("--renaming \(renaming): must be FILE:VERSION")
            }
            plan.renaming = (String(renaming[..<colon]), String(renaming[renaming.index(after: colon)...]))
        }
        return plan
    }

    /// Folder and pool, as a reader of the table knows them.
    private static func name(_ files: [String], _ pool: String?) -> String {
        let file = URL(fileURLWithPath: pool ?? files.first ?? "")
        let folder = file.deletingLastPathComponent().lastPathComponent
        let name = file.lastPathComponent.prefix { $0 != "." }
        return "\(folder) \(name)"
    }
}
