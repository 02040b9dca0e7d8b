import Foundation
import Kernels
import ModelFiles

/// A matrix of E4M3, floats of 8 bits, with a scale for each row.
package struct EightBitFloatMatrix: Sendable {
    package let rows: Int, columns: Int
    /// `[rows, columns]`
    package let codes: Data
    /// `[rows]`, exact in bf16
    package let scales: [Float]

    /// Each weight to the float next to it; the largest of a row becomes 448, as near as its scale in bf16 lets it
    /// (compressed-tensors, `calculate_qparams`).
    ///
    /// - Parameter weights: `[rows, columns]`.
    package static func rounding(_ weights: [Float], rows: Int, on pool: WorkerPool) -> EightBitFloatMatrix {
        let columns = weights.count / rows
        var scales = [Float](repeating: 0, count: rows)
        var codes = [UInt8](repeating: 0, count: weights.count)
        weights.withUnsafeBufferPointer { weights in
            codes.withUnsafeMutableBufferPointer { codes in
                scales.withUnsafeMutableBufferPointer { scales in
                    guard let numbers = weights.baseAddress else { return }
                    // Workers write rows of their own; parallelFor returns after the last.
                    pool.parallelFor(rows, grain: 16) { _, range in
                        for row in range {
                            let largest = IntegerGrid.largest(numbers + row * columns, count: columns)
                            let scale = IntegerGrid.stored(largest / EightBitFloat.largest)
                            scales[row] = scale
                            for place in row * columns..<(row + 1) * columns {
                                codes[place] = EightBitFloat.code(weights[place] / scale)
                            }
                        }
                    }
                }
            }
        }
        return EightBitFloatMatrix(rows: rows, columns: columns, codes: Data(codes), scales: scales)
    }
}
