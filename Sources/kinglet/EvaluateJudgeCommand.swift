import ArgumentParser
import Assembly
import Configuration
import Documents
import Evaluation
import Foundation
import Judging
import OrderedCollections

/// `kinglet evaluate judge`: is the judge right?
struct EvaluateJudgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge",
        abstract: "Put labelled answers to a judge and compare its verdicts with the labels.",
        discussion: """
            Reads answers with labels (.jsonl or .jsonl.gz; Docs/evaluation-data.md), as kinglet dataset build judge makes them. Reports \
            agreement, Cohen's kappa, the confusion, each kind of answer, and how often a right answer is taken to be better than a \
            wrong one to the same question. A run that was cut goes on where it stopped. Docs/Judges.md.

            EXAMPLES
              kinglet evaluate judge --data data/judge.jsonl.gz --judge rules
              kinglet evaluate judge --data data/judge.jsonl.gz --judge taught --without-reference --split valid --output results/judge
            """)

    @Option(help: "Answers with labels.")
    var data: String

    @Option(help: "A judge of judging.folder, or local.")
    var judge = JudgeBook.local

    @Flag(help: "The judge does not see what is right.")
    var withoutReference = false

    @Flag(help: "No rule decides, and the model is not told what they say.")
    var withoutRules = false

    @Option(help: "Answers to all questions, or to those of a split by the hash of the question: all, train, valid.")
    var split = RetrievalEvaluation.Task.Split.all

    @Option(help: "So many answers, drawn by the seed. Default: all.")
    var limit: Int?

    @Option(help: "Which answers a limit draws.")
    var seed: UInt64 = 0

    @Option(help: "Answers at the same time.")
    var inFlight = 16

    @Option(help: "Folder for results.jsonl and the reports (JSON, Markdown, HTML). Default: only print.")
    var output: String?

    @OptionGroup var options: SettingsOptions

    /// Numbers in range, before anything is read.
    func validate() throws {
        guard (1...1024).contains(inFlight), limit.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--in-flight must be in 1...1024, --limit above 0")
        }
    }

    /// Judges what the results do not have yet, then writes and prints the report.
    func run() async throws {
        let settings = try options.load()
        let (dataset, labelled) = try Dataset.labelled(path: data)
        let answers = LabelledAnswer.drawn(labelled, split, limit: limit, seed: seed)
        guard !answers.isEmpty else { throw ValidationError("\(data): no answer is left to judge") }
        let opened = try await OpenedJudge.open(judge, settings, environment: ProcessInfo.processInfo.environment)
        defer { opened.stop() }
        guard let asked = withoutRules ? opened.judge.withoutRules : opened.judge else {
            throw ValidationError("--without-rules: the judge \(judge) has nothing but rules")
        }
        let results = try output.map { try self.results(in: $0, asked, settings) }
        let wanted = Set(answers.map(\.sample.id))
        var records = results?.records.filter { wanted.contains($0.id) } ?? []
        let evaluation = JudgeEvaluation(asked, hasReference: !withoutReference, inFlight: inFlight)
        try await evaluation.run(dataset, answers, known: results?.known ?? []) { record in
            records.append(record)
            try results?.append(record)
            if records.count % 100 == 0 { note("\(records.count) of \(answers.count) answers") }
        }
        if let output, let results {
            try ReportFiles(title: "The judge \(judge)", about: results.identity, judge: records).write(to: output)
        }
        print(JudgeReport(records).markdown, terminator: "")
    }

    /// The results file of `--output`, with what must be the same for a run to go on.
    private func results(
        in folder: String, _ judge: Judge, _ settings: Settings
    ) throws -> ResultsFile<JudgeRecord> {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let identity: JSONObject = [
            "data": .string(data), "judge": .string(judge.name), "version": .string(judge.versionText),
            "reference": .bool(!withoutReference), "rules": .bool(!withoutRules),
            "format": .string(settings.model.format),
        ]
        return try ResultsFile(path: "\(folder)/results.jsonl", identity: .object(identity))
    }

    /// Progress, on standard error: standard output has the report alone.
    private func note(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}

extension RetrievalEvaluation.Task.Split: ExpressibleByArgument {}
