import CKernels

/// Writes key and value rows of the plan's tokens into their blocks of `layer`, rounded to the cache's element.
///
/// - Parameters:
///   - keys: batch rows of `[kvHeads * headSize]` f32, `stride` floats from one row to the next.
///   - values: the same for values.
public func storeKV(
    keys: UnsafePointer<Float>, values: UnsafePointer<Float>, stride: Int, plan: AttentionPlan, layer: Int,
    cache: KVCache, on pool: WorkerPool
) {
    check(plan, cache)
    let shape = cache.shape
    plan.rows.withUnsafeBufferPointer { rows in
        plan.blocks.withUnsafeBufferPointer { blocks in
            plan.slots.withUnsafeBufferPointer { slots in
                var target = ck_kv_rows()
                target.layer = cache.address(layer: layer, kvHead: 0, block: 0).assumingMemoryBound(to: CChar.self)
                target.block_stride = shape.headBytes
                target.head_stride = shape.headBytes * cache.blocks
                target.element = shape.kernelElement
                target.kv_heads = Int32(shape.kvHeads)
                target.block_size = Int32(shape.blockSize)
                target.head_size = Int32(shape.headSize)
                target.rows = rows.baseAddress
                target.blocks = blocks.baseAddress
                target.slots = slots.baseAddress
                // Safe: workers write disjoint slots; parallelFor returns after the last.
                nonisolated(unsafe) let (to, keys, values) = (target, keys, values)
                pool.parallelFor(plan.tokens, grain: 32) { _, range in
                    withUnsafePointer(to: to) {
                        ck_kv_store_rows($0, keys, values, stride, range.lowerBound, range.upperBound)
                    }
                }
            }
        }
    }
}

/// Causal attention of every query row over its sequence's blocks (arXiv 2205.14135, algorithm 1; 2309.06180, 4.3):
/// `out[row, head] = softmax(q . K / sqrt(headSize)) V` over positions up to the row's own.
///
/// Query head `h` reads KV head `h / (heads / kvHeads)`. With BF16 blocks and AVX-512, queries and softmax weights are
/// rounded to BF16 too, sums are f32; with int8 blocks both are rounded to 7 bits, sums over a chunk are integers. A row's
/// result depends on its query and its context alone, bit for bit: not on the batch, on how a prompt was cut, on shared blocks or on threads. It may differ between instruction sets.
///
/// - Parameters:
///   - queries: batch rows of `[heads * headSize]` f32, `stride` floats from one row to the next.
///   - out: `[rows, heads * headSize]` f32, contiguous. Rows of no segment stay as they are.
public func pagedAttention(
    queries: UnsafePointer<Float>, stride: Int, plan: AttentionPlan, layer: Int, cache: KVCache,
    into out: UnsafeMutablePointer<Float>, on pool: WorkerPool
) {
    check(plan, cache)
    let shape = cache.shape
    let kernel = ck_attention(pool.instructionSet.kernelSet, shape.kernelElement)
    let group = plan.heads / shape.kvHeads
    let scratch = cache.scratch(
        workers: pool.threads, bytes: max(64, ck_attention_scratch(plan.largestPiece, shape.headSize)))
    let layerStart = cache.address(layer: layer, kvHead: 0, block: 0)
    let headBytes = shape.headBytes * cache.blocks
    // Safe: a piece writes rows of its own, a worker uses its own scratch; parallelFor returns after the last.
    nonisolated(unsafe) let (parts, memory, first, queries, out) = (plan.parts, scratch, layerStart, queries, out)
    let pieces = plan.pieces
    pool.parallelFor(pieces.count * shape.kvHeads) { worker, range in
        for index in range {
            let (kvHead, number) = index.quotientAndRemainder(dividingBy: pieces.count)
            let piece = pieces[number]
            var item = ck_attention_item()
            item.queries = queries + kvHead * group * shape.headSize
            item.query_stride = stride
            item.out = out + kvHead * group * shape.headSize
            item.out_stride = plan.heads * shape.headSize
            item.parts = parts.baseAddress.map { UnsafePointer($0 + piece.lowerBound) }
            item.part_count = piece.count
            item.blocks = UnsafePointer((first + kvHead * headBytes).assumingMemoryBound(to: CChar.self))
            item.block_stride = shape.headBytes
            item.block_size = Int32(shape.blockSize)
            item.head_size = Int32(shape.headSize)
            item.group = Int32(group)
            item.scratch = memory[worker]
            kernel(&item)
        }
    }
}

/// `storeKV` for a batch that is used once; several layers share a plan.
public func storeKV(
    keys: UnsafePointer<Float>, values: UnsafePointer<Float>, stride: Int, segments: [AttentionSegment], layer: Int,
    cache: KVCache, on pool: WorkerPool
) {
    let plan = AttentionPlan(
        segments: segments, heads: cache.shape.kvHeads, shape: cache.shape, threads: pool.threads)
    storeKV(keys: keys, values: values, stride: stride, plan: plan, layer: layer, cache: cache, on: pool)
}

/// `pagedAttention` for a batch that is used once; several layers share a plan.
public func pagedAttention(
    queries: UnsafePointer<Float>, stride: Int, segments: [AttentionSegment], heads: Int, layer: Int, cache: KVCache,
    into out: UnsafeMutablePointer<Float>, on pool: WorkerPool
) {
    let plan = AttentionPlan(segments: segments, heads: heads, shape: cache.shape, threads: pool.threads)
    pagedAttention(queries: queries, stride: stride, plan: plan, layer: layer, cache: cache, into: out, on: pool)
}

/// Refuses a plan that reaches beyond the cache: C checks nothing.
private func check(_ plan: AttentionPlan, _ cache: KVCache) {
    precondition(plan.shape == cache.shape, "the plan was made for another cache")
    precondition(plan.blocksNeeded <= cache.blocks, "block \(plan.blocksNeeded - 1) of \(cache.blocks)")
}
