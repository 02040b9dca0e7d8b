/// The column of operations that the paper printed (appendix J), with the shapes of the models that it names.
package enum PublishedOperations {
    package struct Row: Sendable, Hashable {
        package let shape: TransformerShape
        /// As printed, in 10⁹.
        package let billions: Double
        /// Where the paper leaves the shape open: what was taken.
        package let remark: String?
    }

    private static func qwen(
        _ name: String, _ layers: Int, _ hidden: Int, _ intermediate: Int, heads: (Int, Int, Int) = (14, 2, 64),
        vocabulary: Int = 151_936
    ) -> TransformerShape {
        TransformerShape(
            name, layers: layers, hidden: hidden, intermediate: intermediate,
            attention: .init(heads: heads.0, kvHeads: heads.1, headSize: heads.2), vocabulary: vocabulary)
    }

    /// In the order of the paper.
    package static let rows: [Row] = [
        Row(
            shape: qwen("bert-large", 24, 1024, 4096, heads: (16, 16, 64), vocabulary: 30_522), billions: 38.65,
            remark: "the paper's BERT has 330M parameters; it has no gate, so 4 where the formula has 6"),
        Row(shape: qwen("qwen2.5-0.5b", 24, 896, 4864), billions: 43.31, remark: nil),
        Row(
            shape: qwen("0.4b-width", 24, 896, 3328), billions: 33.10,
            remark: "the first of the paper's four widths of that size"),
        Row(
            shape: qwen("0.4b-depth", 18, 896, 4864), billions: 40.83,
            remark: "the paper does not say which layers went; 18 of 24 leave 0.4B"),
        Row(shape: qwen("qwen2.5-1.5b", 28, 1536, 8960, heads: (12, 2, 128)), billions: 111.91, remark: nil),
        Row(shape: qwen("qwen2.5-3b", 36, 2048, 11_008, heads: (16, 2, 128)), billions: 218.94, remark: nil),
        Row(
            shape: qwen("qwen2.5-7b", 28, 3584, 18_944, heads: (28, 4, 128), vocabulary: 152_064), billions: 434.04,
            remark: nil),
        Row(
            shape: qwen("qwen2.5-72b", 80, 8192, 29_568, heads: (64, 8, 128), vocabulary: 152_064), billions: 4907.50,
            remark: nil),
    ]

    /// The row of a shape, whatever it is called here.
    package static func row(of shape: TransformerShape) -> Row? { rows.first { $0.shape.isAlike(shape) } }

    /// BERT's printed figure by another count, which meets it: one for a multiplication with its addition, no gate, no
    /// attention, 128 tokens.
    package static var bertByMultiplyAdds: Double {
        guard let bert = rows.first?.shape else { return 0 }
        let matrices = 4 * bert.hidden * bert.hidden + 2 * bert.hidden * bert.intermediate
        return Double(bert.layers * matrices * 128) / 1e9
    }
}
