import Kernels
import ModelFiles

/// What a model has to compute and read, and how long a machine at its peaks would need for it: the limit that a
/// measurement is compared with.
package struct ModelCost: Sendable {
    /// Weights of all layers' matrices, and of the output matrix.
    package let layerWeights: Double, headWeights: Double
    /// Operations of attention for a row and a position it looks at, over all layers.
    package let attentionPerPosition: Double
    /// Bytes of all packed matrices.
    package let weightBytes: Double

    /// Multiply-adds and bytes of a model's passes, from its shape.
    package init(_ model: ModelDescription, weightBytes: Int) {
        let hidden = Double(model.hiddenSize), queries = Double(model.heads * model.headSize)
        let keys = Double(model.kvHeads * model.headSize)
        layerWeights =
            Double(model.layers) * hidden * (2 * queries + 2 * keys + 3 * Double(model.intermediateSize))
        headWeights = Double(model.vocabularySize) * hidden
        attentionPerPosition = 4 * queries * Double(model.layers)
        self.weightBytes = Double(weightBytes)
    }

    /// Operations of the layers' matrices, of attention, and of the output matrix for one row.
    package func prefill(_ tokens: Int, after context: Int) -> (linear: Double, attention: Double) {
        let positions = Double(tokens) * Double(context) + Double(tokens) * Double(tokens + 1) / 2
        return (2 * layerWeights * Double(tokens) + 2 * headWeights, attentionPerPosition * positions)
    }
}

/// The rates that bound a model in one format.
package struct ModelLimits: Sendable {
    /// Operations a second of the matrices and of attention, and bytes of memory.
    package let linear: Double, attention: Double, memory: Double

    /// - Returns: nil where the machine has no peak for the format's arithmetic.
    package init?(_ peaks: MachinePeaks, _ format: WeightFormat, cache: KVCacheShape.Element? = nil) {
        let linear: Double? =
            switch format {
            case .w8a8, .w4a8: peaks.int8?.all
            case .w8a16, .w4a16: peaks.int8.map { $0.all / 2 }  // two products for 16-bit inputs
            case .bf16, .fp8, .fp8a16: peaks.bf16?.all
            case .f32: peaks.f32?.all
            }
        let attention = peaks.attention(cache ?? (format == .f32 ? .f32 : .bf16))?.rate
        guard let linear, let attention else { return nil }
        (self.linear, self.attention, memory) = (linear, attention, max(peaks.memory.one, peaks.memory.all))
    }

    /// Seconds of a prompt's part behind a context, at the peaks.
    package func prefillSeconds(_ cost: ModelCost, _ tokens: Int, after context: Int) -> Double {
        let work = cost.prefill(tokens, after: context)
        return max(work.linear / linear, cost.weightBytes / memory) + work.attention / attention
    }

    /// One step of `batch` sequences, each with `context` tokens: the weights are read once.
    package func stepSeconds(_ cost: ModelCost, batch: Int, context: Int) -> Double {
        let operations = 2 * (cost.layerWeights + cost.headWeights) * Double(batch)
        return max(operations / linear, cost.weightBytes / memory)
            + cost.attentionPerPosition * Double(context * batch) / attention
    }

    /// Time of both cores that one request takes when `clients` requests decode in one batch.
    package func requestSeconds(_ cost: ModelCost, shared: Int, fresh: Int, generated: Int, clients: Int) -> Double {
        let steps = max(0, generated - 1)
        let context = shared + fresh + (steps + 1) / 2
        return prefillSeconds(cost, fresh, after: shared)
            + Double(steps) * stepSeconds(cost, batch: clients, context: context) / Double(clients)
    }
}

extension MachinePeaks {
    /// The arithmetic that bounds attention over a cache of this element: its own where the machine has it, else f32.
    func attention(_ element: KVCacheShape.Element) -> (name: String, rate: Double)? {
        switch element {
        case .int8: if let int8 { return ("int8", int8.all) }
        case .bf16: if let bf16 { return ("bf16", bf16.all) }
        case .f32: break
        }
        return f32.map { ("f32", $0.all) }
    }
}
