import Documents
import Kernels
import ModelFiles
import Models
import OrderedCollections
import Training

/// What every way of making a model smaller is given: the model, the texts, where to write, and whom to tell.
public struct CompressionJob {
    /// What is measured on what; nil: on nothing.
    public struct Texts: Sendable {
        /// Importance.
        public var calibration: TextWindows?
        /// Perplexity.
        public var test: TextWindows?

        public init(calibration: TextWindows? = nil, test: TextWindows? = nil) {
            (self.calibration, self.test) = (calibration, test)
        }
    }

    public let source: SourceModel
    public let output: OutputFolder
    public let texts: Texts
    public let pool: WorkerPool
    /// As it was typed, for the card.
    public let command: String
    /// Lines of progress.
    public let tell: (String) -> Void

    public init(
        _ source: SourceModel, to output: OutputFolder, texts: Texts, on pool: WorkerPool, command: String,
        tell: @escaping (String) -> Void = { _ in }
    ) throws(CompressionError) {
        guard source.file.description.rotaryPairing == .halves else {
            throw .setting("llama GGUF files have permuted heads. Take the model's Hugging Face folder")
        }
        (self.source, self.output, self.texts) = (source, output, texts)
        (self.pool, self.command, self.tell) = (pool, command, tell)
    }

    var model: ModelDescription { source.file.description }

    /// What all that is measured depends on.
    ///
    /// - Parameter settings: the verb and its own.
    func journal(_ settings: JSONObject) throws(CompressionError) -> Journal {
        try output.prepare()
        var members = settings
        members["source"] = source.record["sha256"] ?? .null
        members["calibration"] = texts.calibration.map { .object($0.record) } ?? .null
        members["test"] = texts.test.map { .object($0.record) } ?? .null
        return try Journal(folder: output.work, settings: .object(members))
    }

    /// The calibration text on its way through the weights, in f32.
    func stream(_ weights: ParameterArena) throws -> ActivationStream {
        guard let calibration = texts.calibration else {
            throw CompressionError.setting("there is nothing to measure on. Give --calibration")
        }
        return ActivationStream(
            try TrainingDecoder(observing: weights, of: model, on: pool), calibration.windows)
    }

    /// Of a model on the test text; null where it is no number, or there is no text.
    func perplexity(of source: any WeightSource, _ format: WeightFormat = .bf16) throws -> JSONValue {
        guard let value = try texts.test?.perplexity(of: source, format: format, on: pool).value else { return .null }
        return value.isFinite ? .rounded(value, 3) : .null
    }

    /// What every card begins with.
    func facts(of left: ModelDescription, perplexity: (whole: JSONValue, left: JSONValue)) -> JSONObject {
        var facts: JSONObject = ["command": .string(command), "source": .object(source.record)]
        facts["calibration"] = texts.calibration.map { .object($0.record) }
        facts["result"] = .object(left.sizes)
        if let test = texts.test?.record {
            facts["perplexity"] = [
                "file": test["file"] ?? .null, "windows": test["windows"] ?? .null, "length": test["length"] ?? .null,
                "source": perplexity.whole, "result": perplexity.left,
            ]
        }
        return facts
    }
}
