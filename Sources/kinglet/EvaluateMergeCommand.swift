import ArgumentParser
import Documents
import Evaluation
import Foundation

/// `kinglet evaluate merge`: runs over parts of the samples as one.
struct EvaluateMergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Make one run of those over parts of the samples.",
        discussion: """
            Each part is a folder that kinglet evaluate calls --shard i/n wrote, from 0/n on. Their settings must be the same, no sample may \
            stand twice, and no part may be missing. In an indexed job of Kubernetes a pod's part is $JOB_COMPLETION_INDEX/n.

            EXAMPLES
              kinglet evaluate calls --data set.jsonl --shard 0/2 --output results/0
              kinglet evaluate calls --data set.jsonl --shard 1/2 --output results/1
              kinglet evaluate merge results/0 results/1 --output results/all
            """)

    @Argument(help: "Folders of results, one a part.")
    var parts: [String]

    @Option(help: "Folder for results.jsonl and the reports.")
    var output: String

    @Flag(help: "Parts may be missing.")
    var partial = false

    @Option(help: "Of the page.")
    var title = "Kinglet evaluation"

    func run() throws {
        let merged = try MergedRuns(try parts.map { try CallsRun(path: $0, mayBeEmpty: true) }, isPartial: partial)
        try merged.write(to: output, title: title)
        print(CallsReport(merged.records).markdown)
    }
}
