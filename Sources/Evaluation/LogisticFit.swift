import Foundation

/// Logistic regression with an L2 penalty, by Newton's method on standardised columns.
package struct LogisticFit: Sendable {
    /// In units of the columns as they were given.
    package private(set) var bias = 0.0
    package private(set) var weights: [Double]

    /// - Parameters:
    ///   - rows: `[samples, columns]`.
    ///   - labels: 1 or 0 a row; both classes weigh the same in sum, so that 0.5 is the boundary whatever their shares.
    ///   - penalty: on the squares of the standardised weights.
    package init(_ rows: [[Double]], labels: [Bool], penalty: Double = 3) {
        let columns = rows.first?.count ?? 0
        weights = Array(repeating: 0, count: columns)
        let positives = Double(labels.count { $0 }), negatives = Double(labels.count) - positives
        guard positives > 0, negatives > 0, columns > 0 else { return }
        let count = Double(rows.count)
        let means = (0..<columns).map { column in rows.reduce(0) { $0 + $1[column] } / count }
        let scales = (0..<columns).map { column in
            (rows.reduce(0) { $0 + pow($1[column] - means[column], 2) } / count).squareRoot()
        }
        // A constant column says nothing: its standardised values are all 0.
        let standard = rows.map { row in
            [1] + (0..<columns).map { scales[$0] > 1e-9 ? (row[$0] - means[$0]) / scales[$0] : 0 }
        }
        let sample = labels.map { $0 ? count / (2 * positives) : count / (2 * negatives) }
        var solution = Array(repeating: 0.0, count: columns + 1)
        for _ in 0..<50 {
            let step = Self.step(standard, labels, sample, solution, penalty)
            for index in solution.indices { solution[index] -= step[index] }
            if step.allSatisfy({ abs($0) < 1e-9 }) { break }
        }
        bias = solution[0]
        for column in 0..<columns where scales[column] > 1e-9 {
            weights[column] = solution[column + 1] / scales[column]
            bias -= weights[column] * means[column]
        }
    }

    /// The probability that the fit gives to a row.
    package func probability(_ row: [Double]) -> Double {
        1 / (1 + exp(-zip(weights, row).reduce(bias) { $0 + $1.0 * $1.1 }))
    }

    /// Hessian inverse times gradient of the penalised loss.
    private static func step(
        _ rows: [[Double]], _ labels: [Bool], _ sample: [Double], _ solution: [Double], _ penalty: Double
    ) -> [Double] {
        let size = solution.count
        var gradient = solution.enumerated().map { $0.offset == 0 ? 0 : penalty * $0.element }
        var hessian = (0..<size).map { row in
            (0..<size).map { row == $0 ? (row == 0 ? 1e-9 : penalty) : 0 }
        }
        for (index, row) in rows.enumerated() {
            let sum = zip(row, solution).reduce(0) { $0 + $1.0 * $1.1 }
            let probability = 1 / (1 + exp(-sum))
            let error = sample[index] * (probability - (labels[index] ? 1 : 0))
            let curve = sample[index] * probability * (1 - probability)
            for first in 0..<size {
                gradient[first] += error * row[first]
                for second in 0...first {
                    hessian[first][second] += curve * row[first] * row[second]
                }
            }
        }
        for first in 0..<size { for second in 0..<first { hessian[second][first] = hessian[first][second] } }
        return solve(hessian, gradient)
    }

    /// Gauss with pivots; the matrix is positive definite.
    private static func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
        var matrix = matrix, right = right
        let size = right.count
        for pivot in 0..<size {
            guard let best = (pivot..<size).max(by: { abs(matrix[$0][pivot]) < abs(matrix[$1][pivot]) }),
                abs(matrix[best][pivot]) > 1e-300
            else { continue }
            matrix.swapAt(pivot, best)
            right.swapAt(pivot, best)
            for row in pivot + 1..<max(size, pivot + 1) {
                let factor = matrix[row][pivot] / matrix[pivot][pivot]
                for column in pivot..<size { matrix[row][column] -= factor * matrix[pivot][column] }
                right[row] -= factor * right[pivot]
            }
        }
        for row in (0..<size).reversed() {
            let known = (row + 1..<max(size, row + 1)).reduce(0) { $0 + matrix[row][$1] * right[$1] }
            right[row] = (right[row] - known) / matrix[row][row]
        }
        return right
    }
}
