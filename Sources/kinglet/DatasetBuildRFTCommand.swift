import ArgumentParser
import Datasets
import Documents

/// `kinglet dataset build rft`: a prototype's answers, filtered by a judge.
struct DatasetBuildRFTCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rft",
        abstract: "Have the model answer each request several times and keep what a judge takes to be right.",
        discussion: """
            Rejection sampling as in the paper's 3.2: pairs of request and answer are kept only where the judge says 1. The requests are any \
            set in the canonical form; where nobody knows what is right, --without-reference. Model (remote.stages: [select]) and judge \
            may be on other servers. Every answer is written to OUTPUT.answers.jsonl when it is there, so that the same command goes on where \
            it was cut; with --shard i/n several machines share the work, and their outputs are put behind each other. Docs/Judges.md.

            EXAMPLES
              kinglet dataset build rft --data to-label.jsonl --judge taught --without-reference --rounds 8 --output rft.jsonl
              kinglet dataset build rft --data train.jsonl --judge rules --shard 0/4 --output rft-0.jsonl
            """)

    @OptionGroup var samples: CallsSources
    @OptionGroup var drawing: JudgedRoundsOptions
    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard samples.data.count == 1 else { throw ValidationError("--data: name one file") }
    }

    func run() async throws {
        let rounds = JudgedRounds(samples: samples, options: drawing, settings: try options.load())
        let (rows, records) = try await rounds.run { options, _, sampling in options.sampling = sampling }
        let filtered = FilteredAnswers(rows, records, most: drawing.most)
        try LinesFile.write(filtered.lines(of: samples.data[0], to: drawing.output), to: drawing.output)
        print(
            "\(drawing.output): \(filtered.entries.count) samples of \(filtered.kept) requests; \(rows.count - filtered.kept) have none"
        )
        print("\(filtered.right) of \(filtered.given) answers were judged right by \(drawing.judge)")
    }
}
