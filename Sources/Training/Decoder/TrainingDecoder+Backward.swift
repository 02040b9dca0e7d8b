import Kernels
import ModelFiles

extension TrainingDecoder {
    /// Adds the gradients of a batch, from that of the residual stream in `scratch.slope`, right after its forward pass.
    package func backward(_ batch: TrainingBatch) {
        for index in layers.indices.reversed() where index >= firstTrained {
            let isLowest = index == firstTrained && !trainsWeights
            feedForward(index, batch, isLowest: isLowest && !layers[index].isAttentionTrained)
            if !isLowest || layers[index].isAttentionTrained { attend(index, batch, isLowest: isLowest) }
        }
        guard trainsWeights, let gradient = gradients.pointer(.weight(.tokenEmbedding)) else { return }
        for (row, token) in batch.tokens.enumerated() {
            let (slope, sum) = (scratch.slope.base + row * hidden, gradient + Int(token) * hidden)
            for place in 0..<hidden { sum[place] += slope[place] }
        }
    }

    /// From the gradient of a layer's output to that of `record.middle`, both in `scratch.slope`.
    private func feedForward(_ index: Int, _ batch: TrainingBatch, isLowest: Bool) {
        let (layer, record, rows) = (layers[index], records[index], batch.rows)
        let slope = scratch.slope.base
        let inner = scratch.inner.reserve(rows * model.intermediateSize)
        let innerSlope = scratch.innerSlope.reserve(rows * model.intermediateSize)
        gatedUnit.forward(record.gateUp.base, rows: rows, into: inner)
        layer.down.backward(slope, x: inner, low: record.downLow.base, rows: rows, into: innerSlope)
        if isLowest, !layer.gateUp.isTrained { return }
        gatedUnit.backward(innerSlope, rows: rows, replacing: record.gateUp.base)
        let normed = scratch.normed.reserve(rows * hidden)
        layer.feedForwardNorm.forward(record.middle.base, rows: rows, into: normed)
        let normedSlope = isLowest ? nil : scratch.normedSlope.reserve(rows * hidden)
        layer.gateUp.backward(
            record.gateUp.base, x: normed, low: record.gateUpLow.base, rows: rows, into: normedSlope)
        guard let normedSlope else { return }
        layer.feedForwardNorm.backward(normedSlope, x: record.middle.base, rows: rows, addingTo: slope)
    }

    /// From the gradient of `record.middle` to that of the layer's input, both in `scratch.slope`.
    private func attend(_ index: Int, _ batch: TrainingBatch, isLowest: Bool) {
        let (layer, record, rows) = (layers[index], records[index], batch.rows)
        let slope = scratch.slope.base
        let attendedSlope = scratch.attendedSlope.reserve(rows * attention.queryWidth)
        layer.attentionOutput.backward(
            slope, x: record.attended.base, low: record.attentionOutputLow.base, rows: rows, into: attendedSlope)
        if isLowest, !layer.fused.isTrained { return }
        let fusedSlope = scratch.fusedSlope.reserve(rows * attention.width)
        AttentionGradient(
            attention: attention, batch: batch, layer: index, fused: record.fused.base, attended: record.attended.base,
            logSums: record.logSums.base
        ).run(
            attendedSlope, into: fusedSlope,
            perHead: scratch.perHead.reserve(model.heads * rows * 2 * model.headSize))
        rotation.apply(
            fusedSlope, stride: attention.width, heads: model.heads + model.kvHeads, positions: batch.positions,
            back: true, on: pool)
        layer.headNorm?.backward(fusedSlope, rows: rows, stride: attention.width, kept: record.unnormed.base)
        let normed = scratch.normed.reserve(rows * hidden)
        layer.attentionNorm.forward(record.input.base, rows: rows, into: normed)
        let normedSlope = isLowest ? nil : scratch.normedSlope.reserve(rows * hidden)
        layer.fused.backward(fusedSlope, x: normed, low: record.fusedLow.base, rows: rows, into: normedSlope)
        guard let normedSlope else { return }
        layer.attentionNorm.backward(normedSlope, x: record.input.base, rows: rows, addingTo: slope)
    }
}
