import Kernels

/// GPTQ (arXiv 2210.17323): columns are rounded one after the other, and what each loses is made good in those to come.
package struct GPTQ: Sendable {
    /// Of the mean of the Hessian's diagonal, added to it.
    package var damping = 0.01
    /// Columns with the largest inputs first, instead of from left to right; groups stay as they are.
    package var ordersByActivation = true
    package var choice = ScaleChoice.error
    /// How often all integers are gone over once more, see `Refinement`.
    package var sweeps = 0

    package init() {}

    /// What became of a layer's matrix.
    package struct Outcome: Sendable {
        package let matrix: QuantizedMatrix
        /// Of each row: the mean square of what its output is off by, and of its output.
        package let lost: [Double], energy: [Double]
    }

    /// Columns whose errors are made good at once in all that come behind them.
    private static let block = 128
    /// Rows that a worker takes at a time.
    private static let chunk = 64

    /// No row is farther off than by rounding with the same scales: one that would be is rounded.
    ///
    /// - Parameters:
    ///   - weights: `[rows, columns]`.
    ///   - hessian: of the layer's inputs.
    /// - Throws: `.setting` where no damping up to 1 makes the Hessian positive definite.
    package func quantize(
        _ weights: [Float], rows: Int, _ hessian: Hessian, _ grid: IntegerGrid, on pool: WorkerPool
    ) throws(CompressionError) -> Outcome {
        let scales = QuantizedMatrix.scales(
            weights, rows: rows, grid, (choice, importance: hessian.diagonal), on: pool)
        let rounded = QuantizedMatrix.rounding(weights, rows: rows, grid, scales: scales, on: pool)
        let order = order(hessian)
        let pass = Pass(grid: grid, order: order, factor: try inverseFactor(hessian, order), scales: scales)
        let compensated = QuantizedMatrix(
            rows: rows, columns: hessian.size, grid: grid, integers: integers(weights, rows: rows, pass, on: pool),
            scales: scales)
        let refined = Refinement(hessian, grid).better(compensated, of: weights, sweeps: sweeps, on: pool)
        func lost(_ matrix: QuantizedMatrix) -> [Double] {
            hessian.energies(of: zip(weights, matrix.weights).map { $0 - $1 }, rows: rows, on: pool)
        }
        let (left, plain) = (lost(refined), lost(rounded))
        let isBetter = zip(left, plain).map { $0 <= $1 }
        return Outcome(
            matrix: refined.choosing(isBetter, else: rounded), lost: zip(left, plain).map { $0 <= $1 ? $0 : $1 },
            energy: hessian.energies(of: weights, rows: rows, on: pool))
    }

    /// The columns in the order they are rounded in.
    private func order(_ hessian: Hessian) -> [Int] {
        let diagonal = hessian.diagonal
        guard ordersByActivation else { return Array(diagonal.indices) }
        return diagonal.indices.sorted { (-diagonal[$0], $0) < (-diagonal[$1], $1) }
    }

    /// `U` with `Uᵀ U` the inverse of the damped Hessian, `[columns, columns]` in order.
    private func inverseFactor(_ hessian: Hessian, _ order: [Int]) throws(CompressionError) -> [Float] {
        let size = hessian.size
        var matrix = hessian.ordered(order)
        let places = (0..<size).map { $0 * size + $0 }
        // What no input ever reaches may be anything; it is rounded as it is.
        for place in places where matrix[place] == 0 { matrix[place] = 1 }
        let mean = places.reduce(0) { $0 + matrix[$1] } / Double(size)
        var added = damping
        while true {
            var damped = matrix
            for place in places { damped[place] += added * mean }
            if let factor = PositiveDefinite.inverseFactor(damped, size: size) { return factor.map { Float($0) } }
            guard added < 1 else {
                throw .setting(
                    "what the inputs of a layer are is no basis for GPTQ. Give another --calibration, or --method round"
                )
            }
            added = max(added * 10, 0.001)
        }
    }

    /// The integers of all rows.
    private func integers(_ weights: [Float], rows: Int, _ pass: Pass, on pool: WorkerPool) -> [Int8] {
        let columns = pass.columns
        var left = [Float](repeating: 0, count: weights.count)
        for row in 0..<rows {
            for (place, column) in pass.order.enumerated() {
                left[row * columns + place] = weights[row * columns + column]
            }
        }
        var integers = [Int8](repeating: 0, count: weights.count)
        left.withUnsafeMutableBufferPointer { left in
            integers.withUnsafeMutableBufferPointer { integers in
                guard let left = left.baseAddress, let integers = integers.baseAddress else { return }
                // Workers take rows of their own; parallelFor returns after the last.
                pool.parallelFor((rows + Self.chunk - 1) / Self.chunk) { _, chunks in
                    for chunk in chunks {
                        let range = chunk * Self.chunk..<min(rows, (chunk + 1) * Self.chunk)
                        pass.run(range, left, integers, block: Self.block)
                    }
                }
            }
        }
        return integers
    }
}

/// The rounding of rows, columns in order.
private struct Pass: Sendable {
    let grid: IntegerGrid
    /// The column of the matrix at each place
    let order: [Int]
    /// `[columns, columns]`, upper triangular
    let factor: [Float]
    /// `[rows, groups]`
    let scales: [Float]
    var columns: Int { order.count }

    /// - Parameters:
    ///   - left: `[rows, columns]` in order: weights with the errors so far made good.
    ///   - integers: `[rows, columns]` as the matrix has its columns.
    func run(
        _ rows: Range<Int>, _ left: UnsafeMutablePointer<Float>, _ integers: UnsafeMutablePointer<Int8>, block: Int
    ) {
        let columns = columns
        var errors = [Float](repeating: 0, count: rows.count * block)
        factor.withUnsafeBufferPointer { factor in
            errors.withUnsafeMutableBufferPointer { errors in
                guard let factor = factor.baseAddress, let errors = errors.baseAddress else { return }
                for first in stride(from: 0, to: columns, by: block) {
                    let range = first..<min(first + block, columns)
                    for (place, row) in rows.enumerated() {
                        round(
                            row, range, factor, Row(left: left + row * columns, errors: errors + place * range.count),
                            integers + row * columns)
                    }
                    guard range.upperBound < columns else { return }
                    let lost = DenseMatrix(errors, rows: rows.count, columns: range.count)
                    let reach = DenseMatrix(
                        factor + first * columns + range.upperBound, rows: range.count,
                        columns: columns - range.upperBound, stride: columns)
                    DenseProduct(lost, reach, scale: -1, adds: true)
                        .run(into: left + rows.lowerBound * columns + range.upperBound, stride: columns)
                }
            }
        }
    }

    /// One row's weights in order, and the errors of a block of them.
    private struct Row {
        let left: UnsafeMutablePointer<Float>, errors: UnsafeMutablePointer<Float>
    }

    /// One row's columns of a block.
    private func round(
        _ index: Int, _ range: Range<Int>, _ factor: UnsafePointer<Float>, _ row: Row,
        _ integers: UnsafeMutablePointer<Int8>
    ) {
        let width = grid.width(columns: columns), groups = columns / width
        for place in range {
            let scale = scales[index * groups + order[place] / width]
            let integer = grid.round(row.left[place], scale)
            integers[order[place]] = Int8(integer)
            let reach = factor + place * columns
            let error = (row.left[place] - integer * scale) / reach[place]
            row.errors[place - range.lowerBound] = error
            for next in place + 1..<max(range.upperBound, place + 1) { row.left[next] -= error * reach[next] }
        }
    }
}
