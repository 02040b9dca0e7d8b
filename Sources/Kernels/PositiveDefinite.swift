import COpenBLAS

/// Symmetric matrices with positive eigenvalues, by LAPACK.
public enum PositiveDefinite {
    /// The upper triangular `U` with `Uᵀ U = A⁻¹`, `[size, size]`, row-major, zeros below; nil where `A` is not positive
    /// definite, or the numbers of `U` are not finite.
    ///
    /// - Parameter matrix: `A`, `[size, size]`, row-major; its upper triangle is read.
    public static func inverseFactor(_ matrix: [Double], size: Int) -> [Double]? {
        precondition(matrix.count == size * size, "\(matrix.count) numbers are no square of \(size)")
        openBLASThreads
        // With rows and columns backwards A = L Lᵀ; turned round again L is an upper triangular R with A = R Rᵀ, and U its
        // inverse. LAPACK reads column by column, so place (row, column) is the last but column * size + row.
        var factor = [Double](repeating: 0, count: matrix.count)
        let last = matrix.count - 1
        for row in 0..<size {
            for column in row..<size { factor[last - column * size - row] = matrix[row * size + column] }
        }
        // LAPACK takes what is no number for positive, and what is infinite, too, of which it makes zeros.
        guard factor.allSatisfy(\.isFinite), invertFactor(&factor, size: size), factor.allSatisfy(\.isFinite) else {
            return nil
        }
        var result = [Double](repeating: 0, count: matrix.count)
        for row in 0..<size {
            for column in row..<size { result[row * size + column] = factor[last - column * size - row] }
        }
        return result
    }

    /// In place `L⁻¹` for the symmetric `L Lᵀ`, lower triangles, column by column; false where there is none.
    private static func invertFactor(_ matrix: inout [Double], size: Int) -> Bool {
        var (lower, general) = (CChar(UInt8(ascii: "L")), CChar(UInt8(ascii: "N")))
        var (count, status) = (blasint(size), blasint(0))
        return matrix.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return true }
            dpotrf_(&lower, &count, base, &count, &status)
            guard status == 0 else { return false }
            dtrtri_(&lower, &general, &count, base, &count, &status)
            return status == 0
        }
    }
}
