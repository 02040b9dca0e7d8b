/// What a low-rank adapter changes and how (LoRA, arXiv 2106.09685): `W x` becomes `W x + alpha / rank * B (A x)`.
public struct AdapterShape: Sendable, Hashable {
    public var rank: Int
    public var alpha: Float
    public var matrices: [AdaptedMatrix]
    /// Ascending.
    public var layers: [Int]
    /// The adapter acts from these tokens on only (activated LoRA, arXiv 2504.12397); nil: everywhere.
    public var invocation: [Int32]?

    public init(rank: Int, alpha: Float, matrices: [AdaptedMatrix], layers: [Int], invocation: [Int32]? = nil) {
        (self.rank, self.alpha, self.invocation) = (rank, alpha, invocation)
        self.matrices = AdaptedMatrix.allCases.filter(matrices.contains)
        self.layers = Set(layers).sorted()
    }

    /// What it changes, in the order of its files.
    var modules: [(matrix: AdaptedMatrix, layer: Int)] {
        layers.flatMap { layer in matrices.map { ($0, layer) } }
    }

    public var scale: Float { alpha / Float(rank) }

    /// What is wrong with it for a model; nil if nothing is.
    public func fault(for model: ModelDescription) -> String? {
        if !(1...1024).contains(rank) { return "the rank is \(rank); it must be in 1...1024" }
        if !(alpha.isFinite && alpha > 0) { return "alpha is \(alpha); it must be a number above 0" }
        if matrices.isEmpty || layers.isEmpty { return "the adapter changes no matrix" }
        if let layer = layers.first(where: { !(0..<model.layers).contains($0) }) {
            return "there is no layer \(layer); the model's are 0...\(model.layers - 1)"
        }
        return invocation?.isEmpty == true ? "the invocation of an activated adapter has no tokens" : nil
    }
}
