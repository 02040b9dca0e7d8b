import ArgumentParser
import Documents
import Evaluation
import Foundation

/// `kinglet evaluate report`: writes the reports of a run anew.
struct EvaluateReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write the reports of results that are there, without a model.",
        discussion: """
            Reads results.jsonl and writes report.json, report.md, report.html (one page that needs nothing else), samples.csv \
            and junit.xml beside it.

            EXAMPLES
              kinglet evaluate report results/simple
              kinglet evaluate report results/simple --title "Simple, nightly" --output public
            """)

    @Argument(help: "Folder of results, or its results.jsonl.")
    var results: String

    @Option(help: "Folder for the reports. Default: that of the results.")
    var output: String?

    @Option(help: "Of the page.")
    var title = "Kinglet evaluation"

    /// Writes the files and prints where they are.
    func run() throws {
        let run = try CallsRun(path: results)
        let folder = output ?? URL(fileURLWithPath: run.path).deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let reports = ReportFiles(title: title, about: run.identity, records: run.records)
        try reports.write(to: folder)
        for file in reports.files { print("\(folder)/\(file.name)") }
    }
}
