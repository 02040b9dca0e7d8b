import Kernels

/// RMSNorm and its gradient (arXiv 1910.07467, eq. 4): `y = x * r * weight`, `r = 1 / sqrt(mean(x²) + epsilon)`.
package struct NormLayer {
    package let width: Int
    package let epsilon: Float
    /// `[width]`
    package let weight: UnsafePointer<Float>
    /// Where the weight itself is trained.
    package let weightGradient: UnsafeMutablePointer<Float>?
    package let pool: WorkerPool

    /// `x`, `y`: `[rows, width]`.
    package func forward(_ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>) {
        rmsNorm(x, weight: weight, epsilon: epsilon, rows: rows, width: width, into: y, on: pool)
    }

    /// Adds the gradient of `x`: `r * (weight * g - x * r² * mean(x * weight * g))`; and that of the weight.
    ///
    /// - Parameters:
    ///   - gradient: `[rows, width]`, of `y`.
    ///   - sum: `[rows, width]`, added to; nil: nobody needs it.
    package func backward(
        _ gradient: UnsafePointer<Float>, x: UnsafePointer<Float>, rows: Int, addingTo sum: UnsafeMutablePointer<Float>?
    ) {
        if let sum {
            pool.parallelFor(rows, grain: 16) { _, range in
                for row in range {
                    addSlope(gradient + row * width, x: x + row * width, to: sum + row * width)
                }
            }
        }
        guard weightGradient != nil else { return }
        for row in 0..<rows { addWeightSlope(gradient + row * width, x: x + row * width) }
    }

    /// The gradient of one row of `x`.
    package func addSlope(
        _ gradient: UnsafePointer<Float>, x: UnsafePointer<Float>, to sum: UnsafeMutablePointer<Float>
    ) {
        let inverse = inverse(x)
        var product: Float = 0
        for place in 0..<width { product += x[place] * weight[place] * gradient[place] }
        let slope = product / Float(width) * inverse * inverse * inverse
        for place in 0..<width { sum[place] += inverse * weight[place] * gradient[place] - slope * x[place] }
    }

    /// What one row gives to the gradient of the weight, where that is trained.
    package func addWeightSlope(_ gradient: UnsafePointer<Float>, x: UnsafePointer<Float>) {
        guard let weightGradient else { return }
        let inverse = inverse(x)
        for place in 0..<width { weightGradient[place] += gradient[place] * x[place] * inverse }
    }

    private func inverse(_ x: UnsafePointer<Float>) -> Float {
        let squares = FloatProducts.dot(x, x, width: width)
        return 1 / (squares / Float(width) + epsilon).squareRoot()
    }
}
