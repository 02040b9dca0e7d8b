import Documents
import ModelFiles
import OrderedCollections

/// What the training of a finder does: everything that its result depends on but data and model.
public struct FinderPlan: Sendable, Hashable {
    /// Adapter, rate, batch, epochs, seed and precision.
    public var training: TrainingPlan
    public var contrast: ContrastiveLoss
    public var pooling: StatePooling

    public init(_ training: TrainingPlan, _ contrast: ContrastiveLoss, _ pooling: StatePooling) {
        (self.training, self.contrast, self.pooling) = (training, contrast, pooling)
    }

    /// - Throws: `.setting` for what cannot be.
    public func check(hidden: Int) throws(TrainingError) {
        try training.check()
        guard contrast.temperature > 0, contrast.temperature <= 10 else {
            throw .setting("the temperature is \(contrast.temperature); it must be in 0...10")
        }
        guard !contrast.widths.isEmpty, contrast.widths.allSatisfy((1...hidden).contains) else {
            throw .setting("the widths are \(contrast.widths); they must be in 1...\(hidden)")
        }
        guard training.batchSize > 1 else { throw .setting("a batch of one query has nothing to be told from") }
    }

    /// The queries of each step of an epoch: of each source all, in an order of its own, and the steps of the sources in
    /// one order, all drawn from the seed. Each step is of one source.
    package func steps(ofEpoch epoch: Int, _ data: FinderData) -> [[FinderData.Query]] {
        var steps: [[FinderData.Query]] = []
        for (source, queries) in data.sources.enumerated() {
            var random = TrainingRandom(seed: training.seed, stream: UInt64(epoch * 4096 + source) + 1)
            let order = random.shuffled(0..<queries.count)
            for first in stride(from: 0, to: order.count, by: training.batchSize) {
                steps.append(order[first..<min(first + training.batchSize, order.count)].map { queries[$0] })
            }
        }
        var random = TrainingRandom(seed: training.seed, stream: UInt64(epoch * 4096 + 4095) + 1)
        return random.shuffled(0..<steps.count).map { steps[$0] }
    }

    package func stepsOfEpoch(_ data: FinderData) -> Int {
        data.sources.reduce(0) { $0 + ($1.count + training.batchSize - 1) / training.batchSize }
    }

    /// For the run's record, and to know a checkpoint of it again.
    public var record: JSONObject {
        var record = training.record
        record["method"] = "finder"
        record["shares_prefixes"] = nil
        record["temperature"] = .number(Double(contrast.temperature))
        record["pooling"] = .string(pooling.rawValue)
        record["widths"] = .array(contrast.widths.map { .integer($0) })
        return record
    }
}
