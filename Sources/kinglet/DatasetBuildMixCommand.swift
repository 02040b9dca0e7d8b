import ArgumentParser
import Datasets
import Documents
import Foundation

/// `kinglet dataset build mix`: samples of many sets, to teach a caller of any functions.
struct DatasetBuildMixCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mix",
        abstract: "Put samples of many sets together, each with its functions, to teach a caller of any functions.",
        discussion: """
            Of a pool each sample is offered what it needs, neighbours by words and others; the order of functions is drawn. Parts of \
            the samples get names that say nothing, lose the function that they want (and are then refused), or answer with a list. \
            What a server could not offer or its grammar not write is left out. The same seed gives the same samples.

            EXAMPLES
              kinglet dataset build mix --data seal-tools/train.jsonl.gz --data snips/train.jsonl.gz:400 --output mix.jsonl
              kinglet train sft --data mix.jsonl --activated --longest 1200 --output general
            """)

    @Option(help: "A labelled set, .jsonl or .jsonl.gz; FILE:COUNT draws so many. May stand several times.")
    var data: [String] = []

    @Option(help: "Part of the samples whose functions get names that say nothing.")
    var masked = 0.15

    @Option(help: "Part of the calls that lose their functions, and are refused.")
    var refused = 0.06

    @Option(help: "Part of the single calls that are answered with a list.")
    var listed = 0.1

    @Option(help: "Of all draws.")
    var seed: UInt64 = 0

    @Option(help: "File for the samples, .jsonl.")
    var output: String

    @Option(help: "File for dialogues that --output has none of.")
    var valid: String?

    @Option(help: "Part of the dialogues that go to --valid.")
    var validShare = 0.02

    func validate() throws {
        guard !data.isEmpty else { throw ValidationError("--data: name at least one file") }
        guard [masked, refused, listed].allSatisfy({ (0...1).contains($0) }) else {
            throw ValidationError("--masked, --refused and --listed must be in 0...1")
        }
        guard validShare > 0, validShare <= 0.5 else {
            throw ValidationError("--valid-share must be above 0 and at most 0.5")
        }
    }

    func run() throws {
        try LinesFile.check(output, valid)
        var parts = SampleMix.Parts()
        (parts.masked, parts.refused, parts.listed) = (masked, refused, listed)
        var mix = SampleMix(parts, seed: seed)
        for file in data.map(DrawnFile.init) {
            print("\(file.path): \(mix.add(try DatasetFile(path: file.path), limit: file.count)) samples")
        }
        if mix.unsound > 0 { print("\(mix.unsound) were left out: no server could offer or write them") }
        let (training, validation) = mix.split(holding: valid == nil ? 0 : validShare)
        try write(training, to: output)
        if let valid { try write(validation, to: valid) }
    }

    private func write(_ samples: [MixedSample], to path: String) throws {
        try LinesFile.write(samples.map(\.json), to: path)
        print("\(path): \(samples.count) samples")
    }
}
