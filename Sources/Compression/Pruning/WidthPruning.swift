import Documents
import ModelFiles
import OrderedCollections
import Training

/// A model with fewer channels: of the shapes that have a share of its numbers the one with the lowest perplexity as it
/// is cut, or one that is named.
public struct WidthPruning {
    public enum Choice: Sendable, Hashable {
        /// A share of the model's numbers, in steps of a grain.
        case ratio(Double, WidthShape.Grain)
        case shape(WidthShape)
    }

    /// A shape and what it came to.
    private struct Candidate {
        let shape: WidthShape
        let perplexity: JSONValue
        /// What it is sorted by.
        var rank: Double { perplexity.doubleValue ?? .infinity }
    }

    private let job: CompressionJob
    /// One or several to choose from.
    public let shapes: [WidthShape]

    /// - Throws: `.setting` for a ratio that no shape comes near, or a shape that is not smaller.
    public init(_ job: CompressionJob, _ choice: Choice) throws(CompressionError) {
        self.job = job
        let model = job.model
        switch choice {
        case .ratio(let ratio, let grain):
            guard ratio > 0, ratio < 1 else { throw .setting("--ratio \(ratio): must be between 0 and 1") }
            shapes = WidthShape.all(ratio: ratio, of: model, grain: grain)
            guard !shapes.isEmpty else {
                throw .setting(
                    "no shape in steps of \(grain.hidden) and \(grain.intermediate) leaves out \(ratio) of the model's numbers. Give --hidden and --intermediate, or a smaller --grain"
                )
            }
        case .shape(let shape):
            guard (1...model.hiddenSize).contains(shape.hidden),
                (1...model.intermediateSize).contains(shape.intermediate),
                shape != WidthShape(hidden: model.hiddenSize, intermediate: model.intermediateSize)
            else {
                throw .setting(
                    "\(shape) is not smaller than the model's \(model.hiddenSize)/\(model.intermediateSize)")
            }
            shapes = [shape]
        }
    }

    /// Measures, cuts, compares, writes the best.
    @discardableResult
    public func run() throws -> WidthShape {
        let journal = try job.journal(["verb": "prune width"])
        let importance = try importance(journal)
        let whole = try journal.value("perplexity whole") { try job.perplexity(of: job.source.file) }
        job.tell("perplexity \(whole.text())")
        var candidates: [Candidate] = []
        for shape in shapes {
            let perplexity = try journal.value("perplexity \(shape)") {
                try job.perplexity(of: PrunedModel(job.source.file, importance.cut(shape, of: job.model)))
            }
            job.tell("\(shape): perplexity \(perplexity.text())")
            candidates.append(Candidate(shape: shape, perplexity: perplexity))
        }
        candidates.sort { $0.rank < $1.rank }
        guard let best = candidates.first else { throw CompressionError.setting("there is no shape to choose from") }
        let left = try PrunedModel(job.source.file, importance.cut(best.shape, of: job.model), name: job.output.name)
        try job.output.finish(
            left, job.source.file.tokenizer, card(candidates, left, perplexity: (whole, best.perplexity)))
        return best.shape
    }

    /// From the journal, or measured.
    private func importance(_ journal: Journal) throws -> ChannelImportance {
        func list(_ numbers: [Double]) -> JSONValue { .array(numbers.map { .number($0) }) }
        let value = try journal.value("channels") {
            let measured = try measure()
            return ["embedding": list(measured.embedding), "inner": .array(measured.inner.map { list($0) })]
        }
        func numbers(_ value: JSONValue?) -> [Double] { value?.arrayValue?.compactMap(\.doubleValue) ?? [] }
        return ChannelImportance(
            embedding: numbers(value["embedding"]), inner: value["inner"]?.arrayValue?.map { numbers($0) } ?? [])
    }

    private func measure() throws -> ChannelImportance {
        let stream = try job.stream(ParameterArena.weights(of: job.source.file))
        let (hidden, inner) = (job.model.hiddenSize, job.model.intermediateSize)
        var embedding = [Double](repeating: 0, count: hidden), layers: [[Double]] = []
        for index in 0..<job.model.layers {
            var attention = ChannelImportance.Squares(width: hidden), feedForward = attention
            var gateUp = ChannelImportance.Squares(width: inner)
            stream.pass(through: index) { layer in
                attention.add(layer.attentionInput, rows: layer.rows, stride: hidden)
                feedForward.add(layer.feedForwardInput, rows: layer.rows, stride: hidden)
                gateUp.add(layer.gateUp, rows: layer.rows, stride: 2 * inner)
                gateUp.add(layer.gateUp + inner, rows: layer.rows, stride: 2 * inner)
            }
            for norm in [attention.unitRoots, feedForward.unitRoots] {
                for channel in 0..<hidden { embedding[channel] += norm[channel] }
            }
            layers.append(gateUp.unitRoots)
            job.tell("layer \(index) of \(job.model.layers) measured")
        }
        return ChannelImportance(embedding: embedding, inner: layers)
    }

    private func card(
        _ candidates: [Candidate], _ left: PrunedModel, perplexity: (whole: JSONValue, left: JSONValue)
    ) -> ModelCard {
        var facts = job.facts(of: left.description, perplexity: perplexity)
        facts["channels_kept"] = .array(left.cut.channels.map { .integer($0) })
        let model = job.model, base = WidthShape(hidden: model.hiddenSize, intermediate: model.intermediateSize)
        let whole = Candidate(shape: base, perplexity: perplexity.whole)
        let rows: [[JSONValue]] = ([whole] + candidates).map { candidate in
            let shape = candidate.shape
            let sizes: [JSONValue] = [.integer(shape.hidden), .integer(shape.intermediate)]
            return sizes + [.integer(shape.parameters(of: model)), candidate.perplexity]
        }
        return ModelCard(
            title: "\(model.name), narrowed to \(left.description.hiddenSize)/\(left.description.intermediateSize)",
            facts: facts,
            tables: [
                .init(
                    title: "Shapes, the whole model first, then by perplexity as they are cut", member: "shapes",
                    columns: ["Hidden size", "Intermediate size", "Parameters", "Perplexity"], rows: rows)
            ])
    }
}
