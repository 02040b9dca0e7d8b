import Foundation
import Kernels

/// AdamW: Adam with weight decay apart from the gradient (arXiv 1711.05101, algorithm 2). Owner: the training thread.
package final class AdamW {
    package struct Options: Sendable, Hashable {
        package var firstDecay: Float = 0.9
        package var secondDecay: Float = 0.999
        package var epsilon: Float = 1e-8
        /// Of matrices, not of norms and biases.
        package var weightDecay: Float
        /// The largest norm of all gradients together; larger ones are scaled down to it.
        package var clip: Float

        package init(weightDecay: Float = 1e-4, clip: Float = 1) {
            (self.weightDecay, self.clip) = (weightDecay, clip)
        }
    }

    package let options: Options
    private let parameters: ParameterArena, gradients: ParameterArena
    /// Running means of the gradients and of their squares.
    package let firstMoments: ParameterArena, secondMoments: ParameterArena
    private let pool: WorkerPool
    private static let chunk = 1 << 14

    package init(_ options: Options, parameters: ParameterArena, gradients: ParameterArena, on pool: WorkerPool) {
        (self.options, self.parameters, self.gradients, self.pool) = (options, parameters, gradients, pool)
        (firstMoments, secondMoments) = (parameters.zeros(), parameters.zeros())
    }

    /// One step with the gradients as they are, which are zeros afterwards.
    ///
    /// - Parameter step: steps before this one.
    /// - Returns: the norm of the gradients before clipping.
    /// - Throws: `.notFinite` where a gradient is no number; the parameters are as they were.
    package func step(_ step: Int, rate: Float) throws(TrainingError) -> Double {
        let norm = gradientNorm()
        guard norm.isFinite else { throw .notFinite(step: step + 1) }
        let shrink = norm > Double(options.clip) ? Float(Double(options.clip) / norm) : 1
        let first = 1 - pow(Double(options.firstDecay), Double(step + 1))
        let second = 1 - pow(Double(options.secondDecay), Double(step + 1))
        let update = Update(
            rate: rate, shrink: shrink, firstScale: Float(1 / first), secondScale: Float(1 / second), options: options)
        for entry in parameters.entries {
            let start = entry.range.lowerBound, decay = entry.key.decays ? options.weightDecay : 0
            let (x, g) = (parameters.base + start, gradients.base + start)
            let (m, v) = (firstMoments.base + start, secondMoments.base + start)
            pool.parallelFor(entry.range.count, grain: Self.chunk) { _, range in
                update.run(range, x: x, g: g, m: m, v: v, decay: decay)
            }
        }
        gradients.fillWithZeros()
        return norm
    }

    /// What is the same for all numbers of a step.
    private struct Update {
        let rate: Float, shrink: Float, firstScale: Float, secondScale: Float
        let options: Options

        func run(
            _ range: Range<Int>, x: UnsafeMutablePointer<Float>, g: UnsafePointer<Float>,
            m: UnsafeMutablePointer<Float>, v: UnsafeMutablePointer<Float>, decay: Float
        ) {
            let (first, second) = (options.firstDecay, options.secondDecay)
            for place in range {
                let slope = g[place] * shrink
                m[place] = first * m[place] + (1 - first) * slope
                v[place] = second * v[place] + (1 - second) * slope * slope
                let change = m[place] * firstScale / ((v[place] * secondScale).squareRoot() + options.epsilon)
                x[place] -= rate * (change + decay * x[place])
            }
        }
    }

    /// In double, in chunks of a size that does not depend on the number of threads.
    private func gradientNorm() -> Double {
        let count = gradients.count, base = gradients.base
        var sums = [Double](repeating: 0, count: (count + Self.chunk - 1) / Self.chunk)
        sums.withUnsafeMutableBufferPointer { sums in
            // Safe: each chunk has a place of its own.
            nonisolated(unsafe) let sums = sums
            pool.parallelFor(sums.count) { _, chunks in
                for chunk in chunks {
                    var sum = 0.0
                    for place in chunk * Self.chunk..<min((chunk + 1) * Self.chunk, count) {
                        sum += Double(base[place]) * Double(base[place])
                    }
                    sums[chunk] = sum
                }
            }
        }
        return sums.reduce(0, +).squareRoot()
    }
}
