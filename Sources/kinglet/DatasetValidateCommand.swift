import ArgumentParser
import Datasets
import Foundation

/// `kinglet dataset validate`: what is wrong in data sets.
struct DatasetValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Say what is wrong in data sets, line by line; exit status 1 if anything is.",
        discussion: """
            Every line is read, and every pool. Wrong are: what is no sample, ids that stand twice, functions that are expected and
            not offered, calls that their schemas refuse, outcomes and calls that contradict each other. Samples that stand
            twice, requests with two answers and schemas that could not be enforced are said with "look at" and are no errors.

            EXAMPLES
              kinglet dataset validate train.jsonl valid.jsonl
              kinglet dataset validate train.jsonl --strict --limit 0
            """)

    @Argument(help: "Data sets in the canonical form, .jsonl or .jsonl.gz.")
    var files: [String]

    @Option(help: "Lines shown of each file; 0: all.")
    var limit = 50

    @Flag(help: "What is worth a look is an error too.")
    var strict = false

    func validate() throws {
        guard limit >= 0 else { throw ValidationError("--limit must not be negative") }
    }

    func run() throws {
        var isRight = true
        for file in files {
            let check = try DatasetCheck(path: file)
            let shown = limit == 0 ? check.faults[...] : check.faults.prefix(limit)
            for fault in shown { print(fault) }
            if shown.count < check.faults.count { print("… and \(check.faults.count - shown.count) more") }
            let warnings = check.faults.count - check.errors
            print("\(file): \(check.samples) samples, \(check.errors) errors, \(warnings) to look at")
            if check.errors > 0 || (strict && warnings > 0) { isRight = false }
        }
        if !isRight { throw ExitCode(1) }
    }
}
