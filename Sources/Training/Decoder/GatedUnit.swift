import Kernels

/// `silu(gate) * up` (SwiGLU, arXiv 2002.05202) and its gradient. Rows are `[2 * width]`: gate, then up.
package struct GatedUnit {
    package let width: Int
    package let pool: WorkerPool

    /// `y`: `[rows, width]`
    package func forward(_ gateUp: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>) {
        pool.parallelFor(rows, grain: 8) { _, range in
            for row in range {
                let gate = gateUp + row * 2 * width, y = y + row * width
                y.update(from: gate, count: width)
                VectorMath.forEach(y, count: width) { $0 = $0 / (1 + VectorMath.exponential(-$0)) }
                for place in 0..<width { y[place] *= gate[width + place] }
            }
        }
    }

    /// Replaces gate and up by their gradients: with `s = sigmoid(gate)`, `g * up * s * (1 + gate * (1 - s))` and
    /// `g * gate * s`.
    ///
    /// - Parameter gradient: `[rows, width]`, of `y`.
    package func backward(_ gradient: UnsafePointer<Float>, rows: Int, replacing gateUp: UnsafeMutablePointer<Float>) {
        pool.parallelFor(rows, grain: 8) { _, range in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: width) { sigmoid in
                guard let sigmoid = sigmoid.baseAddress else { return }
                for row in range {
                    let gate = gateUp + row * 2 * width, up = gate + width, gradient = gradient + row * width
                    sigmoid.update(from: gate, count: width)
                    VectorMath.forEach(sigmoid, count: width) { $0 = 1 / (1 + VectorMath.exponential(-$0)) }
                    for place in 0..<width {
                        let (x, s, g) = (gate[place], sigmoid[place], gradient[place])
                        gate[place] = g * up[place] * s * (1 + x * (1 - s))
                        up[place] = g * x * s
                    }
                }
            }
        }
    }
}
