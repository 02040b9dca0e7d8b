import ArgumentParser
import Datasets
import Documents
import Foundation
import Functions
import OrderedCollections

/// `kinglet dataset convert`: a data set of another form in the canonical one.
struct DatasetConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Write a data set of another form in the canonical one.",
        discussion: """
            --from
              bfcl     the Berkeley leaderboard: questions, and --answers with the possible answers
              openai   messages and tools, as for fine-tuning; one sample for each answer to a user's turn
              xlam     query, tools and answers, as xlam-function-calling-60k
              toolace  functions in system, calls as Python writes them
              bio      slot filling: a folder with seq.in, seq.out and label; or words, a tab, and tags with the intent last; or a word
                       and its tag a line (CoNLL) under # intent: NAME
              rasa     NLU files of a project, or its folder
              luis     the export of an application
            Of the last three intents become functions and slots their parameters; the pool is written beside the output as NAME.pool.json. Of
            the others each sample has its functions with it, their names as pools take them and Python's types as JSON Schema. What is left
            out is counted by its reason.

            EXAMPLES
              kinglet dataset convert --from xlam xlam_function_calling_60k.json --output xlam.jsonl
              kinglet dataset convert --from bfcl BFCL_v4_multiple.json --answers possible_answer/BFCL_v4_multiple.json --output m.jsonl
              kinglet dataset convert --from bio snips/train --output snips.jsonl
              kinglet dataset convert --from rasa my-bot/data --output bot.jsonl
              kinglet dataset convert --from openai chats.jsonl --text request_unclear --output chats.canonical.jsonl
            """)

    @Argument(help: "Files of that form; of bio and rasa folders too.")
    var files: [String]

    @Option(help: "bfcl, openai, xlam, toolace, bio, rasa or luis.")
    var from: ForeignFormat

    @Option(help: "The possible answers of bfcl.")
    var answers: String?

    @Option(
        help:
            "What an answer in text means, in openai and toolace: no_appropriate_function or request_unclear. Default: left out."
    )
    var text: Outcome?

    @Option(help: "File to be written, .jsonl.")
    var output: String

    func validate() throws {
        guard answers == nil || from == .bfcl else { throw ValidationError("--answers is for --from bfcl") }
        guard text != .call else { throw ValidationError("--text must be no_appropriate_function or request_unclear") }
    }

    func run() throws {
        let set = try from.read(files, answers: answers, text: text)
        guard !set.samples.isEmpty else {
            for (note, times) in set.notes { tell(note, times) }
            throw ValidationError("\(files.joined(separator: ", ")): no sample of the form \(from.rawValue)")
        }
        let file = URL(fileURLWithPath: output), name = file.deletingPathExtension().lastPathComponent
        let pool = "\(name).pool.json"
        if !set.pool.isEmpty {
            let json: JSONValue = ["functions": .array(set.pool.map(\.json))]
            let path = file.deletingLastPathComponent().appendingPathComponent(pool)
            try LinesFile.write(Data(json.utf8(.spaced) + [0x0A]), to: path)
            print("\(path.relativePath): \(set.pool.count) functions")
        }
        try LinesFile.write(set.lines(name: name, pool: pool), to: output)
        print("\(output): \(set.samples.count) samples")
        for (note, times) in set.notes { tell(note, times) }
        let check = try DatasetCheck(path: output)
        if check.errors > 0 { tell("\(check.errors) errors in it: kinglet dataset validate \(output)", 1) }
    }

    private func tell(_ note: String, _ times: Int) {
        let line = times == 1 ? note : "\(note) (\(times) times)"
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}

extension ForeignFormat: ExpressibleByArgument {}
extension Outcome: ExpressibleByArgument {}
