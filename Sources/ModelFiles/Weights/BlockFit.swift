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
        var best = Affine(scale: (high - low) / 15, minimum: -low), least = Double.infinity
        for step in 0...20 {
            let inverse = (14 + 0.1 * Float(step)) / (high - low)
            let sums = sums(x, low: low, inverse: inverse, usual: usual)
            guard let fit = sums.fit else { continue }
            let error = sums.error(fit)
            if error < least { (best, least) = (fit, error) }
        }
        return best
    }

    /// Weighted sums over numbers and their levels: what least squares need.
    private struct Sums {
        var weights: Float = 0, levels: Float = 0, levelSquares: Float = 0, numbers: Float = 0, products: Float = 0
        var squares: Float = 0

        var fit: Affine? {
            let determinant = Double(weights) * Double(levelSquares) - Double(levels) * Double(levels)
            guard determinant > 0 else { return nil }
            let scale = Double(weights) * Double(products) - Double(numbers) * Double(levels)
            let offset = Double(levelSquares) * Double(numbers) - Double(levels) * Double(products)
            guard offset <= 0 else { return Affine(scale: products / levelSquares, minimum: 0) }
            return Affine(scale: Float(scale / determinant), minimum: Float(-offset / determinant))
        }

        func error(_ fit: Affine) -> Double {
            let (scale, minimum) = (Double(fit.scale), Double(fit.minimum))
            return Double(squares) + scale * scale * Double(levelSquares) + minimum * minimum * Double(weights)
                - 2 * scale * minimum * Double(levels) - 2 * scale * Double(products) + 2 * minimum * Double(numbers)
        }
    }

    @inline(__always)
    private static func sums(_ x: UnsafePointer<Float>, low: Float, inverse: Float, usual: Float) -> Sums {
        var sums = Sums()
        for place in 0..<32 {
            let weight = usual + abs(x[place])
            let level = max(0, min(15, rounded((x[place] - low) * inverse)))
            sums.weights += weight
            sums.levels += weight * level
            sums.levelSquares += weight * level * level
            sums.numbers += weight * x[place]
            sums.products += weight * x[place] * level
            sums.squares += weight * x[place] * x[place]
        }
        return sums
    }

    /// For levels -32...31 without a minimum; errors weighted by the numbers' squares.
    ///
    /// - Parameter x: 16 numbers.
    static func scale(_ x: UnsafePointer<Float>) -> Float {
        var extreme: Float = 0
        for place in 0..<16 where abs(x[place]) > abs(extreme) { extreme = x[place] }
        guard abs(extreme) >= 1e-15 else { return 0 }
        // All in parts of the extreme: squares of large numbers would be infinite.
        var (best, most): (Float, Float) = (-1 / 32, -1)
        for step in -9...9 {
            let inverse = -(32 + 0.1 * Float(step))
            var (products, squares): (Float, Float) = (0, 0)
            for place in 0..<16 {
                let number = x[place] / extreme, weight = number * number
                let level = max(-32, min(31, rounded(number * inverse)))
                products += weight * number * level
                squares += weight * level * level
            }
            // What of the weighted sum of squares the levels explain.
            guard squares > 0, products * products > most * squares else { continue }
            (best, most) = (products / squares, products * products / squares)
        }
        return best * extreme
    }
}
