import Kernels
import ModelFiles
import Models
import Training

/// Windows of a text on their way through a decoder, all of them layer by layer. Owner: the caller's thread.
package final class ActivationStream {
    /// What a layer computes of one window; good as long as the call lasts. Row-major, f32.
    package struct Layer {
        package let index: Int, rows: Int
        /// `[rows, hidden]`: the residual stream before the layer, between its halves and behind it
        package let input: UnsafePointer<Float>, middle: UnsafePointer<Float>, output: UnsafePointer<Float>
        /// `[rows, hidden]`: what query, key and value read, and what gate and up read
        package let attentionInput: UnsafePointer<Float>, feedForwardInput: UnsafePointer<Float>
        /// `[rows, heads * headSize]`: what the output of attention reads
        package let attended: UnsafePointer<Float>
        /// `[rows, 2 * intermediate]`, gate, then up; and `[rows, intermediate]`, what down reads
        package let gateUp: UnsafePointer<Float>, inner: UnsafePointer<Float>
    }

    package let decoder: TrainingDecoder
    private let batches: [TrainingBatch]
    /// `[rows, hidden]` of each window.
    private let streams: [FloatBuffer]

    package init(_ decoder: TrainingDecoder, _ windows: [[Int32]]) {
        self.decoder = decoder
        let hidden = decoder.model.hiddenSize
        batches = windows.map { TrainingBatch(tokens: $0[...], after: nil) }
        streams = batches.map { batch in
            let stream = FloatBuffer(batch.rows * hidden)
            decoder.embed(batch, into: stream.base)
            return stream
        }
    }

    /// Where a layer writes that is looked at before it is passed.
    private let aside = FloatBuffer()

    /// One layer on all windows.
    ///
    /// - Parameter advances: false: the next layer's input stays as it was.
    package func pass(through index: Int, advances: Bool = true, _ see: (Layer) -> Void = { _ in }) {
        for (batch, kept) in zip(batches, streams) {
            var stream = kept
            if !advances {
                let count = batch.rows * decoder.model.hiddenSize
                aside.reserve(count).update(from: kept.base, count: count)
                stream = aside
            }
            decoder.pass(batch, through: index, stream.base) { layer in
                see(
                    Layer(
                        index: index, rows: batch.rows, input: layer.record.input.base,
                        middle: layer.record.middle.base, output: stream.base, attentionInput: layer.attentionInput,
                        feedForwardInput: layer.feedForwardInput, attended: layer.record.attended.base,
                        gateUp: layer.record.gateUp.base, inner: layer.inner))
            }
        }
    }
}
