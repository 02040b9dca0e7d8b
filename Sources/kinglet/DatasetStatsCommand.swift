import ArgumentParser
import Datasets
import Documents

/// `kinglet dataset stats`: what data sets are made of.
struct DatasetStatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats",
        abstract: "Count what data sets are made of, and how much their texts differ.",
        discussion: """
            A table like the paper's table 1: samples, functions offered and called, parameters, and on 700 entries the ratio of
            different 2-grams of characters (TTR) and their entropy in bits (appendix A).

            EXAMPLES
              kinglet dataset stats train.jsonl valid.jsonl.gz
              kinglet dataset stats valid.jsonl --paper
              kinglet dataset stats train.jsonl --json
            """)

    @Argument(help: "Data sets in the canonical form, .jsonl or .jsonl.gz.")
    var files: [String]

    @Option(help: "Which 700 entries TTR and entropy are measured on.")
    var seed: UInt64 = 0

    @Flag(help: "The paper's rows below.")
    var paper = false

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let sets = try files.map { DatasetStatistics(try DatasetFile(path: $0), seed: seed) }
        let table = StatisticsTable(sets, withPublished: paper)
        print(json ? table.json.text(.spaced) : table.text)
    }
}
