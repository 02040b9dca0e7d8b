import CKernels
import COpenBLAS

/// Products of row-major f32 matrices, on the calling thread, by OpenBLAS where there are several rows.
public enum FloatProducts {
    /// `out[i, j] = sum over k of a[i, k] * b[j, k]`: the scores of `rows` vectors against `count` others.
    ///
    /// - Parameters:
    ///   - a: `[rows, width]`
    ///   - b: `[count, width]`
    ///   - out: `[rows, stride]`, of which the first `count` columns are written.
    public static func scores(
        _ a: UnsafePointer<Float>, rows: Int, _ b: UnsafePointer<Float>, count: Int, width: Int,
        into out: UnsafeMutablePointer<Float>, stride: Int
    ) {
        // One vector is a matter of reading memory, which OpenBLAS's sgemv does at less than half the rate.
        if rows == 1 { return ck_float_scores(InstructionSet.current.kernelSet)(b, count, width, a, out) }
        openBLASThreads
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, blasint(rows), blasint(count), blasint(width), 1, a,
            blasint(width), b, blasint(width), 0, out, blasint(stride))
    }

    /// `out[i, j] += sum over k of a[k, i] * b[k, j]`; `a`: `[depth, rows]`, `b`: `[depth, columns]`, `out`: `[rows, columns]`.
    public static func addTransposed(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, depth: Int, rows: Int, columns: Int,
        into out: UnsafeMutablePointer<Float>
    ) {
        openBLASThreads
        cblas_sgemm(
            CblasRowMajor, CblasTrans, CblasNoTrans, blasint(rows), blasint(columns), blasint(depth), 1, a,
            blasint(rows), b, blasint(columns), 1, out, blasint(columns))
    }

    /// The product of two vectors.
    public static func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, width: Int) -> Float {
        cblas_sdot(blasint(width), a, 1, b, 1)
    }
}
