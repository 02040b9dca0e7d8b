import ModelFiles

extension AdapterShape {
    /// - Throws: what is wrong with it for this model.
    public func check(for model: ModelDescription) throws(TrainingError) {
        if let fault = fault(for: model) { throw .setting(fault) }
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
