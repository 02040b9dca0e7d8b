import Kernels
import Training

/// Rounding made better by going over a matrix again and again (coordinate descent as in QuantEase, arXiv 2309.01885): each
/// integer becomes the best one, then each scale, while all others stand. No step makes the outputs' error larger.
struct Refinement: Sendable {
    let grid: IntegerGrid
    let columns: Int
    /// Of the layer's inputs, `[columns, columns]`.
    private let hessian: [Float]

    init(_ hessian: Hessian, _ grid: IntegerGrid) {
        (self.grid, columns) = (grid, hessian.size)
        self.hessian = hessian.whole
    }

    /// Columns of which changes are passed on to all others at once.
    private static let block = 128
    /// Rows that a worker takes at a time.
    private static let chunk = 64

    /// - Parameter sweeps: how often all integers are gone over, and all scales between.
    /// - Returns: `matrix`, its integers and scales better or as they were.
    func better(_ matrix: QuantizedMatrix, of weights: [Float], sweeps: Int, on pool: WorkerPool) -> QuantizedMatrix {
        guard sweeps > 0 else { return matrix }
        var (integers, scales) = (matrix.integers, matrix.scales)
        weights.withUnsafeBufferPointer { weights in
            integers.withUnsafeMutableBufferPointer { integers in
                scales.withUnsafeMutableBufferPointer { scales in
                    guard let weights = weights.baseAddress, let integers = integers.baseAddress,
                        let scales = scales.baseAddress
                    else { return }
                    // Workers take rows of their own; parallelFor returns after the last.
                    pool.parallelFor((matrix.rows + Self.chunk - 1) / Self.chunk) { _, chunks in
                        for chunk in chunks {
                            let first = chunk * Self.chunk
                            let rows = Rows(
                                count: min(matrix.rows, first + Self.chunk) - first, columns: columns,
                                groups: matrix.groups, weights: weights + first * columns,
                                integers: integers + first * columns, scales: scales + first * matrix.groups)
                            improve(rows, sweeps: sweeps)
                        }
                    }
                }
            }
        }
        return QuantizedMatrix(rows: matrix.rows, columns: columns, grid: grid, integers: integers, scales: scales)
    }

    /// Rows that one worker goes over.
    private struct Rows {
        let count: Int, columns: Int, groups: Int
        /// `[count, columns]`
        let weights: UnsafePointer<Float>
        let integers: UnsafeMutablePointer<Int8>
        /// `[count, groups]`
        let scales: UnsafeMutablePointer<Float>
        var width: Int { columns / groups }

        func error(_ place: Int) -> Float { weights[place] - Float(integers[place]) * scales[place / width] }
    }

    private func improve(_ rows: Rows, sweeps: Int) {
        let pull = FloatBuffer(rows.count * columns), changes = FloatBuffer(rows.count * max(Self.block, rows.width))
        let errors = FloatBuffer(rows.count * columns)
        for place in 0..<rows.count * columns { errors.base[place] = rows.error(place) }
        hessian.withUnsafeBufferPointer { hessian in
            guard let hessian = hessian.baseAddress else { return }
            // What the error pulls each weight with: half of the slope of the outputs' squared error.
            DenseProduct(
                DenseMatrix(errors.base, rows: rows.count, columns: columns),
                DenseMatrix(hessian, rows: columns, columns: columns)
            ).run(into: pull.base)
            for sweep in 0..<sweeps {
                if sweep > 0 {
                    for first in stride(from: 0, to: columns, by: rows.width) {
                        rescale(rows, first / rows.width, hessian, pull.base, changes.base)
                    }
                }
                for first in stride(from: 0, to: columns, by: Self.block) {
                    let range = first..<min(first + Self.block, columns)
                    for row in 0..<rows.count { reround(rows, row, range, hessian, (pull.base, changes.base)) }
                    pass(changes.base, of: range, hessian, to: pull.base, rows: rows.count, within: false)
                }
            }
        }
    }

    /// The best integers of one row's columns, one after the other.
    private func reround(
        _ rows: Rows, _ row: Int, _ range: Range<Int>, _ hessian: UnsafePointer<Float>,
        _ buffers: (pull: UnsafeMutablePointer<Float>, changes: UnsafeMutablePointer<Float>)
    ) {
        let pull = buffers.pull + row * columns, changes = buffers.changes + row * range.count
        for column in range {
            let place = row * columns + column, across = hessian + column * columns
            changes[column - range.lowerBound] = 0
            guard across[column] > 0 else { continue }
            let scale = rows.scales[row * rows.groups + column / rows.width], old = Float(rows.integers[place])
            let integer = grid.round(old * scale + pull[column] / across[column], scale)
            guard integer != old else { continue }
            rows.integers[place] = Int8(integer)
            let change = (old - integer) * scale
            changes[column - range.lowerBound] = change
            for other in range { pull[other] += change * across[other] }
        }
    }

    /// The best scale of a group of each row, where bf16 has a better one.
    private func rescale(
        _ rows: Rows, _ group: Int, _ hessian: UnsafePointer<Float>, _ pull: UnsafeMutablePointer<Float>,
        _ changes: UnsafeMutablePointer<Float>
    ) {
        let range = group * rows.width..<(group + 1) * rows.width
        for row in 0..<rows.count {
            let integers = rows.integers + row * columns, changes = changes + row * range.count
            var (slope, curve): (Float, Float) = (0, 0)
            for column in range {
                let across = hessian + column * columns, integer = Float(integers[column])
                slope += pull[row * columns + column] * integer
                guard integer != 0 else { continue }
                var sum: Float = 0
                for other in range { sum += across[other] * Float(integers[other]) }
                curve += integer * sum
            }
            let scale = rows.scales[row * rows.groups + group]
            let wanted = IntegerGrid.stored(curve > 0 ? scale + slope / curve : scale), change = wanted - scale
            let isBetter = change * (change * curve - 2 * slope) < 0 && wanted < 2 * scale && wanted > scale / 2
            for (place, column) in range.enumerated() {
                changes[place] = isBetter ? -change * Float(integers[column]) : 0
            }
            if isBetter { rows.scales[row * rows.groups + group] = wanted }
        }
        pass(changes, of: range, hessian, to: pull, rows: rows.count, within: true)
    }

    /// What changes of the errors of some columns do to all columns' pull.
    ///
    /// - Parameter within: to these columns too; false: that was done.
    private func pass(
        _ changes: UnsafePointer<Float>, of range: Range<Int>, _ hessian: UnsafePointer<Float>,
        to pull: UnsafeMutablePointer<Float>, rows: Int, within: Bool
    ) {
        let lost = DenseMatrix(changes, rows: rows, columns: range.count)
        let others = within ? [0..<columns] : [0..<range.lowerBound, range.upperBound..<columns]
        for other in others where !other.isEmpty {
            let across = DenseMatrix(
                hessian + range.lowerBound * columns + other.lowerBound, rows: range.count, columns: other.count,
                stride: columns)
            DenseProduct(lost, across, adds: true).run(into: pull + other.lowerBound, stride: columns)
        }
    }
}
