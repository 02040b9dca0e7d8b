/// Times paged attention on the batches that a server of long shared prompts meets.
public struct AttentionBenchmark {
    /// What one batch looks like. All sequences share the first `sharedTokens` tokens.
    public struct Workload: Sendable, Hashable, Codable {
        public var name: String
        public var sharedTokens: Int
        /// Sequences that generate: one row each, after `decodeContext` tokens.
        public var decodes: Int, decodeContext: Int
        /// Rows of one prompt chunk that follows the shared tokens.
        public var prefillRows: Int

        /// A batch: answers behind a shared prefix, and part of a prompt.
        public init(_ name: String, sharedTokens: Int, decodes: Int, decodeContext: Int, prefillRows: Int) {
            (self.name, self.sharedTokens, self.decodes) = (name, sharedTokens, decodes)
            (self.decodeContext, self.prefillRows) = (decodeContext, prefillRows)
        }

        /// 1,664 shared and 128 fresh prompt tokens, 9 generated, and a prompt without a prefix.
        public static let standard = [
            Workload("prefill 128 after 1664", sharedTokens: 1664, decodes: 0, decodeContext: 0, prefillRows: 128),
            Workload("prefill 512 after 0", sharedTokens: 0, decodes: 0, decodeContext: 0, prefillRows: 512),
            Workload("decode 32, sharing 1664", sharedTokens: 1664, decodes: 32, decodeContext: 1796, prefillRows: 0),
            Workload(
                "decode 30 and prefill 128, sharing 1664", sharedTokens: 1664, decodes: 30, decodeContext: 1796,
                prefillRows: 128),
            Workload("decode 1", sharedTokens: 0, decodes: 1, decodeContext: 1792, prefillRows: 0),
            Workload("decode 32, sharing nothing", sharedTokens: 0, decodes: 32, decodeContext: 256, prefillRows: 0),
        ]
    }

    /// Figures of one workload.
    public struct Result: Sendable, Codable {
        public var workload: Workload
        /// Mean over the layers of each one's best time.
        public var secondsPerLayer: Double
        /// `4 * heads * headSize * context` operations a row, in 10⁹ a second.
        public var gigaflops: Double
        /// Distinct key and value bytes that the batch needs, in 10⁹ a second.
        public var gigabytes: Double
    }

    private let heads: Int
    private let cache: KVCache
    private let pool: WorkerPool

    /// Keys and values of `layers` layers, so that they do not all stay in the nearest cache.
    public init(
        heads: Int = 14, kvHeads: Int = 2, headSize: Int = 64, layers: Int = 24,
        element: KVCacheShape.Element = .bf16, on pool: WorkerPool
    ) throws(KVCacheError) {
        let shape = try KVCacheShape(layers: layers, kvHeads: kvHeads, headSize: headSize, element: element)
        (self.heads, self.pool) = (heads, pool)
        cache = try KVCache(shape: shape, blocks: 320)
    }

    /// Runs a workload for about `seconds`, at least three passes over the layers.
    public func run(_ workload: Workload, seconds: Double = 0.3) -> Result {
        let segments = segments(of: workload)
        let plan = AttentionPlan(segments: segments, heads: heads, shape: cache.shape, threads: pool.threads)
        let (rows, width) = (plan.tokens, heads * cache.shape.headSize)
        fill(segments)
        let queries = noise(rows * width)
        var out = [Float](repeating: 0, count: rows * width)
        let clock = ContinuousClock()
        let start = clock.now
        // A layer's best, since another program's turn rarely spoils the same layer in every pass.
        var times = [Double](repeating: .infinity, count: cache.shape.layers), passes = 0
        while passes < 3 || start.duration(to: clock.now) < .seconds(seconds) {
            queries.withUnsafeBufferPointer { queries in
                out.withUnsafeMutableBufferPointer { out in
                    guard let queries = queries.baseAddress, let out = out.baseAddress else { return }
                    for layer in times.indices {
                        let passed = clock.measure {
                            pagedAttention(
                                queries: queries, stride: width, plan: plan, layer: layer, cache: cache, into: out,
                                on: pool)
                        }
                        times[layer] = min(times[layer], passed / .seconds(1))
                    }
                }
            }
            passes += 1
        }
        let best = times.reduce(0, +) / Double(times.count)
        let contexts = segments.reduce(0) { $0 + $1.rows * $1.position + $1.rows * ($1.rows + 1) / 2 }
        let blocks = Set(segments.flatMap(\.blockTable)).count
        let bytes = blocks * cache.shape.bytesPerBlock / cache.shape.layers
        return Result(
            workload: workload, secondsPerLayer: best, gigaflops: Double(4 * width * contexts) / best / 1e9,
            gigabytes: Double(bytes) / best / 1e9)
    }

    /// The segments of a workload, each sequence with blocks of its own behind the shared ones.
    private func segments(of workload: Workload) -> [AttentionSegment] {
        let blockSize = cache.shape.blockSize
        let shared = (0..<Int32(workload.sharedTokens / blockSize)).map { $0 }
        var next = Int32(shared.count), row = 0, segments: [AttentionSegment] = []
        func add(rows: Int, position: Int) {
            var table = shared
            while table.count * blockSize < position + rows {
                table.append(next)
                next += 1
            }
            segments.append(AttentionSegment(firstRow: row, rows: rows, position: position, blockTable: table))
            row += rows
        }
        for _ in 0..<workload.decodes { add(rows: 1, position: workload.decodeContext - 1) }
        if workload.prefillRows > 0 { add(rows: workload.prefillRows, position: workload.sharedTokens) }
        return segments
    }

    /// Random keys and values in every block of the segments, in all layers.
    private func fill(_ segments: [AttentionSegment]) {
        let shape = cache.shape
        let blocks = Set(segments.flatMap(\.blockTable)).sorted()
        let rows = blocks.count * shape.blockSize, width = shape.kvHeads * shape.headSize
        let all = AttentionSegment(firstRow: 0, rows: rows, position: 0, blockTable: blocks)
        let plan = AttentionPlan(segments: [all], heads: shape.kvHeads, shape: shape, threads: pool.threads)
        noise(rows * width * 2).withUnsafeBufferPointer { rows in
            guard let keys = rows.baseAddress else { return }
            for layer in 0..<shape.layers {
                storeKV(
                    keys: keys, values: keys + width, stride: 2 * width, plan: plan, layer: layer, cache: cache,
                    on: pool)
            }
        }
    }

    /// Repeatable values in -2...2.
    private func noise(_ count: Int) -> [Float] {
        var state: UInt32 = 1
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return Float(state >> 8) * 0x1p-22 - 2
        }
    }
}
