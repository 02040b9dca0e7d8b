import CKernels

/// RMSNorm of each head of queries and of keys, before positions turn them (Qwen3, arXiv 2505.09388, 2): all heads of
/// queries have one weight, all of keys another.
public struct HeadNorm: Sendable {
    private let heads: Int, kvHeads: Int
    private let epsilon: Float
    /// `[headSize]`
    private let query: [Float], key: [Float]

    /// - Precondition: both weights are as wide as a head.
    public init(query: [Float], key: [Float], heads: Int, kvHeads: Int, epsilon: Float) {
        precondition(!query.isEmpty && query.count == key.count, "norms of \(query.count) and \(key.count) numbers")
        (self.query, self.key, self.heads, self.kvHeads, self.epsilon) = (query, key, heads, kvHeads, epsilon)
    }

    /// Rows that begin with query heads, then key heads, in place; `stride` floats from one row to the next.
    public func apply(_ x: UnsafeMutablePointer<Float>, rows: Int, stride: Int, on pool: WorkerPool) {
        let (size, kernel) = (query.count, ck_rmsnorm(pool.instructionSet.kernelSet))
        precondition(
            stride >= (heads + kvHeads) * size, "rows of \(stride) hold no \(heads + kvHeads) heads of \(size)")
        // Safe: workers get disjoint rows; parallelFor returns after the last.
        nonisolated(unsafe) let x = x
        query.withUnsafeBufferPointer { query in
            key.withUnsafeBufferPointer { key in
                guard let query = query.baseAddress, let key = key.baseAddress else { return }
                // Safe: only read.
                nonisolated(unsafe) let weights = (query: query, key: key)
                pool.parallelFor(rows, grain: 4) { _, range in
                    for row in range {
                        for head in 0..<heads + kvHeads {
                            let head = (
                                weight: head < heads ? weights.query : weights.key, x: x + row * stride + head * size
                            )
                            kernel(head.x, head.weight, epsilon, size, head.x)
                        }
                    }
                }
            }
        }
    }
}
