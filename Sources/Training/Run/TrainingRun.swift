import OrderedCollections
import Foundation
import Kernels
import ModelFiles
import Documents

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
    public let steps: Int
    /// Steps that a checkpoint had done.
    public private(set) var done: Int
    private let samples: [TrainingSample], validation: [TrainingSample]
    private let place: Place
    private let runner: StepRunner
    private let optimizer: AdamW
    private let schedule: LearningRate
    private let checkpoint: Checkpoint
    private let log: TrainingLog

    /// - Parameter validation: samples whose loss is taken, and that are not trained on.
    public init(
        _ decoder: TrainingDecoder, _ plan: TrainingPlan, samples: [TrainingSample], validation: [TrainingSample] = [],
        in place: Place
    ) throws(TrainingError) {
        try plan.check()
        try Self.check(samples + validation, for: decoder.model)
        guard !samples.isEmpty else { throw .setting("there are no samples to train on") }
        (self.plan, self.samples, self.validation, self.place) = (plan, samples, validation, place)
        schedule = plan.schedule(samples: samples.count)
        steps = schedule.steps
        runner = StepRunner(
            decoder: decoder, planner: BatchPlanner(sharing: plan.sharing, maximumRows: plan.maximumRows),
            kept: KeptPrefixes(maximumBytes: plan.keptBytes))
        optimizer = AdamW(
            .init(weightDecay: plan.weightDecay, clip: plan.clip), parameters: decoder.parameters,
            gradients: decoder.gradients, on: decoder.pool)
        do {
            try FileManager.default.createDirectory(atPath: place.folder, withIntermediateDirectories: true)
        } catch {
            throw .cannotWrite(path: place.folder, reason: "\(error)")
        }
        var known = plan.record
        known["data"] = .string(Self.digest(samples))
        known["model"] = .string("\(decoder.model)")
        if plan.adapter != nil { known["start"] = .string(Self.digest(decoder.parameters)) }
        checkpoint = Checkpoint(
            path: "\(place.folder)/checkpoint.safetensors", identity: JSONValue.object(known).text())
        done = try checkpoint.read(into: optimizer, decoder.parameters)
        known.merge(place.record ?? [:]) { _, new in new }
        log = try TrainingLog(folder: place.folder, record: known, after: done)
    }

    /// Runs the steps that are left, or those up to `last`. The checkpoint stays until `finish`.
    public func run(through last: Int? = nil, _ report: (StepReport) -> Void) throws(TrainingError) {
        while done < min(steps, last ?? steps) {
            var step = try step(done)
            done += 1
            if isDue(place.validationSteps), !validation.isEmpty {
                step.validation = try runner.loss(of: validation).loss
            }
            try log.write(step)
            if place.checkpointSteps > 0, done % place.checkpointSteps == 0 || done == steps {
                try checkpoint.write(optimizer, runner.decoder.parameters, step: done)
            }
            report(step)
        }
    }

    /// What was trained is kept elsewhere now.
    public func finish() { checkpoint.remove() }

    private func isDue(_ interval: Int) -> Bool { done == steps || interval > 0 && done % interval == 0 }

    private func step(_ index: Int) throws(TrainingError) -> StepReport {
        let clock = ContinuousClock(), start = clock.now
        let drawn = plan.samples(ofStep: index, among: samples.count).map { samples[$0] }
        let loss = try runner.addGradients(of: drawn)
        guard loss.loss.isFinite else { throw .notFinite(step: index + 1) }
        let rate = schedule.rate(at: index)
        let norm = try optimizer.step(index, rate: rate)
        return StepReport(
            step: index + 1, steps: steps, loss: loss, validation: nil, rate: rate, norm: norm, samples: drawn.count,
            seconds: (clock.now - start) / .seconds(1))
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

    /// FNV-1a over the numbers that an adapter begins with: drawn, or those of another one.
    package static func digest(_ parameters: ParameterArena) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for place in 0..<parameters.count {
            hash = (hash ^ UInt64(parameters.base[place].bitPattern)) &* 0x100_0000_01B3
        }
        return String(hash, radix: 16)
    }

    /// FNV-1a over all tokens: whether a checkpoint's data were the same.
    private static func digest(_ samples: [TrainingSample]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ value: Int) { hash = (hash ^ UInt64(bitPattern: Int64(value))) &* 0x100_0000_01B3 }
        for sample in samples {
            add(sample.promptLength)
            add(sample.tokens.count)
            for token in sample.tokens { add(Int(token)) }
        }
        return String(hash, radix: 16)
    }
}
