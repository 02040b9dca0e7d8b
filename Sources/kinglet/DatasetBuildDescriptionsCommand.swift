import ArgumentParser
import Assembly
import Configuration
import Datasets
import Documents
import Evaluation
import Foundation
import FunctionCalling
import Inference
import OrderedCollections
import Retrieval

/// `kinglet dataset build descriptions`: what a model should write to find functions by.
struct DatasetBuildDescriptionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "descriptions",
        abstract: "Have the model describe the function that each request needs, and keep what led to right calls.",
        discussion: """
            The paper's algorithm 1: a prototype describes the needed function --rounds times, the description alone finds --top-k candidates, \
            the model chooses and fills in, a judge filters; kept are descriptions that put the called function among the first --within. \
            The requests name a pool. Describing, choosing and judging may be on another server (remote.stages: [describe, select, judge]). \
            Every answer is written to OUTPUT.answers.jsonl when it is there, so that the same command goes on where it was cut; with --shard i/n \
            several machines share the work, and their outputs are put behind each other. Docs/Judges.md.

            EXAMPLES
              kinglet dataset build descriptions --data train.jsonl --judge rules --rounds 8 --output descriptions.jsonl
              kinglet dataset build descriptions --data to-label.jsonl --judge taught --without-reference --shard 0/4 --output part-0.jsonl
            """)

    @OptionGroup var samples: CallsSources

    @Option(help: "Candidates among which the called function must stand.")
    var within = 5

    @OptionGroup var drawing: JudgedRoundsOptions
    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard samples.data.count == 1 else { throw ValidationError("--data: name one file") }
        guard samples.retriever == nil else { throw ValidationError("--retriever: it is description here") }
        guard (1...64).contains(within) else { throw ValidationError("--within must be in 1...64") }
    }

    func run() async throws {
        let settings = try options.load(), rounds = JudgedRounds(samples: samples, options: drawing, settings: settings)
        let (rows, records) = try await rounds.run(["finds": "description"], check: check) { options, tools, sampling in
            guard let encoder = tools.embedding.embedder else { throw RetrievalToolError.noEncoder }
            let describer = try tools.stages[.describe] ?? LocalStage(generator: tools.model.engine)
            var indexing = PoolIndexing(
                encoder: encoder,
                cache: try VectorCache(folder: "\(settings.resolve(settings.state))/vectors", encoder: encoder),
                describer: DrawingStage(describer, sampling))
            indexing.findsByDescriptionAlone = true
            (options.indexing, options.retriever) = (indexing, .description)
            options.topK = options.topK ?? settings.pipeline.topK
        }
        let found = FoundDescriptions(rows, records, within: within, most: drawing.most)
        let lines = found.lines(of: samples.data[0], to: drawing.output) { sample in
            DescriptionRetriever.question(for: sample.query, history: sample.history)
                .map { (role: $0.role.rawValue, content: $0.content) }
        }
        try LinesFile.write(lines, to: drawing.output)
        print(
            "\(drawing.output): \(found.entries.count) descriptions of \(found.kept) requests; \(rows.count - found.kept) have none"
        )
        print(
            "\(found.written) were written; \(drawing.judge) took the calls of \(found.right) to be right, in \(found.found) the function stood among the first \(within)"
        )
    }

    /// Descriptions find functions in pools.
    private func check(_ source: CallsEvaluation.Source) throws {
        guard let bare = source.samples.first(where: { $0.pool == nil || $0.candidates != nil || $0.functions != nil })
        else { return }
        throw DocumentError(
            path: samples.data[0],
            reason: "the sample \(bare.id) is not offered a whole pool, and descriptions find functions in one")
    }
}
