import CKernels

/// `out[row, :] = x[row, :] / sqrt(mean(x[row, :]²) + epsilon) * weight` (arXiv 1910.07467, eq. 4).
///
/// `x`, `out`: `[rows, width]`, f32, row-major, may be the same; `weight`: `[width]`.
public func rmsNorm(
    _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, epsilon: Float, rows: Int, width: Int,
    into out: UnsafeMutablePointer<Float>, on pool: WorkerPool
) {
    precondition(rows >= 0 && width > 0, "\(rows) rows of \(width)")
    let kernel = ck_rmsnorm(pool.instructionSet.kernelSet)
    // Safe: workers get disjoint rows; parallelFor returns after the last.
    nonisolated(unsafe) let (x, weight, out) = (x, weight, out)
    pool.parallelFor(rows, grain: 16) { _, range in
        for row in range { kernel(x + row * width, weight, epsilon, width, out + row * width) }
    }
}
