/// What the forward pass of a layer keeps for its backward pass. Owner: the training thread.
final class LayerRecord {
    /// `[rows, hidden]`: the residual stream before the layer, and between its halves.
    let input = FloatBuffer()
    let middle = FloatBuffer()
    /// `[rows, (heads + 2 kvHeads) * headSize]`, queries and keys turned
    let fused = FloatBuffer()
    /// `[rows, heads * headSize]` and `[rows, heads]`
    let attended = FloatBuffer()
    let logSums = FloatBuffer()
    /// `[rows, 2 * intermediate]`
    let gateUp = FloatBuffer()
    /// `[parts][rows, rank]` of each linear layer
    let fusedLow = FloatBuffer()
    let attentionOutputLow = FloatBuffer()
    let gateUpLow = FloatBuffer()
    let downLow = FloatBuffer()
}
