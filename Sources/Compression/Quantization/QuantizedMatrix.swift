import Foundation
import Kernels

/// A matrix of whole numbers with the scales that make weights of them.
package struct QuantizedMatrix: Sendable {
    package let rows: Int, columns: Int
    package let grid: IntegerGrid
    /// `[rows, columns]`
    package let integers: [Int8]
    /// `[rows, groups]`, exact in bf16
    package let scales: [Float]

    /// Scales of a row.
    package var groups: Int { columns / grid.width(columns: columns) }

    /// The weights that it stands for, row-major.
    package var weights: [Float] {
        let width = grid.width(columns: columns)
        var weights = [Float](repeating: 0, count: integers.count)
        for (group, scale) in scales.enumerated() {
            for place in group * width..<(group + 1) * width { weights[place] = Float(integers[place]) * scale }
        }
        return weights
    }

    /// `weight_packed`: words of 32 bits, the lowest bits first, half of the range added (compressed-tensors,
    /// `pack_to_int32`).
    package var packed: Data {
        let bits = UInt32(grid.bits), perWord = 32 / grid.bits, offset = UInt32(1 << (bits - 1))
        let mask = UInt32(1 << bits) - 1
        var words = [UInt32](repeating: 0, count: integers.count / perWord)
        for place in words.indices {
            var word: UInt32 = 0
            for part in 0..<perWord {
                let level = UInt32(bitPattern: Int32(integers[place * perWord + part])) &+ offset
                word |= (level & mask) << (UInt32(part) * bits)
            }
            words[place] = word.littleEndian
        }
        return words.withUnsafeBytes { Data($0) }
    }

    /// `weight`: a byte an integer.
    package var plain: Data { integers.withUnsafeBytes { Data($0) } }

    /// `weight_shape`: two numbers of 64 bits.
    package var shape: Data { [Int64(rows).littleEndian, Int64(columns).littleEndian].withUnsafeBytes { Data($0) } }
}

extension QuantizedMatrix {
    /// The rows of this one where it is true, else those of another.
    func choosing(_ isChosen: [Bool], else other: QuantizedMatrix) -> QuantizedMatrix {
        var (integers, scales) = (integers, scales)
        for row in 0..<rows where !isChosen[row] {
            let (places, groups) = (row * columns..<(row + 1) * columns, row * groups..<(row + 1) * groups)
            integers.replaceSubrange(places, with: other.integers[places])
            scales.replaceSubrange(groups, with: other.scales[groups])
        }
        return QuantizedMatrix(rows: rows, columns: columns, grid: grid, integers: integers, scales: scales)
    }

    /// Rows that a worker takes at a time.
    private static let grain = 16

    /// Each weight to the integer next to it.
    ///
    /// - Parameters:
    ///   - weights: `[rows, columns]`.
    ///   - scales: `[rows, groups]`.
    package static func rounding(
        _ weights: [Float], rows: Int, _ grid: IntegerGrid, scales: [Float], on pool: WorkerPool
    ) -> QuantizedMatrix {
        let columns = weights.count / rows, width = grid.width(columns: columns), groups = columns / width
        var integers = [Int8](repeating: 0, count: weights.count)
        integers.withUnsafeMutableBufferPointer { integers in
            // Workers write the integers of rows of their own; parallelFor returns after the last.
            pool.parallelFor(rows, grain: grain) { _, range in
                for group in range.lowerBound * groups..<range.upperBound * groups {
                    for place in group * width..<(group + 1) * width {
                        integers[place] = Int8(grid.round(weights[place], scales[group]))
                    }
                }
            }
        }
        return QuantizedMatrix(rows: rows, columns: columns, grid: grid, integers: integers, scales: scales)
    }

    /// `[rows, groups]`
    ///
    /// - Parameter importance: `[columns]`, what squared errors are weighted with; nil: alike.
    package static func scales(
        _ weights: [Float], rows: Int, _ grid: IntegerGrid, _ choice: (ScaleChoice, importance: [Float]?),
        on pool: WorkerPool
    ) -> [Float] {
        let columns = weights.count / rows, width = grid.width(columns: columns), groups = columns / width
        let importance = choice.importance ?? [Float](repeating: 1, count: columns)
        var scales = [Float](repeating: 0, count: rows * groups)
        scales.withUnsafeMutableBufferPointer { scales in
            weights.withUnsafeBufferPointer { weights in
                importance.withUnsafeBufferPointer { importance in
                    guard let numbers = weights.baseAddress, let factors = importance.baseAddress else { return }
                    // Workers write the scales of rows of their own; parallelFor returns after the last.
                    pool.parallelFor(rows, grain: grain) { _, range in
                        for group in range.lowerBound * groups..<range.upperBound * groups {
                            let start = numbers + group * width
                            scales[group] =
                                choice.0 == .error
                                ? grid.bestScale(start, factors + group % groups * width, count: width)
                                : grid.scale(largest: IntegerGrid.largest(start, count: width))
                        }
                    }
                }
            }
        }
        return scales
    }
}
