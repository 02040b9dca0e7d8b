import ModelFiles

extension ModelDescription {
    /// Shapes that `--shape` knows: Qwen2.5 (arXiv 2412.15115, table 1), Qwen3-0.6B (arXiv 2505.09388, table 1), and the 0.5B
    /// after width pruning, named by hidden and intermediate size (the paper, appendix I).
    public static let shapeNames =
        ["qwen2.5-0.5b", "qwen2.5-1.5b", "qwen2.5-3b", "qwen2.5-7b", "qwen3-0.6b"]
        + pruned.map { "\($0)-\($1)x\($2)" }

    private static let pruned = [
        ("0.4b", 896, 3328), ("0.4b", 832, 3840), ("0.4b", 768, 4352), ("0.4b", 706, 4864), ("0.35b", 896, 2560),
        ("0.35b", 768, 3584), ("0.35b", 706, 4096), ("0.35b", 640, 4864),
    ]

    /// A shape of `shapeNames`, or Qwen2.5-0.5B with other sizes: `HIDDENxINTERMEDIATE` or
    /// `HIDDENxINTERMEDIATExLAYERS`, as in `896x4864x18` for a model without six of its layers.
    ///
    /// - Throws: `.unknownShape`.
    public init(shape name: String) throws(BenchmarkError) {
        switch name {
        case "qwen2.5-0.5b": self.init(name, hidden: 896, intermediate: 4864)
        case "qwen2.5-1.5b": self.init(name, layers: 28, hidden: 1536, intermediate: 8960, heads: 12, headSize: 128)
        case "qwen2.5-3b": self.init(name, layers: 36, hidden: 2048, intermediate: 11008, heads: 16, headSize: 128)
        case "qwen2.5-7b":
            self.init(
                name, layers: 28, hidden: 3584, intermediate: 18944, heads: 28, kvHeads: 4, headSize: 128,
                vocabulary: 152_064, tied: false)
        case "qwen3-0.6b":
            self.init(name, layers: 28, hidden: 1024, intermediate: 3072, heads: 16, kvHeads: 8, headSize: 128)
            (architecture, hasQKVBias, hasHeadNorms) = (.qwen3, false, true)
        default:
            let sizes = Self.shapeNames.contains(name) ? name.split(separator: "-").last ?? "" : name[...]
            let numbers = sizes.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
            guard 2...3 ~= numbers.count, numbers[0...1].allSatisfy({ 64...65536 ~= $0 && $0 % 2 == 0 }),
                numbers.count == 2 || 1...512 ~= numbers[2]
            else { throw .unknownShape(name) }
            self.init(
                name, layers: numbers.count == 3 ? numbers[2] : 24, hidden: numbers[0], intermediate: numbers[1])
        }
    }

    /// A shape by its sizes, with heads and vocabulary of the 0.5B.
    private init(
        _ name: String, layers: Int = 24, hidden: Int, intermediate: Int, heads: Int = 14, kvHeads: Int = 2,
        headSize: Int = 64, vocabulary: Int = 151_936, tied: Bool = true
    ) {
        self.init(
            name: name, architecture: .qwen2, layers: layers, hiddenSize: hidden, intermediateSize: intermediate,
            heads: heads, kvHeads: kvHeads, headSize: headSize, vocabularySize: vocabulary, contextLength: 32768,
            ropeBase: 1_000_000, rmsEpsilon: 1e-6, hasQKVBias: true, tiesEmbeddings: tied, rotaryPairing: .halves)
    }
}
