import ArgumentParser
import Datasets
import Documents
import Foundation
import Rewards

/// `kinglet dataset export`: a data set for another trainer.
struct DatasetExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a data set as another trainer reads it.",
        discussion: """
            TRL and LLaMA-Factory get calls as tool calls, with the functions as tools. OpenRLHF and verl know no tools: the functions
            stand in the system turn, and --reward says in which form the answer is written. The label that a reward needs
            stands in every line. For LLaMA-Factory, dataset_info.json beside the output gets an entry. Docs/Rewards.md and
            Docs/evaluation-data.md go on from there.

            EXAMPLES
              kinglet dataset export train.jsonl --for trl --output trl.jsonl
              kinglet dataset export train.jsonl --for llamafactory --output data/calls.jsonl
              kinglet dataset export train.jsonl --for openrlhf --reward paper --output prompts.jsonl
              kinglet dataset export train.jsonl --for verl --reward rlla --output verl.jsonl
            """)

    @Argument(help: "A data set in the canonical form, .jsonl or .jsonl.gz.")
    var file: String

    @Option(name: .customLong("for"), help: "trl, llamafactory, openrlhf or verl.")
    var trainer: TrainerFormat

    @Option(help: "The reward that the answer's form is for: exact (JSON alone), paper or rlla.")
    var reward = RewardRule.exact

    @Option(help: "File to be written, .jsonl.")
    var output: String

    func run() throws {
        let data = try DatasetFile(path: file)
        var lines: [JSONValue] = []
        for (index, row) in data.rows.enumerated() {
            guard let taught = TaughtConversation(row) else { continue }
            lines.append(trainer.line(taught, rule: reward, set: data.name, index: index))
        }
        try LinesFile.write(lines, to: output)
        let skipped = data.rows.count - lines.count
        print("\(output): \(lines.count) samples" + (skipped == 0 ? "" : ", \(skipped) skipped that name no answer"))
        if trainer == .llamafactory { try describe() }
    }

    private func describe() throws {
        let file = URL(fileURLWithPath: output)
        let info = file.deletingLastPathComponent().appendingPathComponent("dataset_info.json")
        var known: JSONValue?
        if FileManager.default.fileExists(atPath: info.path) {
            known = try JSONValue(parsing: InputFile.bytes(info.path))
            guard known?.objectValue != nil else { throw ValidationError("\(info.path) is no JSON object") }
        }
        let name = file.deletingPathExtension().lastPathComponent
        let json = TrainerFormat.datasetInfo(name, file: file.lastPathComponent, known: known)
        try LinesFile.write(Data(json.utf8(.spaced) + [0x0A]), to: info)
        print("\(info.path): dataset \(name)")
    }
}

extension TrainerFormat: ExpressibleByArgument {}
extension RewardRule: ExpressibleByArgument {}
