import Documents
import Foundation
import Kernels
import ModelFiles
import OrderedCollections

/// The steps of a training, whatever it learns: rate and optimiser, checkpoint and log. Owner: the training thread.
final class TrainingSteps {
    let count: Int
    /// Those that a checkpoint had done count, too.
    private(set) var done: Int
    private let place: TrainingRun.Place
    private let decoder: TrainingDecoder
    private let optimizer: AdamW
    private let schedule: LearningRate
    private let checkpoint: Checkpoint
    private let log: TrainingLog

    /// - Parameter identity: what the result depends on beside the model and the numbers that an adapter begins with.
    init(
        _ count: Int, of decoder: TrainingDecoder, _ plan: TrainingPlan, identity: JSONObject,
        in place: TrainingRun.Place
    ) throws(TrainingError) {
        (self.count, self.decoder, self.place) = (count, decoder, place)
        schedule = plan.schedule(steps: count)
        optimizer = AdamW(
            .init(weightDecay: plan.weightDecay, clip: plan.clip), parameters: decoder.parameters,
            gradients: decoder.gradients, on: decoder.pool)
        do {
            try FileManager.default.createDirectory(atPath: place.folder, withIntermediateDirectories: true)
        } catch {
            throw .cannotWrite(path: place.folder, reason: "\(error)")
        }
        var known = identity
        known["model"] = .string("\(decoder.model)")
        if plan.adapter != nil {
            let numbers = UnsafeBufferPointer(start: decoder.parameters.base, count: decoder.parameters.count)
            known["start"] = .string(RunDigest(numbers.lazy.map { Int($0.bitPattern) }).text)
        }
        checkpoint = Checkpoint(path: Self.checkpointPath(place.folder), identity: JSONValue.object(known).text())
        done = try checkpoint.read(into: optimizer, decoder.parameters)
        known.merge(place.record ?? [:]) { _, new in new }
        log = try TrainingLog(folder: place.folder, record: known, after: done)
    }

    /// The next step.
    ///
    /// - Parameters:
    ///   - notes: what the log's line says besides.
    ///   - addGradients: adds the step's gradients to the decoder's.
    ///   - validation: asked where a look is due; nil: there is nothing to look at.
    func advance(
        samples: Int, notes: JSONObject = [:], _ addGradients: () throws(TrainingError) -> StepLoss,
        validation: () throws(TrainingError) -> Double?
    ) throws(TrainingError) -> StepReport {
        let clock = ContinuousClock(), start = clock.now
        let loss = try addGradients()
        guard loss.loss.isFinite else { throw .notFinite(step: done + 1) }
        let rate = schedule.rate(at: done)
        let norm = try optimizer.step(done, rate: rate)
        var step = StepReport(
            step: done + 1, steps: count, loss: loss, validation: nil, rate: rate, norm: norm, samples: samples,
            seconds: (clock.now - start) / .seconds(1), notes: notes)
        done += 1
        if isDue(place.validationSteps) { step.validation = try validation() }
        try log.write(step.json)
        if place.checkpointSteps > 0, isDue(place.checkpointSteps) {
            try checkpoint.write(optimizer, decoder.parameters, step: done)
        }
        return step
    }

    private func isDue(_ interval: Int) -> Bool { done == count || interval > 0 && done % interval == 0 }

    /// Lines of the log of steps that a checkpoint had done.
    var known: [JSONValue] { log.known }

    /// Adds a line to the log, of the step that is done.
    func note(_ members: JSONObject) throws(TrainingError) {
        let line: JSONObject = ["step": .integer(done)]
        try log.write(.object(line.merging(members) { _, new in new }))
    }

    /// Draws the log into `log.html` beside it.
    func draw() throws(TrainingError) {
        let path = "\(place.folder)/log.html"
        let text = FileManager.default.contents(atPath: "\(place.folder)/log.jsonl") ?? Data()
        do {
            try DurableFile.write(TrainingPage(log: String(decoding: text, as: UTF8.self)).html, to: path)
        } catch {
            throw .cannotWrite(path: path, reason: "\(error)")
        }
    }

    /// What was trained is kept elsewhere now.
    func finish() { checkpoint.remove() }

    static func checkpointPath(_ folder: String) -> String { "\(folder)/checkpoint.safetensors" }
}
