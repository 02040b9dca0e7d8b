import ModelFiles

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

    public var scale: Float { alpha / Float(rank) }

    /// - Throws: what is wrong with it for this model.
    public func check(for model: ModelDescription) throws(TrainingError) {
        guard (1...1024).contains(rank) else { throw .setting("the rank is \(rank); it must be in 1...1024") }
        guard alpha.isFinite, alpha > 0 else { throw .setting("alpha is \(alpha); it must be a number above 0") }
        guard !matrices.isEmpty, !layers.isEmpty else { throw .setting("the adapter changes no matrix") }
        if let layer = layers.first(where: { !(0..<model.layers).contains($0) }) {
            throw .setting("there is no layer \(layer); the model's are 0...\(model.layers - 1)")
        }
        if invocation?.isEmpty == true { throw .setting("the invocation of an activated adapter has no tokens") }
    }

    /// Both factors of every matrix: `A` is `[rank, inputs]`, `B` is `[outputs, rank]`.
    package func factors(in model: ModelDescription) -> [(key: ParameterKey, shape: [Int])] {
        layers.flatMap { layer in
            matrices.flatMap { matrix -> [(ParameterKey, [Int])] in
                let shape = model.shape(of: matrix.weight(ofLayer: layer))
                return [
                    (.factorA(matrix, layer), [rank, shape[1]]), (.factorB(matrix, layer), [shape[0], rank]),
                ]
            }
        }
    }
}
