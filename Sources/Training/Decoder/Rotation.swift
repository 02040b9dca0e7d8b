import Foundation
import Kernels
import ModelFiles

/// Turns the heads of rows by their positions, or back (arXiv 2104.09864, 3.2.2): numbers `i` and `i + headSize / 2` of a
/// head by the angle `position * base^(-2i / headSize)`.
package struct Rotation {
    private let headSize: Int
    private let frequencies: [Double]

    package init(_ model: ModelDescription) {
        let size = model.headSize, base = Double(model.ropeBase)
        headSize = size
        frequencies = (0..<size / 2).map { pow(base, -2 * Double($0) / Double(size)) }
    }

    /// - Parameters:
    ///   - x: rows `stride` floats apart that begin with `heads` heads.
    ///   - back: by the negative angle, which is the gradient's way.
    package func apply(
        _ x: UnsafeMutablePointer<Float>, stride: Int, heads: Int, positions: [Int32], back: Bool, on pool: WorkerPool
    ) {
        let half = headSize / 2
        pool.parallelFor(positions.count, grain: 16) { _, range in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: headSize) { table in
                for row in range {
                    for pair in 0..<half {
                        let angle = Double(positions[row]) * frequencies[pair]
                        table[pair] = Float(cos(angle))
                        table[half + pair] = Float(back ? -sin(angle) : sin(angle))
                    }
                    for head in 0..<heads {
                        let x = x + row * stride + head * headSize
                        for pair in 0..<half {
                            let (first, second) = (x[pair], x[half + pair])
                            x[pair] = first * table[pair] - second * table[half + pair]
                            x[half + pair] = second * table[pair] + first * table[half + pair]
                        }
                    }
                }
            }
        }
    }
}
