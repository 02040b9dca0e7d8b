import Foundation
import Kernels
import Documents

/// Times the vector index on queries whose vectors are at hand.
public struct IndexBenchmark: Sendable {
    public var dimensions = 384
    public var limit = 10
    /// Seconds a point takes at least.
    public var seconds = 0.3

    /// Fixed settings: width and number of hits.
    public init() {}

    /// Median, fastest and slowest search of random unit vectors.
    public struct Point: Sendable, Hashable {
        public var rows: Int, batch: Int, threads: Int
        public var precision: VectorIndex.Precision
        /// Microseconds a search of the whole batch.
        public var median: Double, fastest: Double

        public var json: JSONValue {
            [
                "rows": .integer(rows), "batch": .integer(batch), "threads": .integer(threads),
                "precision": .string(precision.rawValue), "median_us": .number(median), "fastest_us": .number(fastest),
            ]
        }
    }

    /// Measures each batch size and precision on random unit vectors.
    public func run(
        rows: Int, batches: [Int], precisions: [VectorIndex.Precision], threads: Int, each: (Point) -> Void
    ) {
        var state: UInt64 = 88_172_645_463_325_252
        let vectors = unitVectors(rows, &state), pool = threads > 1 ? WorkerPool(threads: threads) : nil
        for precision in precisions {
            let index = VectorIndex(vectors, dimensions: dimensions, precision: precision)
            for batch in batches {
                // Different queries each time: the branches of the selection must not be learnt.
                let queries = (0..<8).map { _ in unitVectors(batch, &state) }
                var times: [Double] = []
                let start = ContinuousClock.now
                while times.count < 16 || ContinuousClock.now - start < .seconds(seconds) {
                    let query = queries[times.count % queries.count], before = ContinuousClock.now
                    _ = index.search(batch: query, limit: limit, on: pool)
                    times.append((ContinuousClock.now - before) / .microseconds(1))
                    if times.count >= 3, ContinuousClock.now - start > .seconds(seconds * 20) { break }
                }
                times.sort()
                each(
                    Point(
                        rows: rows, batch: batch, threads: threads, precision: precision,
                        median: times[times.count / 2], fastest: times[0]))
            }
        }
    }

    /// Vectors of length 1, the same ones for the same state.
    private func unitVectors(_ count: Int, _ state: inout UInt64) -> [Float] {
        var vectors = [Float](repeating: 0, count: count * dimensions)
        for row in 0..<count {
            var square: Float = 0
            for index in row * dimensions..<(row + 1) * dimensions {
                // Nearly normal: the sum of four uniform numbers.
                var value: Float = 0
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                for shift in stride(from: 0, to: 64, by: 16) {
                    value += Float(UInt16(truncatingIfNeeded: state >> UInt64(shift))) / 65536 - 0.5
                }
                vectors[index] = value
                square += value * value
            }
            let scale = 1 / max(square.squareRoot(), .leastNormalMagnitude)
            for index in row * dimensions..<(row + 1) * dimensions { vectors[index] *= scale }
        }
        return vectors
    }
}
