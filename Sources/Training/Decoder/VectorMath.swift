import Foundation

/// Functions of many numbers, in vectors of eight.
package enum VectorMath {
    package typealias Vector = SIMD8<Float>

    /// `exp`, within 3e-7 of its value (Cephes' polynomial after taking out powers of 2); below -87 it is as at -87.
    @inline(__always)
    package static func exponential(_ input: Vector) -> Vector {
        let x = larger(smaller(input, Vector(repeating: 88)), Vector(repeating: -87))
        // Adding 1.5 * 2^23 rounds to a whole number, which then stands in the low bits.
        let shifted = x * 1.442_695_04 + 12_582_912
        let power = shifted - 12_582_912
        let rest = x - power * 0.693_359_375 + power * 2.121_944_4e-4
        var sum = Vector(repeating: 1.987_569_1e-4)
        sum = sum * rest + 1.398_199_95e-3
        sum = sum * rest + 8.333_451_9e-3
        sum = sum * rest + 4.166_579_6e-2
        sum = sum * rest + 1.666_666_6e-1
        sum = sum * rest + 5.000_000_1e-1
        sum = sum * rest * rest + rest + 1
        let bits = SIMD8<UInt32>(truncatingIfNeeded: unsafeBitCast(shifted, to: SIMD8<UInt32>.self)) &<< 23
        return unsafeBitCast(unsafeBitCast(sum, to: SIMD8<UInt32>.self) &+ bits, to: Vector.self)
    }

    // The standard library's `pointwiseMax` and `clamped` are calls in release builds: a quarter of a training's time.
    @inline(__always)
    private static func larger(_ first: Vector, _ second: Vector) -> Vector {
        second.replacing(with: first, where: first .> second)
    }

    @inline(__always)
    private static func smaller(_ first: Vector, _ second: Vector) -> Vector {
        second.replacing(with: first, where: first .< second)
    }

    @inline(__always)
    package static func load(_ x: UnsafePointer<Float>) -> Vector {
        UnsafeRawPointer(x).loadUnaligned(as: Vector.self)
    }

    @inline(__always)
    package static func store(_ value: Vector, _ x: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(x).storeBytes(of: value, as: Vector.self)
    }

    /// Calls `body` for all numbers of `x`, eight at a time, the last ones through a copy.
    @inline(__always)
    package static func forEach(_ x: UnsafeMutablePointer<Float>, count: Int, _ body: (inout Vector) -> Void) {
        var place = 0
        while place + 8 <= count {
            var value = load(x + place)
            body(&value)
            store(value, x + place)
            place += 8
        }
        guard place < count else { return }
        var value = Vector.zero
        for lane in place..<count { value[lane - place] = x[lane] }
        body(&value)
        for lane in place..<count { x[lane] = value[lane - place] }
    }

    /// The softmax of a row, in place.
    ///
    /// - Returns: the logarithm of the sum of the exponentials.
    package static func softmax(_ x: UnsafeMutablePointer<Float>, count: Int) -> Float {
        let top = maximum(x, count: count)
        forEach(x, count: count) { $0 = exponential($0 - top) }
        let total = sum(x, count: count)
        let scale = 1 / total
        forEach(x, count: count) { $0 *= scale }
        return top + logf(total)
    }

    /// From scores and the gradient of their softmax: the weights in place of the scores, and the gradient of the unscaled
    /// scores, `weight * (slope - mean) * scale`, in place of the slopes.
    package static func softmaxGradient(
        _ scores: UnsafeMutablePointer<Float>, _ slopes: UnsafeMutablePointer<Float>, count: Int, logSum: Float,
        mean: Float, scale: Float
    ) {
        forEach(scores, count: count) { $0 = exponential($0 - logSum) }
        var place = 0
        while place + 8 <= count {
            store(load(scores + place) * (load(slopes + place) - mean) * scale, slopes + place)
            place += 8
        }
        while place < count {
            slopes[place] = scores[place] * (slopes[place] - mean) * scale
            place += 1
        }
    }

    package static func maximum(_ x: UnsafePointer<Float>, count: Int) -> Float {
        var tops = Vector(repeating: -.infinity), place = 0
        while place + 8 <= count {
            tops = larger(tops, load(x + place))
            place += 8
        }
        var top = tops.max()
        while place < count {
            top = max(top, x[place])
            place += 1
        }
        return top
    }

    package static func sum(_ x: UnsafePointer<Float>, count: Int) -> Float {
        var sums = Vector.zero, place = 0
        while place + 8 <= count {
            sums += load(x + place)
            place += 8
        }
        var total = sums.sum()
        while place < count {
            total += x[place]
            place += 1
        }
        return total
    }
}
