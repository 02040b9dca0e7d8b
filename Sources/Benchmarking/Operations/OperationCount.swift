/// Floating-point operations of one pass over a prompt (the paper, appendix J):
///
///     l [4 b s_u h d_h (n_a + n_kv) + 2 b s_u s_t d_h n_a + 6 b s_u h d_i] + 2 b h v
///
/// It counts a multiplication and an addition apart, of attention the scores alone, and the output matrix for one row.
package struct OperationCount: Sendable, Hashable {
    /// A prompt: its tokens, those of them that no cache holds, and how many prompts are computed together.
    package struct Prompt: Sendable, Hashable {
        package var batch: Int, tokens: Int, uncached: Int

        package init(batch: Int = 1, tokens: Int, uncached: Int) {
            (self.batch, self.tokens, self.uncached) = (batch, tokens, uncached)
        }

        /// The paper's average request: 1,792 tokens of which 128 are new.
        package static let published = Prompt(tokens: 1792, uncached: 128)

        /// What is wrong with it; nil if nothing is.
        package var fault: String? {
            if !(1...1_000_000).contains(batch) { return "--batch is \(batch); it must be in 1...1000000" }
            if !(1...10_000_000).contains(tokens) { return "--prompt is \(tokens); it must be in 1...10000000" }
            if !(1...tokens).contains(uncached) {
                return "--uncached is \(uncached); it must be in 1...\(tokens), the tokens of --prompt"
            }
            return nil
        }
    }

    /// Query, key, value and output matrices of all layers.
    package let projections: Double
    /// Attention itself.
    package let attention: Double
    /// The feed-forward matrices of all layers.
    package let feedForward: Double
    /// The output matrix.
    package let output: Double

    package init(_ shape: TransformerShape, _ prompt: Prompt) {
        let layers = Double(shape.layers), hidden = Double(shape.hidden), width = Double(shape.headSize)
        let rows = Double(prompt.batch) * Double(prompt.uncached)
        projections = layers * 4 * rows * hidden * width * Double(shape.heads + shape.kvHeads)
        attention = layers * 2 * rows * Double(prompt.tokens) * width * Double(shape.heads)
        feedForward = layers * 6 * rows * hidden * Double(shape.intermediate)
        output = 2 * Double(prompt.batch) * hidden * Double(shape.vocabulary)
    }

    package var total: Double { projections + attention + feedForward + output }

    /// The uncached tokens with which the formula gives a published figure; the rest of the prompt stays as it is.
    ///
    /// - Returns: nil where not even none would.
    package func uncached(giving operations: Double, of prompt: Prompt) -> Double? {
        let perToken = (total - output) / Double(prompt.uncached)
        guard operations > output, perToken > 0 else { return nil }
        return (operations - output) / perToken
    }
}
