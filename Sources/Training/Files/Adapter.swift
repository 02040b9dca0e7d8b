import Kernels
import ModelFiles

/// A low-rank adapter: its shape and both factors of each matrix it changes.
public struct Adapter {
    public let shape: AdapterShape
    public let factors: ParameterArena

    public init(shape: AdapterShape, factors: ParameterArena) { (self.shape, self.factors) = (shape, factors) }

    /// Its numbers as they are now, as files and engines take them.
    package var lowRank: LowRankAdapter {
        var numbers = LowRankAdapter(shape: shape)
        for layer in shape.layers {
            for matrix in shape.matrices {
                numbers[.a, matrix, layer] = factors.values(.factorA(matrix, layer))
                numbers[.b, matrix, layer] = factors.values(.factorB(matrix, layer))
            }
        }
        return numbers
    }

    /// Adds `scale * B A` to the weights, which then need no adapter.
    ///
    /// - Throws: `.setting` for an activated adapter: merged, it would act on the whole prompt, which it was not trained on.
    public func merge(into weights: ParameterArena) throws(TrainingError) {
        guard shape.invocation == nil else {
            throw .setting(
                "an activated adapter acts from its invocation on; merged it would act everywhere. Train without --activated"
            )
        }
        for layer in shape.layers {
            for matrix in shape.matrices {
                guard let a = factors.pointer(.factorA(matrix, layer)),
                    let b = factors.pointer(.factorB(matrix, layer)),
                    let weight = weights.pointer(.weight(matrix.weight(ofLayer: layer))),
                    let inputs = factors.entry(.factorA(matrix, layer))?.shape[1],
                    let outputs = factors.entry(.factorB(matrix, layer))?.shape[0]
                else { continue }
                let low = DenseMatrix(a, rows: shape.rank, columns: inputs)
                let high = DenseMatrix(b, rows: outputs, columns: shape.rank)
                DenseProduct(high, low, scale: shape.scale, adds: true).run(into: weight)
            }
        }
    }
}
