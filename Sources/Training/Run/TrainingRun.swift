import Documents
import Foundation
import ModelFiles
import OrderedCollections

/// A training from its first step, or from its checkpoint, to its last. Owner: the thread that calls `run`.
///
/// Deterministic: seed, data, model and settings give the same bytes, on any number of threads of one kind of machine, and
/// also where the process ended in between and went on from a checkpoint.
public final class TrainingRun {
    /// Where it is kept, and how often it is saved and validated.
    public struct Place: Sendable {
        public var folder: String
        /// Steps between checkpoints; 0: none.
        public var checkpointSteps: Int
        /// Steps between validations; 0: only the last.
        public var validationSteps: Int
        /// What the log's first line says beside the plan.
        public var record: JSONObject?

        public init(folder: String, checkpointSteps: Int = 20, validationSteps: Int = 0, record: JSONObject? = nil) {
            (self.folder, self.checkpointSteps, self.validationSteps) = (folder, checkpointSteps, validationSteps)
            self.record = record
        }
    }

    public let plan: TrainingPlan
    private let data: TrainingData
    private let runner: StepRunner
    private let course: TrainingSteps

    public var steps: Int { course.count }
    /// Steps that are done, or were when a checkpoint was written.
    public var done: Int { course.done }

    /// Cross entropy.
    ///
    /// - Parameter validation: samples whose loss is taken, and that are not trained on.
    public convenience init(
        _ decoder: TrainingDecoder, _ plan: TrainingPlan, samples: [TrainingSample], validation: [TrainingSample] = [],
        in place: Place
    ) throws(TrainingError) {
        try self.init(decoder, plan, TrainingData(samples, validation: validation), in: place)
    }

    package init(
        _ decoder: TrainingDecoder, _ plan: TrainingPlan, _ data: TrainingData, in place: Place
    ) throws(TrainingError) {
        try plan.check()
        try Self.check(data.samples + data.validation, for: decoder.model)
        guard !data.samples.isEmpty else { throw .setting("there are no samples to train on") }
        (self.plan, self.data) = (plan, data)
        runner = StepRunner(
            decoder: decoder, planner: BatchPlanner(sharing: plan.sharing, maximumRows: plan.maximumRows),
            kept: KeptPrefixes(maximumBytes: plan.keptBytes))
        var identity = plan.record
        identity.merge(data.loss.record) { _, new in new }
        identity["data"] = .string(Self.digest(data.samples))
        course = try TrainingSteps(
            plan.steps(samples: data.samples.count), of: decoder, plan, identity: identity, in: place)
    }

    /// Runs the steps that are left, or those up to `last`. The checkpoint stays until `finish`.
    public func run(through last: Int? = nil, _ report: (StepReport) -> Void) throws(TrainingError) {
        while done < min(steps, last ?? steps) {
            report(try advance(drawn(done).map { data.samples[$0] }, data.loss))
        }
    }

    /// Which samples a step takes, by their numbers.
    package func drawn(_ step: Int) -> [Int] { plan.samples(ofStep: step, among: data.samples.count) }

    /// The next step, with samples that are given.
    ///
    /// - Parameter notes: what the log's line says besides.
    package func advance(
        _ samples: [TrainingSample], _ loss: any TokenLoss, notes: JSONObject = [:]
    ) throws(TrainingError) -> StepReport {
        try course.advance(samples: samples.count, notes: notes) { () throws(TrainingError) in
            try runner.addGradients(of: samples, loss)
        } validation: { () throws(TrainingError) in
            data.validation.isEmpty ? nil : try runner.loss(of: data.validation).loss
        }
    }

    /// What was seen at steps that are done: exact calls of the validation part.
    package var looks: [Patience.Look] {
        course.known.compactMap { line in
            guard let step = line["step"]?.intValue, let value = line["exact_calls"]?.doubleValue else { return nil }
            return Patience.Look(step: step, value: value)
        }
    }

    /// Adds a line to the log, of the step that is done.
    package func note(_ members: JSONObject) throws(TrainingError) { try course.note(members) }

    /// Draws the log into `log.html` beside it.
    package func draw() throws(TrainingError) { try course.draw() }

    /// What was trained is kept elsewhere now.
    public func finish() { course.finish() }

    /// Takes away the checkpoint that a training left whose result is whole.
    ///
    /// - Returns: whether there was one.
    package static func clear(_ folder: String) -> Bool {
        (try? FileManager.default.removeItem(atPath: TrainingSteps.checkpointPath(folder))) != nil
    }

    private static func check(_ samples: [TrainingSample], for model: ModelDescription) throws(TrainingError) {
        for (index, sample) in samples.enumerated() {
            guard sample.tokens.count <= model.contextLength else {
                throw .sample(
                    place: "sample \(index + 1)",
                    reason: "it has \(sample.tokens.count) tokens; the model takes \(model.contextLength)")
            }
            if let token = sample.tokens.first(where: { !(0..<Int32(model.vocabularySize)).contains($0) }) {
                throw .sample(place: "sample \(index + 1)", reason: "the model has no token \(token)")
            }
        }
    }

    /// Whether a checkpoint's data were the same.
    private static func digest(_ samples: [TrainingSample]) -> String {
        var digest = RunDigest()
        for sample in samples {
            digest.add(sample.promptLength)
            digest.add(list: sample.tokens.lazy.map { Int($0) })
        }
        return digest.text
    }
}
