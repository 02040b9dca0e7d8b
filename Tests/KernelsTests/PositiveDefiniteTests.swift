import Kernels
import TestSupport
import Testing

@Suite struct PositiveDefiniteTests {
    @Test("worked by hand") func byHand() throws {
        // [[4, 2], [2, 3]]: its inverse is [[3, -2], [-2, 4]] / 8, which is Uᵀ U.
        let factor = try #require(PositiveDefinite.inverseFactor([4, 2, 2, 3], size: 2))
        let expected = [(3.0 / 8).squareRoot(), -0.25 / (3.0 / 8).squareRoot(), 0, (1.0 / 3).squareRoot()]
        for (number, other) in zip(factor, expected) { #expect(abs(number - other) < 1e-12) }
        #expect(PositiveDefinite.inverseFactor([4], size: 1) == [0.5])
    }

    @Test("law: Uᵀ U A is the identity, U upper triangular", arguments: [1, 2, 5, 33, 130])
    func inverse(size: Int) throws {
        let parts = RandomMatrix(size + 3, size, seed: UInt64(size))
        var matrix = [Double](repeating: 0, count: size * size)
        for row in 0..<size {
            for column in 0..<size {
                for k in 0..<parts.rows {
                    matrix[row * size + column] +=
                        Double(parts.values[k * size + row]) * Double(parts.values[k * size + column])
                }
                if row == column { matrix[row * size + column] += 0.1 }
            }
        }
        // What is below the diagonal is not read.
        var upper = matrix
        for row in 0..<size { for column in 0..<row { upper[row * size + column] = .nan } }
        let factor = try #require(PositiveDefinite.inverseFactor(upper, size: size))
        var inverse = [Double](repeating: 0, count: size * size)
        for row in 0..<size {
            #expect(factor[row * size + row] > 0)
            for column in 0..<row { #expect(factor[row * size + column] == 0) }
            for column in 0..<size {
                for k in 0...min(row, column) {
                    inverse[row * size + column] += factor[k * size + row] * factor[k * size + column]
                }
            }
        }
        for row in 0..<size {
            for column in 0..<size {
                let product = (0..<size).reduce(0.0) { $0 + inverse[row * size + $1] * matrix[$1 * size + column] }
                #expect(abs(product - (row == column ? 1 : 0)) < 1e-8)
            }
        }
    }

    @Test(
        "what is not positive definite has none",
        arguments: [
            [0.0], [-1], [1, 2, 2, 1], [1, 1, 1, 1], [.nan], [.infinity, 0, 0, 1], [1, .nan, 0, 1], [1, 0, 0, .nan],
        ])
    func refuses(matrix: [Double]) {
        #expect(PositiveDefinite.inverseFactor(matrix, size: matrix.count == 1 ? 1 : 2) == nil)
    }
}
