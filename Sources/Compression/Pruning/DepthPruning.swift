import Documents
import ModelFiles
import OrderedCollections
import Training

/// A model without its least important layers, or without those that are named.
public struct DepthPruning {
    public enum Choice: Sendable, Hashable {
        /// A share of the model's numbers.
        case ratio(Double)
        /// The layers that go.
        case layers([Int])
    }

    private let job: CompressionJob
    private let choice: Choice

    /// - Throws: `.setting` for layers that the model does not have, or all of them.
    public init(_ job: CompressionJob, _ choice: Choice) throws(CompressionError) {
        (self.job, self.choice) = (job, choice)
        let count = job.model.layers
        guard count > 1 else { throw .setting("the model has one layer") }
        switch choice {
        case .ratio(let ratio):
            guard ratio > 0, ratio < 1 else { throw .setting("--ratio \(ratio): must be between 0 and 1") }
        case .layers(let layers):
            if let layer = layers.first(where: { !(0..<count).contains($0) }) {
                throw .setting("--layers: there is no layer \(layer); the model's are 0-\(count - 1)")
            }
            guard !layers.isEmpty, Set(layers).count < count else {
                throw .setting("--layers names \(Set(layers).count) of \(count) layers; some must go and some stay")
            }
        }
    }

    /// Measures, leaves out, writes.
    ///
    /// - Returns: the layers that went.
    @discardableResult
    public func run() throws -> [Int] {
        let journal = try job.journal(["verb": "prune depth"])
        let importance = LayerImportance(
            try journal.value("layers") { try .array(measure().map { .number($0) }) }.arrayValue?.compactMap(
                \.doubleValue)
                ?? [])
        let gone: [Int] =
            switch choice {
            case .ratio(let ratio): importance.leastImportant(LayerImportance.count(ratio: ratio, of: job.model))
            case .layers(let layers): Set(layers).sorted()
            }
        var cut = Cut(whole: job.model)
        cut.layers.removeAll(where: gone.contains)
        let left = try PrunedModel(job.source.file, cut, name: job.output.name)
        job.tell("without layers \(ModelCard.runs(gone)): \(left.description.parameterCount) numbers")
        let whole = try journal.value("perplexity whole") { try job.perplexity(of: job.source.file) }
        let pruned = try journal.value("perplexity without \(ModelCard.runs(gone))") { try job.perplexity(of: left) }
        job.tell("perplexity \(whole.text()), pruned \(pruned.text())")
        try job.output.finish(
            left, job.source.file.tokenizer, card(importance, gone, left.description, (whole, pruned)))
        return gone
    }

    private func measure() throws -> [Double] {
        let stream = try job.stream(ParameterArena.weights(of: job.source.file))
        return (0..<job.model.layers).map { index in
            var sum = LayerImportance.Sum()
            stream.pass(through: index) {
                sum.add($0.input, $0.output, rows: $0.rows, width: job.model.hiddenSize)
            }
            job.tell("layer \(index): importance \(ModelCard.text(.rounded(sum.mean, 5)))")
            return sum.mean
        }
    }

    private func card(
        _ importance: LayerImportance, _ gone: [Int], _ left: ModelDescription,
        _ perplexity: (whole: JSONValue, left: JSONValue)
    ) -> ModelCard {
        var facts = job.facts(of: left, perplexity: perplexity)
        facts["layers_without"] = .array(gone.map { .integer($0) })
        let order = importance.values.indices.sorted { importance.values[$0] < importance.values[$1] }
        let rows: [[JSONValue]] = order.map { layer in
            [.integer(layer), .rounded(importance.values[layer], 6), gone.contains(layer) ? "no" : "yes"]
        }
        return ModelCard(
            title: "\(job.model.name) without \(gone.count) of its layers", facts: facts,
            tables: [
                .init(
                    title: "Layers, the least important first", member: "layers",
                    columns: ["Layer", "Importance", "Stays"], rows: rows)
            ])
    }
}
