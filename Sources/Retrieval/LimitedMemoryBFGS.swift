import Foundation

/// Minimises a smooth function of many parameters (Nocedal and Wright, Numerical Optimization, algorithms 7.4 and 7.5),
/// with steps halved until the function falls enough.
struct LimitedMemoryBFGS {
    /// Pairs of steps and changes of the gradient that are kept.
    var memory = 6
    var iterations = 80
    /// Ends when the function falls by less than this share of itself.
    var tolerance = 1e-5

    /// - Parameter function: value at a point; writes the gradient.
    /// - Returns: the point, its value and how many steps it took.
    func minimize(
        _ start: [Float], _ function: ([Float], inout [Float]) -> Double
    ) -> (point: [Float], value: Double, steps: Int) {
        var point = start, gradient = [Float](repeating: 0, count: start.count)
        var value = function(point, &gradient)
        var pairs: [(step: [Float], change: [Float], product: Double)] = []
        for iteration in 0..<iterations {
            var direction = Self.direction(gradient, pairs)
            var slope = Self.dot(direction, gradient)
            if slope >= 0 {  // Rounding spoiled the model: begin anew from the steepest descent.
                pairs = []
                direction = gradient.map { -$0 }
                slope = Self.dot(direction, gradient)
            }
            guard slope < 0 else { return (point, value, iteration) }
            var length: Float = pairs.isEmpty ? Float(min(1, 1 / (-slope).squareRoot())) : 1
            var next = point, nextGradient = gradient, nextValue = value
            var isLower = false
            for _ in 0..<20 {
                for index in point.indices { next[index] = point[index] + length * direction[index] }
                nextValue = function(next, &nextGradient)
                isLower = nextValue <= value + 1e-4 * Double(length) * slope
                if isLower { break }
                length /= 2
            }
            guard isLower else { return (point, value, iteration) }
            let step = zip(next, point).map { $0 - $1 }, change = zip(nextGradient, gradient).map { $0 - $1 }
            let product = Self.dot(step, change)
            if product > 1e-12 { pairs.append((step, change, product)) }
            if pairs.count > memory { pairs.removeFirst() }
            let fell = value - nextValue
            (point, gradient, value) = (next, nextGradient, nextValue)
            if fell < tolerance * max(value, 1e-9) { return (point, value, iteration + 1) }
        }
        return (point, value, iterations)
    }

    /// The direction of descent by the last pairs of steps and gradient changes (algorithm 7.4).
    private static func direction(
        _ gradient: [Float], _ pairs: [(step: [Float], change: [Float], product: Double)]
    ) -> [Float] {
        var direction = gradient.map { -$0 }, factors: [Double] = []
        for pair in pairs.reversed() {
            let factor = dot(pair.step, direction) / pair.product
            factors.append(factor)
            add(-factor, pair.change, to: &direction)
        }
        if let last = pairs.last {
            let scale = Float(last.product / max(dot(last.change, last.change), 1e-30))
            for index in direction.indices { direction[index] *= scale }
        }
        for (pair, factor) in zip(pairs, factors.reversed()) {
            add(factor - dot(pair.change, direction) / pair.product, pair.step, to: &direction)
        }
        return direction
    }

    /// The inner product, summed in double precision.
    private static func dot(_ a: [Float], _ b: [Float]) -> Double {
        var sum = 0.0
        for index in a.indices { sum += Double(a[index]) * Double(b[index]) }
        return sum
    }

    /// `sum += factor * other`.
    private static func add(_ factor: Double, _ other: [Float], to sum: inout [Float]) {
        for index in sum.indices { sum[index] += Float(factor) * other[index] }
    }
}
