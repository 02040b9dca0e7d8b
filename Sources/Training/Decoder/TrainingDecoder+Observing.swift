/// One layer at a time, for those who measure what passes through it.
extension TrainingDecoder {
    /// What a layer computed of a batch; good as long as the call lasts.
    package struct ObservedLayer {
        package let record: LayerRecord
        /// `[rows, hidden]`: outputs of the layer's norms
        package let attentionInput: UnsafePointer<Float>, feedForwardInput: UnsafePointer<Float>
        /// `[rows, intermediate]`: of the gated unit
        package let inner: UnsafePointer<Float>
    }

    /// A layer without adapter.
    ///
    /// - Parameter stream: `[rows, hidden]`, the residual stream, replaced by what the layer makes of it.
    package func pass(
        _ batch: TrainingBatch, through index: Int, _ stream: UnsafeMutablePointer<Float>,
        see: (ObservedLayer) -> Void
    ) {
        let layer = layers[index], rows = batch.rows, record = records[index]
        scratch.residual.reserve(rows * hidden).update(from: stream, count: rows * hidden)
        project(index, batch, record: record, isAdapted: false)
        finish(index, batch, record: record, isAdapted: false)
        stream.update(from: scratch.residual.base, count: rows * hidden)
        // Both norms once more: the pass itself keeps neither.
        let attentionInput = scratch.slope.reserve(rows * hidden)
        layer.attentionNorm.forward(record.input.base, rows: rows, into: attentionInput)
        let feedForwardInput = scratch.normed.reserve(rows * hidden)
        layer.feedForwardNorm.forward(record.middle.base, rows: rows, into: feedForwardInput)
        see(
            ObservedLayer(
                record: record, attentionInput: attentionInput, feedForwardInput: feedForwardInput,
                inner: scratch.inner.base))
    }
}
