import ModelFiles
import OrderedCollections
import Documents

/// What a training does: everything that its result depends on but data and model.
public struct TrainingPlan: Sendable, Hashable {
    /// nil: all weights are trained.
    public var adapter: AdapterShape?
    /// Computes what prompts have in common once.
    public var sharesPrefixes = true
    /// Of the products with frozen weights.
    public var precision = TrainingPrecision.f32
    /// Samples of a step.
    public var batchSize = 16
    public var epochs = 1
    public var peakRate: Float = 2e-4
    public var fall = LearningRate.Fall.cosine
    /// Part of the steps in which the rate rises.
    public var warmUp = 0.03
    public var weightDecay: Float = 1e-4
    /// The largest norm of the gradients together.
    public var clip: Float = 1
    public var seed: UInt64 = 0
    /// Rows of a batch: a step runs as many batches as it needs.
    public var maximumRows = 2048
    /// Bytes of prefixes' keys and values that an activated adapter keeps.
    public var keptBytes = 1 << 30

    public init(adapter: AdapterShape?) { self.adapter = adapter }

    /// - Throws: `.setting` for what cannot be.
    public func check() throws(TrainingError) {
        guard (1...4096).contains(batchSize) else {
            throw .setting("the batch is \(batchSize) samples; it must be in 1...4096")
        }
        guard (1...1000).contains(epochs) else { throw .setting("there are \(epochs) epochs; it must be in 1...1000") }
        guard peakRate > 0, peakRate <= 1 else {
            throw .setting("the learning rate is \(peakRate); it must be in 0...1")
        }
        guard (0...1).contains(warmUp) else {
            throw .setting("the warm-up is \(warmUp) of the steps; it must be in 0...1")
        }
        guard (0...1).contains(weightDecay) else {
            throw .setting("the weight decay is \(weightDecay); it must be in 0...1")
        }
        guard clip > 0, clip.isFinite else { throw .setting("gradients are clipped to \(clip); it must be above 0") }
        guard (1...1 << 16).contains(maximumRows) else {
            throw .setting("a batch has \(maximumRows) rows; it must be in 1...\(1 << 16)")
        }
    }

    public func steps(samples: Int) -> Int { epochs * stepsOfEpoch(samples: samples) }

    package func stepsOfEpoch(samples: Int) -> Int { (samples + batchSize - 1) / batchSize }

    package func schedule(steps: Int) -> LearningRate {
        LearningRate(peak: peakRate, fall: fall, warmUp: Int((Double(steps) * warmUp).rounded(.up)), steps: steps)
    }

    /// The samples of a step: each epoch takes all, in an order of its own, drawn from the seed.
    package func samples(ofStep step: Int, among count: Int) -> [Int] {
        let perEpoch = stepsOfEpoch(samples: count)
        var random = TrainingRandom(seed: seed, stream: UInt64(step / perEpoch) + 1)
        let first = step % perEpoch * batchSize
        return Array(random.shuffled(0..<count)[first..<min(first + batchSize, count)])
    }

    package var sharing: BatchPlanner.Sharing {
        if let invocation = adapter?.invocation { return .base(invocation: invocation) }
        return sharesPrefixes ? .trained : .none
    }

    /// For the run's record, and to know a checkpoint of it again.
    public var record: JSONObject {
        var record: JSONObject = ["method": adapter == nil ? "full" : adapter?.invocation == nil ? "lora" : "alora"]
        if let adapter {
            record["rank"] = .integer(adapter.rank)
            record["alpha"] = .number(Double(adapter.alpha))
            record["matrices"] = .array(adapter.matrices.map { .string($0.rawValue) })
            record["layers"] = .array(adapter.layers.map { .integer($0) })
            record["invocation"] = adapter.invocation.map { .array($0.map { .integer(Int($0)) }) }
        }
        record["shares_prefixes"] = .bool(sharesPrefixes)
        record["precision"] = .string(precision.rawValue)
        record["batch"] = .integer(batchSize)
        record["epochs"] = .integer(epochs)
        record["rate"] = .number(Double(peakRate))
        record["schedule"] = .string(fall.rawValue)
        record["warm_up"] = .number(warmUp)
        record["weight_decay"] = .number(Double(weightDecay))
        record["clip"] = .number(Double(clip))
        record["seed"] = .string("\(seed)")
        record["rows"] = .integer(maximumRows)
        return record
    }
}
