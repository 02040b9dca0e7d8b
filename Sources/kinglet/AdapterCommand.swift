import ArgumentParser
import Assembly
import Foundation
import FunctionCalling
import Service

/// `kinglet adapter`: the two verbs that look at adapters without a server.
struct AdapterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adapter", abstract: "Check an adapter, or draft one from a legacy stack's files.",
        subcommands: [Check.self, Import.self])
}

extension AdapterCommand {
    /// `kinglet adapter check`: compares an adapter with its pool and prints what is unknown or not mapped.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Report functions, parameters and enum values that an adapter does not map.",
            discussion: """
                Exits with 1 for a name that the pool lacks; with --strict also for what is not mapped.

                EXAMPLES
                  kinglet adapter check Config/adapters/smart-home.yaml --pool Config/pools/smart-home.yaml
                """)

        @Argument(help: "The adapter's file.")
        var adapter: String

        @Option(help: "The pool's file.")
        var pool: String

        @Flag(help: "Fail for what is not mapped, too.")
        var strict = false

        func run() throws {
            let report = try AdapterReport(adapter: adapter, pool: pool)
            print(report.text)
            if report.isFaulty || strict && !report.isComplete { throw ExitCode.failure }
        }
    }

    /// `kinglet adapter import`: writes a pool and an adapter, drafted from the files of Rasa or LUIS, for a person to
    /// mend.
    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Draft a pool and an adapter from a Rasa project or a LUIS export.",
            discussion: """
                Writes <out>/pools/<name>.yaml and <out>/adapters/<name>.yaml; files that are there stay as they are.

                EXAMPLES
                  kinglet adapter import rasa/domain.yml rasa/data/nlu.yml --name bank --out Config
                  kinglet adapter import luis-export.json --name bank --out Config
                """)

        @Argument(help: "Rasa's domain and NLU files (YAML), or one LUIS export (JSON).")
        var files: [String]

        @Option(help: "The name of pool and adapter.")
        var name: String

        @Option(help: "The folder with pools/ and adapters/.")
        var out = "Config"

        func run() throws {
            let draft = try LegacyFiles.draft(files, name: name)
            for path in try LegacyFiles.write(draft, to: out) { print("wrote \(path)") }
            for note in draft.notes { print("look at: \(note)") }
        }
    }
}
