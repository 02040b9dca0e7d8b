import Kernels

/// The norms of query and key heads, and their gradient.
package struct HeadNormLayer {
    /// Of one head each.
    package let query: NormLayer, key: NormLayer
    package let heads: Int, kvHeads: Int

    /// Of the weights as they are now: training may change them with every step.
    private var norm: HeadNorm {
        func numbers(_ norm: NormLayer) -> [Float] {
            Array(UnsafeBufferPointer(start: norm.weight, count: norm.width))
        }
        return HeadNorm(
            query: numbers(query), key: numbers(key), heads: heads, kvHeads: kvHeads, epsilon: query.epsilon)
    }

    private var size: Int { query.width }
    /// Of queries and keys of a row.
    private var width: Int { (heads + kvHeads) * size }

    /// - Parameters:
    ///   - x: rows `stride` floats apart that begin with queries and keys; those are replaced.
    ///   - kept: `[rows, (heads + kvHeads) * headSize]`, what they were.
    package func forward(
        _ x: UnsafeMutablePointer<Float>, rows: Int, stride: Int, keeping kept: UnsafeMutablePointer<Float>
    ) {
        for row in 0..<rows { (kept + row * width).update(from: x + row * stride, count: width) }
        norm.apply(x, rows: rows, stride: stride, on: query.pool)
    }

    /// - Parameters:
    ///   - gradient: of the rows that `forward` left; becomes that of what they were.
    ///   - kept: as `forward` left it.
    package func backward(
        _ gradient: UnsafeMutablePointer<Float>, rows: Int, stride: Int, kept: UnsafePointer<Float>
    ) {
        for row in 0..<(query.weightGradient == nil ? 0 : rows) {
            for head in 0..<heads + kvHeads {
                norm(of: head).addWeightSlope(
                    gradient + row * stride + head * size, x: kept + row * width + head * size)
            }
        }
        query.pool.parallelFor(rows, grain: 4) { _, range in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: size) { memory in
                guard let slope = memory.baseAddress else { return }
                for row in range {
                    for head in 0..<heads + kvHeads {
                        let gradient = gradient + row * stride + head * size
                        slope.update(repeating: 0, count: size)
                        norm(of: head).addSlope(gradient, x: kept + row * width + head * size, to: slope)
                        gradient.update(from: slope, count: size)
                    }
                }
            }
        }
    }

    private func norm(of head: Int) -> NormLayer { head < heads ? query : key }
}
