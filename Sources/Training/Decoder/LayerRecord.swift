/// What the forward pass of a layer keeps for its backward pass. Owner: the training thread.
package final class LayerRecord {
    /// `[rows, hidden]`: the residual stream before the layer, and between its halves.
    package let input = FloatBuffer()
    package let middle = FloatBuffer()
    /// `[rows, (heads + 2 kvHeads) * headSize]`, queries and keys turned
    package let fused = FloatBuffer()
    /// `[rows, (heads + kvHeads) * headSize]`, queries and keys before their norms; empty without these
    package let unnormed = FloatBuffer()
    /// `[rows, heads * headSize]` and `[rows, heads]`
    package let attended = FloatBuffer()
    package let logSums = FloatBuffer()
    /// `[rows, 2 * intermediate]`
    package let gateUp = FloatBuffer()
    /// `[parts][rows, rank]` of each linear layer
    package let fusedLow = FloatBuffer()
    package let attentionOutputLow = FloatBuffer()
    package let gateUpLow = FloatBuffer()
    package let downLow = FloatBuffer()
}
