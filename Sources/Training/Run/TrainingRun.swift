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
    private let data: TrainingData
    private let place: Place
    private let runner: StepRunner
    private let optimizer: AdamW
    private let schedule: LearningRate
    private let checkpoint: Checkpoint
    private let log: TrainingLog

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
        (self.plan, self.data, self.place) = (plan, data, place)
        schedule = plan.schedule(samples: data.samples.count)
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
        known.merge(data.loss.record) { _, new in new }
        known["data"] = .string(Self.digest(data.samples))
        known["model"] = .string("\(decoder.model)")
        if plan.adapter != nil { known["start"] = .string(Self.digest(decoder.parameters)) }
        checkpoint = Checkpoint(
            path: Self.checkpointPath(place.folder), identity: JSONValue.object(known).text())
        done = try checkpoint.read(into: optimizer, decoder.parameters)
        known.merge(place.record ?? [:]) { _, new in new }
        log = try TrainingLog(folder: place.folder, record: known, after: done)
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
        var step = try step(done, samples, loss)
        step.notes = notes
        done += 1
        if isDue(place.validationSteps), !data.validation.isEmpty {
            step.validation = try runner.loss(of: data.validation).loss
        }
        try log.write(step.json)
        if place.checkpointSteps > 0, done % place.checkpointSteps == 0 || done == steps {
            try checkpoint.write(optimizer, runner.decoder.parameters, step: done)
        }
        return step
    }

    /// What was seen at steps that are done: exact calls of the validation part.
    package var looks: [Patience.Look] {
        log.known.compactMap { line in
            guard let step = line["step"]?.intValue, let value = line["exact_calls"]?.doubleValue else { return nil }
            return Patience.Look(step: step, value: value)
        }
    }

    /// Adds a line to the log, of the step that is done.
    package func note(_ members: JSONObject) throws(TrainingError) {
        let line: JSONObject = ["step": .integer(done)]
        try log.write(.object(line.merging(members) { _, new in new }))
    }

    /// Draws the log into `log.html` beside it.
    package func draw() throws(TrainingError) {
        let path = "\(place.folder)/log.html"
        let text = FileManager.default.contents(atPath: "\(place.folder)/log.jsonl") ?? Data()
        do {
            try DurableFile.write(TrainingPage(log: String(decoding: text, as: UTF8.self)).html, to: path)
        } catch {
            throw .cannotWrite(path: path, reason: "\(error)")
        }
    }

    /// What was trained is kept elsewhere now.
    public func finish() { checkpoint.remove() }

    /// Takes away the checkpoint that a training left whose result is whole.
    ///
    /// - Returns: whether there was one.
    package static func clear(_ folder: String) -> Bool {
        (try? FileManager.default.removeItem(atPath: checkpointPath(folder))) != nil
    }

    private static func checkpointPath(_ folder: String) -> String { "\(folder)/checkpoint.safetensors" }

    private func isDue(_ interval: Int) -> Bool { done == steps || interval > 0 && done % interval == 0 }

    private func step(
        _ index: Int, _ drawn: [TrainingSample], _ loss: any TokenLoss
    ) throws(TrainingError) -> StepReport {
        let clock = ContinuousClock(), start = clock.now
        let loss = try runner.addGradients(of: drawn, loss)
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
