/// Finds the scale, and the minimum, with which whole numbers come nearest to a few numbers.
///
/// A finer or coarser scale than the range asks for may leave less error: some are tried, levels are rounded by each, and
/// for these levels the best scale is the solution of least squares.
enum BlockFit {
    /// `number ≈ scale * level - minimum`
    struct Affine: Equatable {
        var scale: Float, minimum: Float
    }

    /// Whole numbers below 2^22 as the sum with it holds them: the nearest, ties to even, without a call.
    private static let rounder: Float = 12_582_912

    @inline(__always)
    static func rounded(_ number: Float) -> Float { number + rounder - rounder }

    /// For levels 0...15, the minimum not below 0. Errors are weighted by a number's own magnitude beside that of all: large
    /// numbers matter more.
    ///
    /// - Parameter x: 32 numbers.
    static func affine(_ x: UnsafePointer<Float>) -> Affine {
        var (low, high, squares): (Float, Float, Float) = (min(0, x[0]), x[0], 0)
        for place in 0..<32 {
            (low, high) = (min(low, x[place]), max(high, x[place]))
            squares += x[place] * x[place]
        }
        guard high > low else { return Affine(scale: 0, minimum: -low) }
        let usual = (squares / 32).squareRoot()
        var best = Affine(scale: (high - low) / 15, minimum: -low), least = Float.infinity
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 32) { memory in
            guard let levels = memory.baseAddress else { return }
            for step in 0...20 {
                let inverse = (14 + 0.1 * Float(step)) / (high - low)
                for place in 0..<32 { levels[place] = max(0, min(15, rounded((x[place] - low) * inverse))) }
                guard let fit = leastSquares(x, levels, usual: usual) else { continue }
                var error: Float = 0
                for place in 0..<32 {
                    let off = fit.scale * levels[place] - fit.minimum - x[place]
                    error += (usual + abs(x[place])) * off * off
                }
                if error < least { (best, least) = (fit, error) }
            }
        }
        return best
    }

    /// What levels of these numbers are best multiplied with; nil where they are all the same.
    private static func leastSquares(
        _ x: UnsafePointer<Float>, _ levels: UnsafePointer<Float>, usual: Float
    ) -> Affine? {
        var (weights, sum, squares, numbers, products): (Float, Float, Float, Float, Float) = (0, 0, 0, 0, 0)
        for place in 0..<32 {
            let weight = usual + abs(x[place]), level = weight * levels[place]
            weights += weight
            sum += level
            squares += level * levels[place]
            numbers += weight * x[place]
            products += level * x[place]
        }
        let determinant = Double(weights) * Double(squares) - Double(sum) * Double(sum)
        guard determinant > 0 else { return nil }
        let offset = (Double(squares) * Double(numbers) - Double(sum) * Double(products)) / determinant
        guard offset < 0 else { return Affine(scale: products / squares, minimum: 0) }
        let scale = (Double(weights) * Double(products) - Double(numbers) * Double(sum)) / determinant
        return Affine(scale: Float(scale), minimum: Float(-offset))
    }

    /// For levels -32...31 without a minimum; errors weighted by the numbers' squares.
    ///
    /// - Parameter x: 16 numbers.
    static func scale(_ x: UnsafePointer<Float>) -> Float {
        var extreme: Float = 0
        for place in 0..<16 where abs(x[place]) > abs(extreme) { extreme = x[place] }
        guard abs(extreme) >= 1e-15 else { return 0 }
        // All in parts of the extreme: squares of large numbers would be infinite.
        let part = 1 / extreme
        var (best, most): (Float, Float) = (0, -1)
        /// Keeps the scale for these levels if they explain more of the weighted sum of squares than others did.
        func take(_ step: Int) {
            let inverse = -(32 + 0.1 * Float(step))
            var (products, squares): (Float, Float) = (0, 0)
            for place in 0..<16 {
                let number = x[place] * part, weight = number * number
                let level = max(-32, min(31, rounded(number * inverse)))
                products += weight * number * level
                squares += weight * level * level
            }
            guard squares > 0, products * products > most * squares else { return }
            (best, most) = (products / squares, products * products / squares)
        }
        // The range's own scale first: another must be better, not as good.
        take(0)
        for step in -9...9 { take(step) }
        return best * extreme
    }
}
