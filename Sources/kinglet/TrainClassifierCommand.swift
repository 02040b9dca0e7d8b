import ArgumentParser
import Assembly
import Evaluation
import Foundation
import FunctionCalling
import Functions
import Retrieval
import Service

/// `kinglet train-classifier`: a softmax regression over encoder vectors and words that names the functions of one
/// pool.
struct TrainClassifierCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train-classifier",
        abstract: "Train a head over the encoder that names the functions of one pool.",
        discussion: """
            The head is for this pool as it is: when a function is added, removed or described anew, the server refuses
            the retriever `classifier` until the head is trained again. Put FILE into the folder calling.classifiers,
            named <pool>.classifier.

            EXAMPLES
              kinglet train-classifier --data clinc150/train.jsonl.gz --pool clinc150/pool.json --out clinc150.classifier
            """)

    @Option(help: "Labelled queries, .jsonl or .jsonl.gz.")
    var data: String

    @Option(help: "The pool, YAML or JSON.")
    var pool: String

    @Option(help: "File to be written.")
    var out: String

    @Option(help: "Train on all samples, or on those of a split by the hash of their ids: all, train, valid.")
    var split = "all"

    @Option(help: "Steps at most.")
    var iterations = 120

    @Option(help: "Weight decay of the vector's weights.")
    var decay = FunctionClassifier.Options().decay

    @Option(help: "Weight decay of the words' weights.")
    var wordDecay = FunctionClassifier.Options().sparseDecay

    @OptionGroup var settings: SettingsOptions

    /// Splits, steps and decays in range.
    func validate() throws {
        guard RetrievalEvaluation.Task.Split(rawValue: split) != nil else {
            throw ValidationError("--split must be all, train or valid")
        }
        guard (1...10_000).contains(iterations) else { throw ValidationError("--iterations must be in 1...10000") }
        guard decay >= 0, wordDecay >= 0 else { throw ValidationError("--decay and --word-decay must not be negative") }
    }

    /// Trains on the labelled queries of the pool's functions and writes the file.
    func run() async throws {
        try LinesFile.check(out)
        let tool = try await RetrievalTool(try settings.load(), needsGenerator: false)
        defer { tool.stop() }
        let samples = try RetrievalEvaluation.Task.labelled(
            path: data, split: RetrievalEvaluation.Task.Split(rawValue: split) ?? .all)
        let functions = try FunctionPool.load(path: pool).functions
        var options = FunctionClassifier.Options()
        (options.iterations, options.decay, options.sparseDecay) = (iterations, decay, wordDecay)
        let start = ContinuousClock.now
        let (classifier, training) = try await tool.train(samples, for: functions, options: options)
        try classifier.write(to: out)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        print(
            "\(out): \(training.samples) samples, \(functions.count) functions, \(training.steps) steps, loss "
                + String(format: "%.4f, %.0f s", training.loss, seconds)
                + (training.unknown > 0 ? "; \(training.unknown) samples name unknown functions" : ""))
    }
}
