import ArgumentParser
import Assembly
import Documents
import Evaluation
import Foundation
import FunctionCalling
import Functions
import Service

/// `kinglet calibrate`: fits a pool's decision between a call and the two other outcomes on labelled samples.
struct CalibrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Fit when a pool answers \"No appropriate function\" and \"Request unclear\".",
        discussion: """
            Answers labelled samples in this process, fits the decision on what was seen, and prints precision and recall \
            of both outcomes before and after (cross-validated). The file belongs into the folder of the setting \
            calling.choices, under the name of the pool; a server reads it at its start.

            EXAMPLES
              kinglet calibrate --data my/labelled.jsonl --output Config/choices/smart-home.json
              kinglet calibrate --data data/clinc150/train.jsonl.gz --limit 400 --retriever lexical --output clinc.json
              kinglet calibrate --results results/run1/results.jsonl --output Config/choices/smart-home.json
            """)

    @OptionGroup var samples: CallsSources

    @Option(
        help: "A results.jsonl of `kinglet evaluate calls`, instead of answering again; may be given several times.")
    var results: [String] = []

    @Flag(help: "Also ask the model whether the chosen function fits: one more short prompt a call.")
    var check = false

    @Option(help: "The file to write.")
    var output: String

    @OptionGroup var options: SettingsOptions

    /// Samples come either from data sets, which are answered here, or from the results of an evaluation.
    func validate() throws {
        guard samples.data.isEmpty != results.isEmpty else { throw ValidationError("give either --data or --results") }
    }

    /// Fits, prints precision and recall before and after, and writes the file that a server reads.
    func run() async throws {
        try LinesFile.check(output)
        let records =
            samples.data.isEmpty ? try results.flatMap { try CallsResults.read(path: $0) } : try await answered()
        let result = try ChoiceCalibration(usesCheck: check).fit(records, fallback: .standard)
        guard var body = result.model.json.objectValue else { return }
        var fitted: JSONObject = ["samples": .integer(result.samples)]
        for outcome in [Outcome.noAppropriateFunction, .requestUnclear] {
            guard let after = result.fitted[outcome], let before = result.before[outcome] else { continue }
            fitted[outcome.rawValue] = ["f1_before": Self.rounded(before.f1), "f1": Self.rounded(after.f1)]
            print("\(outcome.rawValue): before \(Self.text(before)); fitted \(Self.text(after))")
        }
        body["fitted"] = .object(fitted)
        try LinesFile.write(
            Data((JSONValue.object(body).text(.spaced) + "\n").utf8), to: URL(fileURLWithPath: output))
        print("wrote \(output)")
    }

    /// The samples answered by the model of the settings: records with the features that the fit needs.
    private func answered() async throws -> [CallsRecord] {
        let settings = try options.load()
        let sources = try samples.sources()
        let model = try await LoadedModel.load(settings)
        defer { model.engine.stop() }
        let embedding = try await LoadedEmbedder.load(settings, on: model.base)
        defer { embedding.embedder?.stop() }
        var pipelineSettings = settings.pipeline
        pipelineSettings.choosing = .calibrated
        pipelineSettings.checksRelevance = check
        let pipeline = try Pipeline(generator: model.engine, catalog: FunctionCatalog(), settings: pipelineSettings)
        let evaluation = try await samples.evaluation(embedding, settings)
        var records: [CallsRecord] = []
        try await CallsEvaluation(pipeline, options: evaluation).run(sources, known: []) { records.append($0) }
        return records
    }

    /// Three decimals, as the file has them.
    private static func rounded(_ value: Double) -> JSONValue { .number((value * 1000).rounded() / 1000) }

    /// A score as percentages, for people.
    private static func text(_ score: ChoiceCalibration.Score) -> String {
        String(
            format: "precision %.1f %%, recall %.1f %%, F1 %.1f %%", 100 * score.precision, 100 * score.recall,
            100 * score.f1)
    }
}
