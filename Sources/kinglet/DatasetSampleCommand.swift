import ArgumentParser
import Datasets
import Documents
import Foundation
import OrderedCollections

/// `kinglet dataset sample`: a part of a data set with its share of everything.
struct DatasetSampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Draw a part of a data set in which every kind of sample has its share.",
        discussion: """
            The same seed draws the same samples, whatever order they stand in. Lines are kept as they are, in their order; the path of
            the pool is written from the output's folder.

            EXAMPLES
              kinglet dataset sample train.jsonl --count 500 --seed 1 --output part.jsonl
              kinglet dataset sample train.jsonl --count 300 --by function --equal --output even.jsonl --rest others.jsonl
            """)

    @Argument(help: "A data set in the canonical form, .jsonl or .jsonl.gz.")
    var file: String

    @Option(help: "Samples to be drawn.")
    var count: Int

    @Option(help: "What makes a kind: function, outcome, language, category, with commas between.")
    var by = "function,outcome,language"

    @Flag(help: "As many of each kind as of any other, as far as there are.")
    var equal = false

    @Option(help: "Of the draw.")
    var seed: UInt64 = 0

    @Option(help: "File to be written, .jsonl.")
    var output: String

    @Option(help: "File for the samples that were not drawn.")
    var rest: String?

    func validate() throws {
        guard count > 0 else { throw ValidationError("--count must be above 0") }
        _ = try keys()
    }

    func run() throws {
        let data = try DatasetFile(path: file)
        let plan = StratifiedSample(by: try keys(), equal ? .equal : .proportional, seed: seed)
        let drawn = Set(plan.draw(count, of: data.rows))
        try write(data.rows.indices.filter(drawn.contains), of: data, to: output)
        if let rest { try write(data.rows.indices.filter { !drawn.contains($0) }, of: data, to: rest) }
    }

    private func keys() throws -> [StratifiedSample.Key] {
        try by.split(separator: ",", omittingEmptySubsequences: false).map { name in
            guard let key = StratifiedSample.Key(rawValue: String(name)) else {
                let known = StratifiedSample.Key.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--by \(name): must be some of \(known)")
            }
            return key
        }
    }

    private func write(_ positions: [Int], of data: DatasetFile, to path: String) throws {
        let lines = positions.map { position -> JSONValue in
            var line = data.rows[position].json
            if let pool = data.rows[position].sample.pool {
                line["pool"] = .string(RelativePath.moved(pool, of: data.path, to: path))
            }
            return .object(line)
        }
        try LinesFile.write(lines, to: path)
        print("\(path): \(lines.count) samples")
    }
}
