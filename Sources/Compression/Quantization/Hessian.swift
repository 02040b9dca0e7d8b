import Kernels
import Training

/// The sum of `xᵀ x` over all inputs of a linear layer: what its output's squared error depends on (arXiv 2210.17323, 2).
/// Owner: the thread that measures.
package final class Hessian {
    package let size: Int
    private var rows = 0
    /// `[size, size]`; of what lies left of the diagonal's blocks nothing is made
    private let sum: FloatBuffer

    package init(size: Int) {
        self.size = size
        sum = FloatBuffer(size * size)
    }

    /// Rows of the sum that are made at a time.
    private static let blockRows = 512

    /// `x`: `[rows, size]`.
    package func add(_ x: UnsafePointer<Float>, rows: Int, on pool: WorkerPool) {
        for first in stride(from: 0, to: size, by: Self.blockRows) {
            let part = DenseMatrix(x + first, rows: rows, columns: min(Self.blockRows, size - first), stride: size)
            let rest = DenseMatrix(x + first, rows: rows, columns: size - first, stride: size)
            DenseProduct(part.transposed, rest, adds: true)
                .run(into: sum.base + first * size + first, stride: size, on: pool)
        }
        self.rows += rows
        kept = nil
    }

    /// The mean square of each input.
    package var diagonal: [Float] { (0..<size).map { sum.base[$0 * size + $0] / Float(max(rows, 1)) } }

    /// The mean over rows, its columns in another order; the upper triangle.
    func ordered(_ order: [Int]) -> [Double] {
        var matrix = [Double](repeating: 0, count: size * size)
        let scale = 1 / Double(max(rows, 1))
        for (row, first) in order.enumerated() {
            for column in row..<size {
                let second = order[column]
                matrix[row * size + column] = Double(sum.base[min(first, second) * size + max(first, second)]) * scale
            }
        }
        return matrix
    }

    /// Of each row `w` of a layer's weights `w H wᵀ`: the mean square of what it gives.
    ///
    /// - Parameter weights: `[rows, size]`.
    package func energies(of weights: [Float], rows: Int, on pool: WorkerPool) -> [Double] {
        let product = FloatBuffer(rows * size)
        return weights.withUnsafeBufferPointer { weights in
            whole.withUnsafeBufferPointer { whole in
                guard let base = weights.baseAddress, let whole = whole.baseAddress else { return [] }
                let left = DenseMatrix(base, rows: rows, columns: size)
                DenseProduct(left, DenseMatrix(whole, rows: size, columns: size)).run(into: product.base, on: pool)
                return (0..<rows).map { row in
                    (row * size..<(row + 1) * size).reduce(0.0) {
                        $0 + Double(product.base[$1]) * Double(base[$1])
                    }
                }
            }
        }
    }

    private var kept: [Float]?

    /// `[size, size]`, the mean over rows; kept until something is added.
    var whole: [Float] {
        if let kept { return kept }
        let scale = 1 / Float(max(rows, 1))
        var whole = [Float](repeating: 0, count: size * size)
        for row in 0..<size {
            for column in row..<size {
                let value = sum.base[row * size + column] * scale
                whole[row * size + column] = value
                whole[column * size + row] = value
            }
        }
        kept = whole
        return whole
    }
}
