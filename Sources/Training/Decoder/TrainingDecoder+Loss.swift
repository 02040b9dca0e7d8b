import Foundation
import Kernels
import ModelFiles

extension TrainingDecoder {
    /// Rows of logits that are made at a time.
    private static let lossRows = 64

    /// The sum of a loss over a batch's completion tokens, after its forward pass. The output matrix is multiplied with the
    /// rows alone that predict one.
    ///
    /// - Parameter weight: of a token; with it the gradient of the residual stream is left in `scratch.slope`. nil: the loss
    ///   alone.
    package func loss(_ batch: TrainingBatch, _ loss: any TokenLoss, weight: Float?) -> Double {
        let rows = batch.lossRows.count
        guard rows > 0, let matrix = weights.pointer(.weight(outputMatrix)) else { return 0 }
        let states = scratch.outputs.reserve(rows * hidden), slopes = scratch.outputSlope.reserve(rows * hidden)
        let residual = scratch.normedSlope.reserve(rows * hidden)
        for (place, row) in batch.lossRows.enumerated() {
            (residual + place * hidden).update(from: scratch.residual.base + row * hidden, count: hidden)
        }
        outputNorm.forward(residual, rows: rows, into: states)
        var total = 0.0
        let vocabulary = model.vocabularySize
        let output = DenseMatrix(matrix, rows: vocabulary, columns: hidden)
        for first in stride(from: 0, to: rows, by: Self.lossRows) {
            let count = min(Self.lossRows, rows - first)
            let logits = scratch.logits.reserve(count * vocabulary)
            let state = DenseMatrix(states + first * hidden, rows: count, columns: hidden)
            if let packedOutput {
                packedOutput.multiply(state, bias: nil, into: logits, scratch.activations, on: pool)
            } else {
                DenseProduct(state, output.transposed).run(into: logits, on: pool)
            }
            total += sum(loss, of: batch.targets[first..<first + count], logits, weight: weight)
            guard weight != nil else { continue }
            let slope = DenseMatrix(logits, rows: count, columns: vocabulary)
            if let packedOutput {
                packedOutput.multiplyBack(slope, into: slopes + first * hidden, scratch.activations, on: pool)
            } else {
                DenseProduct(slope, output).run(into: slopes + first * hidden, on: pool)
            }
            if trainsWeights, let gradient = gradients.pointer(.weight(outputMatrix)) {
                DenseProduct(slope.transposed, state, adds: true).run(into: gradient, on: pool)
            }
        }
        if weight != nil { scatter(slopes, batch, residual: residual) }
        return total
    }

    /// The gradient of the norm's input, to the rows that it belongs to.
    private func scatter(_ slopes: UnsafePointer<Float>, _ batch: TrainingBatch, residual: UnsafePointer<Float>) {
        let rows = batch.lossRows.count
        let ofRows = scratch.normed.reserve(rows * hidden)
        ofRows.update(repeating: 0, count: rows * hidden)
        outputNorm.backward(slopes, x: residual, rows: rows, addingTo: ofRows)
        let slope = scratch.slope.reserve(batch.rows * hidden)
        slope.update(repeating: 0, count: batch.rows * hidden)
        for (place, row) in batch.lossRows.enumerated() {
            (slope + row * hidden).update(from: ofRows + place * hidden, count: hidden)
        }
    }

    /// The sum of the rows' losses; with a weight the logits become their gradients.
    private func sum(
        _ loss: any TokenLoss, of targets: ArraySlice<TaughtToken>, _ logits: UnsafeMutablePointer<Float>,
        weight: Float?
    ) -> Double {
        let vocabulary = model.vocabularySize
        let targets = Array(targets)
        var losses = [Double](repeating: 0, count: targets.count)
        losses.withUnsafeMutableBufferPointer { losses in
            // Safe: each row has a place of its own.
            nonisolated(unsafe) let losses = losses
            pool.parallelFor(targets.count) { _, range in
                for row in range {
                    let x = UnsafeMutableBufferPointer(start: logits + row * vocabulary, count: vocabulary)
                    losses[row] = loss.loss(x, of: targets[row], weight: weight)
                }
            }
        }
        return losses.reduce(0, +)
    }
}
