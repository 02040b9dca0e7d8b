import ArgumentParser
import Documents
import Evaluation
import Foundation

/// `kinglet evaluate diff`: is the second run worse than the first?
struct EvaluateDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compare two results sample by sample; fail if the second is significantly worse.",
        discussion: """
            Lists samples that were right and are wrong now, and the other way round, with McNemar's exact test. Says nothing \
            where there is no difference. Exit status: 0 not worse, 1 worse, 2 the results cannot be read.

            EXAMPLES
              kinglet evaluate diff results/main results/branch
              kinglet evaluate diff results/main results/branch --level 0.01 --list 10 --json diff.json
            """)

    @Argument(help: "Folder of results, or its results.jsonl, to compare with.")
    var before: String

    @Argument(help: "The same of the run that may be worse.")
    var after: String

    @Option(help: "Worse is what chance explains in less than this share of cases.")
    var level = 0.05

    @Option(help: "Samples of each kind that are listed.")
    var list = 50

    @Option(help: "File for the figures and all samples that changed.")
    var json: String?

    /// Refuses levels that are none.
    func validate() throws {
        guard level > 0, level < 1 else { throw ValidationError("--level must be between 0 and 1") }
        guard list >= 0 else { throw ValidationError("--list must not be negative") }
    }

    /// Prints the difference, and ends with 1 where it counts.
    func run() throws {
        let diff: CallsDiff
        do {
            diff = CallsDiff(try CallsRun(path: before).records, try CallsRun(path: after).records)
            guard diff.before.total > 0 else {
                throw DocumentError(path: after, reason: "has no sample of \(before)")
            }
            if let json { try ReportFiles.write(diff.json(level: level).text(.spaced) + "\n", to: json) }
        } catch {
            FileHandle.standardError.write(Data("Error: \(error)\n".utf8))
            throw ExitCode(2)
        }
        print(diff.markdown(level: level, limit: list), terminator: "")
        if diff.isWorse(level: level) { throw ExitCode(1) }
    }
}
