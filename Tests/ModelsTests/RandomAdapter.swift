import Kernels
import ModelFiles
import Models
import TestSupport

/// Adapters and the models that they come to when they are merged, from a seed.
enum RandomAdapter {
    static let rank = 4

    /// - Parameter size: what `B (A x)` comes to beside `W x`.
    static func make(
        _ matrices: [AdaptedMatrix] = AdaptedMatrix.allCases, layers: [Int]? = nil, size: Float = 0.3, seed: UInt64
    ) -> LowRankAdapter {
        let model = RandomWeightsTests.small
        let shape = AdapterShape(
            rank: rank, alpha: 8, matrices: matrices, layers: layers ?? Array(0..<model.layers))
        var adapter = LowRankAdapter(shape: shape)
        var random = SeededGenerator(seed)
        for layer in shape.layers {
            for matrix in shape.matrices {
                let weight = model.shape(of: matrix.weight(ofLayer: layer))
                let (a, b) = ((3 / Float(weight[1])).squareRoot(), size * (3 / Float(rank)).squareRoot() / shape.scale)
                adapter[.a, matrix, layer] = (0..<rank * weight[1]).map { _ in .random(in: -a...a, using: &random) }
                adapter[.b, matrix, layer] = (0..<rank * weight[0]).map { _ in .random(in: -b...b, using: &random) }
            }
        }
        return adapter
    }
}

/// A model's weights with an adapter added to them, which then need none.
struct MergedWeights: WeightSource {
    let base: RandomWeights
    let adapter: LowRankAdapter

    var description: ModelDescription { base.description }

    func weight(_ name: TensorName) -> WeightRows {
        let rows = base.weight(name)
        for layer in adapter.shape.layers {
            for matrix in adapter.shape.matrices where matrix.weight(ofLayer: layer) == name {
                guard let a = adapter[.a, matrix, layer], let b = adapter[.b, matrix, layer] else { continue }
                return merged(rows, a, b)
            }
        }
        return rows
    }

    private func merged(_ weight: WeightRows, _ a: [Float], _ b: [Float]) -> WeightRows {
        let rank = adapter.shape.rank, scale = Double(adapter.shape.scale), columns = weight.columns
        var numbers = weight.all()
        for row in 0..<weight.rows {
            for column in 0..<columns {
                let sum = (0..<rank).reduce(0.0) { $0 + Double(b[row * rank + $1]) * Double(a[$1 * columns + column]) }
                numbers[row * columns + column] = Float(Double(numbers[row * columns + column]) + scale * sum)
            }
        }
        let all = numbers
        return WeightRows(rows: weight.rows, columns: columns) { range, into in
            for (place, number) in all[range.lowerBound * columns..<range.upperBound * columns].enumerated() {
                into[place] = number
            }
        }
    }
}
