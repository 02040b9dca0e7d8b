import CKernels

/// `out[row, :] = (x - mean) / sqrt(variance + epsilon) * weight + bias` (arXiv 1607.06450).
///
/// `x`, `out`: `[rows, width]`, f32, row-major, may be the same; `weight`, `bias`: `[width]`.
public func layerNorm(
    _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, bias: UnsafePointer<Float>, epsilon: Float, rows: Int,
    width: Int, into out: UnsafeMutablePointer<Float>, on pool: WorkerPool
) {
    precondition(rows >= 0 && width > 0, "\(rows) rows of \(width)")
    let kernel = ck_layernorm(pool.instructionSet.kernelSet)
    // Safe: workers get disjoint rows; parallelFor returns after the last.
    nonisolated(unsafe) let (x, weight, bias, out) = (x, weight, bias, out)
    pool.parallelFor(rows, grain: max(1, 8192 / width)) { _, range in
        for row in range { kernel(x + row * width, weight, bias, epsilon, width, out + row * width) }
    }
}

/// `x = x (1 + erf(x / √2)) / 2` in place (arXiv 1606.08415), `count` numbers.
public func gelu(_ x: UnsafeMutablePointer<Float>, count: Int, on pool: WorkerPool) {
    let kernel = ck_gelu(pool.instructionSet.kernelSet)
    // Safe: workers get disjoint stretches; parallelFor returns after the last.
    nonisolated(unsafe) let x = x
    pool.parallelFor(count, grain: 4096) { _, range in kernel(x + range.lowerBound, range.count) }
}
