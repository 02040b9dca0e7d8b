import ArgumentParser
import Datasets
import Documents
import Evaluation
import Foundation

/// `kinglet dataset build judge`: labelled answers from right calls.
struct DatasetBuildJudgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "judge",
        abstract: "Make right and wrong answers of a labelled set, to teach or measure a judge.",
        discussion: """
            Of each sample as many right answers are made as wrong ones. Right: as expected, in another order, with another accepted value, \
            in another notation or other capitals, without what may be left out, with a default given, rightly no call. Wrong, by one change: \
            another function, a value missing, extra, changed or swapped, the other outcome, a call too many or too few. The matcher of \
            the data decides that each label is so. The same seed makes the same answers. Docs/Judges.md.

            EXAMPLES
              kinglet dataset build judge --data snips/train.jsonl.gz --count 2000 --seed 1 --output answers.jsonl
              kinglet dataset build judge --data mine.jsonl --count 4000 --output train.jsonl --valid valid.jsonl
            """)

    @Option(help: "A labelled set, .jsonl or .jsonl.gz.")
    var data: String

    @Option(help: "Answers, half of them right.")
    var count = 2000

    @Option(help: "Right answers of a sample, and as many wrong ones.")
    var perSample = 2

    @Option(help: "Of all draws.")
    var seed: UInt64 = 0

    @Option(help: "File for the answers, .jsonl.")
    var output: String

    @Option(help: "File for every tenth sample's answers, which --output has none of.")
    var valid: String?

    func validate() throws {
        guard (2...10_000_000).contains(count), (1...16).contains(perSample) else {
            throw ValidationError("--count must be in 2...10000000, --per-sample in 1...16")
        }
    }

    func run() throws {
        let file = try DatasetFile(path: data)
        let name = file.name.replacing("/", with: "-")
        let isHeld = { (row: DatasetFile.Row) in valid != nil && AnswerSet.isHeldBack(row.sample.id) }
        try write(file.rows.filter { !isHeld($0) }, count, name, to: output)
        if let valid { try write(file.rows.filter(isHeld), max(2, count / 9), name, to: valid) }
    }

    private func write(_ rows: [DatasetFile.Row], _ count: Int, _ name: String, to path: String) throws {
        let set = AnswerSet(rows, count: count, perLabel: perSample, seed: seed)
        guard !set.entries.isEmpty else { throw ValidationError("\(data): no answer can be made of its samples") }
        try LinesFile.write(set.lines(of: data, name: name, to: path), to: path)
        print("\(path): \(set.entries.count) answers")
        for kind in AnswerKind.allCases {
            guard let count = set.counts[kind] else { continue }
            print("  \(kind.isRight ? 1 : 0) \(kind.rawValue) \(count)")
        }
    }
}
