import Documents
import Foundation
import Kernels
import ModelFiles
import OrderedCollections

/// The training of a finder from its first step, or from its checkpoint, to its last. Owner: the thread that calls `run`.
///
/// Deterministic as a `TrainingRun` is.
public final class FinderRun {
    public let steps: Int
    /// Steps that a checkpoint had done.
    public private(set) var done: Int
    private let plan: FinderPlan
    private let data: FinderData, validation: FinderData?
    private let place: TrainingRun.Place
    private let finder: FinderStep
    private let optimizer: AdamW
    private let schedule: LearningRate
    private let checkpoint: Checkpoint
    private let log: TrainingLog
    /// Of the epoch under way.
    private var epoch: (number: Int, steps: [[FinderData.Query]]) = (-1, [])

    /// - Parameters:
    ///   - decoder: of the layers that texts pass.
    ///   - validation: queries whose loss is taken, and that are not trained on.
    public init(
        _ decoder: TrainingDecoder, _ plan: FinderPlan, _ data: FinderData, validation: FinderData? = nil,
        in place: TrainingRun.Place
    ) throws(TrainingError) {
        try plan.check(hidden: decoder.model.hiddenSize)
        for data in [data, validation].compactMap({ $0 }) {
            try data.check(vocabulary: decoder.model.vocabularySize, contextLength: decoder.model.contextLength)
        }
        (self.plan, self.data, self.validation, self.place) = (plan, data, validation, place)
        let training = plan.training
        steps = training.epochs * plan.stepsOfEpoch(data)
        schedule = LearningRate(
            peak: training.peakRate, fall: training.fall,
            warmUp: Int((Double(steps) * training.warmUp).rounded(.up)), steps: steps)
        finder = FinderStep(
            decoder: decoder, contrast: plan.contrast, pooling: plan.pooling, maximumRows: training.maximumRows)
        optimizer = AdamW(
            .init(weightDecay: training.weightDecay, clip: training.clip), parameters: decoder.parameters,
            gradients: decoder.gradients, on: decoder.pool)
        do {
            try FileManager.default.createDirectory(atPath: place.folder, withIntermediateDirectories: true)
        } catch {
            throw .cannotWrite(path: place.folder, reason: "\(error)")
        }
        var known = plan.record
        known["data"] = .string(data.digest)
        known["model"] = .string("\(decoder.model)")
        known["start"] = .string(TrainingRun.digest(decoder.parameters))
        checkpoint = Checkpoint(
            path: "\(place.folder)/checkpoint.safetensors", identity: JSONValue.object(known).text())
        done = try checkpoint.read(into: optimizer, decoder.parameters)
        known.merge(place.record ?? [:]) { _, new in new }
        log = try TrainingLog(folder: place.folder, record: known, after: done)
    }

    /// Runs the steps that are left, or those up to `last`. The checkpoint stays until `finish`.
    public func run(through last: Int? = nil, _ report: (StepReport) -> Void) throws(TrainingError) {
        while done < min(steps, last ?? steps) {
            var line = try step(done)
            done += 1
            if done == steps || place.validationSteps > 0 && done % place.validationSteps == 0 {
                line.validation = validationLoss()
            }
            try log.write(line.json)
            if place.checkpointSteps > 0, done % place.checkpointSteps == 0 || done == steps {
                try checkpoint.write(optimizer, finder.decoder.parameters, step: done)
            }
            report(line)
        }
    }

    /// What was trained is kept elsewhere now.
    public func finish() { checkpoint.remove() }

    private func step(_ index: Int) throws(TrainingError) -> StepReport {
        let clock = ContinuousClock(), start = clock.now
        let perEpoch = plan.stepsOfEpoch(data), number = index / perEpoch
        if epoch.number != number { epoch = (number, plan.steps(ofEpoch: number, data)) }
        let queries = epoch.steps[index % perEpoch]
        let loss = finder.addGradients(of: queries, in: data)
        guard loss.loss.isFinite else { throw .notFinite(step: index + 1) }
        let rate = schedule.rate(at: index)
        let norm = try optimizer.step(index, rate: rate)
        var report = StepReport(
            step: index + 1, steps: steps, loss: StepLoss(loss: loss.loss, tokens: 0, rows: loss.rows), validation: nil,
            rate: rate, norm: norm, samples: queries.count, seconds: (clock.now - start) / .seconds(1))
        report.found = Double(loss.right) / Double(max(1, loss.queries))
        return report
    }

    /// The mean over the steps that the validation's queries come to, in an order that never changes.
    private func validationLoss() -> Double? {
        guard let validation, validation.count > 0 else { return nil }
        let total = plan.steps(ofEpoch: 0, validation).reduce(0.0) { sum, queries in
            sum + finder.loss(of: queries, in: validation).loss * Double(queries.count)
        }
        return total / Double(validation.count)
    }
}
