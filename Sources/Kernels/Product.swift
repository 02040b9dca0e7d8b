import CKernels
import COpenBLAS

/// One matrix product and how it is shared out over the workers.
struct Product {
    let x: Activations, matrix: PackedMatrix, target: ck_destination, set: InstructionSet

    /// Bytes of input rows that a worker goes through for each panel: they stay in its L2 cache.
    private static let blockBytes = 448 << 10
    /// Bytes of weights that a worker takes at a time.
    private static let chunkBytes = 64 << 10

    /// Computes the product on all workers, each with panels of its own.
    func run(on pool: WorkerPool) {
        guard x.rows > 0 else { return }
        if matrix.format == .f32 { openBLASThreads }
        // Tiles have 6 rows (3 of two planes): blocks of a multiple of it, and as equal as may be.
        let most = max(12, Self.blockBytes / rowBytes / 12 * 12)
        let blocks = (x.rows + most - 1) / most
        let blockRows = ((x.rows + blocks - 1) / blocks + 11) / 12 * 12
        let panels = matrix.panels
        let chunk = min(panels, panelsPerChunk(rows: min(x.rows, blockRows), workers: pool.threads))
        let chunks = (panels + chunk - 1) / chunk
        pool.parallelFor(blocks * chunks) { _, items in
            for item in items {
                let (block, first) = (item / chunks, item % chunks * chunk)
                let rows = block * blockRows..<min((block + 1) * blockRows, x.rows)
                guard !rows.isEmpty else { continue }
                multiply(first..<min(first + chunk, panels), rows: rows, into: target)
            }
        }
    }

    /// All 32 sums of a panel for one row.
    func panel(_ panel: Int, row: Int, into results: UnsafeMutablePointer<Float>) {
        if matrix.format == .f32 { openBLASThreads }
        let alone = ck_destination(kind: CK_STORE, outputs: panelSize, out: results, stride: panelSize)
        multiply(panel..<panel + 1, rows: row..<row + 1, from: alone)
    }

    /// Bytes of a row of the input.
    private var rowBytes: Int {
        switch matrix.format.form {
        case .float: x.width * 4
        case .bfloat, .eightBitFloat: x.bfloatStride * 2
        case .integer(let bits): x.planeStride * bits / 8
        }
    }

    /// Panels that a worker takes at a time: enough to work on, few enough to share evenly.
    private func panelsPerChunk(rows: Int, workers: Int) -> Int {
        let panelBytes = matrix.format.panelBytes(inputs: matrix.inputs)
        // OpenBLAS packs its inputs anew at each call, so it gets more at a time.
        if matrix.format == .f32 { return 8 }
        return rows > 12 ? 1 : max(1, Self.chunkBytes / panelBytes)
    }

    /// The block of `panels` and `rows`; `target` is that of the whole product.
    func multiply(_ panels: Range<Int>, rows: Range<Int>, into target: ck_destination) {
        let column = panels.lowerBound * matrix.resultsPerPanel
        multiply(
            panels, rows: rows,
            from: ck_destination(
                bias: target.bias.map { $0 + column }, kind: target.kind, outputs: target.outputs - column,
                out: target.out + rows.lowerBound * target.out_stride + column, out_stride: target.out_stride,
                added: target.added, first_panel: panels.lowerBound, first_row: rows.lowerBound))
    }

    /// The block of `panels` and `rows`; `target` begins where the block does.
    private func multiply(_ panels: Range<Int>, rows: Range<Int>, from target: ck_destination) {
        let set = set.kernelSet
        let weights = matrix.memory.base + panels.lowerBound * matrix.format.panelBytes(inputs: matrix.inputs)
        switch matrix.format.form {
        case .float:
            let weights = weights.assumingMemoryBound(to: Float.self)
            let x = x.floats + rows.lowerBound * x.width
            multiplyFloats(weights, x, panels: panels.count, rows: rows.count, into: target)
        case .bfloat, .eightBitFloat:
            var product = ck_bf16_product(
                weights: weights.assumingMemoryBound(to: UInt16.self), inputs: x.groups * groupSize,
                values: x.bfloats + rows.lowerBound * x.bfloatStride, value_stride: x.bfloatStride, to: target)
            guard matrix.scales != nil || x.rowScales != nil else {
                return ck_find_bf16_gemm(set)(&product, panels.count, rows.count)
            }
            multiplyScaled(&product, panels, rows: rows, into: target)
        case .integer(let bits):
            let (stride, groups) = (x.planeStride, x.groups)
            let weightBits = matrix.format.weightBits ?? 8
            var product = ck_integer_product(
                weights: weights.assumingMemoryBound(to: UInt8.self), groups: groups,
                planes: x.planes + rows.lowerBound * stride * (bits / 8), plane_stride: stride,
                scales: x.scales + rows.lowerBound * groups, starts: x.starts + rows.lowerBound * groups,
                expanded: nil, to: target)
            let kernel = ck_find_integer_gemm(set, Int32(weightBits), Int32(bits))
            // Aligned room comes from the allocator: none is asked for where none is needed.
            guard weightBits == 4 else { return kernel(&product, panels.count, rows.count) }
            withUnsafeTemporaryAllocation(byteCount: groups * Int(CK_GROUP_BYTES_8), alignment: 64) { room in
                product.expanded = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
                kernel(&product, panels.count, rows.count)
            }
        }
    }

    /// Sums, times the scales of their column and row, then to their place.
    private func multiplyScaled(
        _ product: inout ck_bf16_product, _ panels: Range<Int>, rows: Range<Int>, into target: ck_destination
    ) {
        let columns = panels.count * panelSize
        withUnsafeTemporaryAllocation(byteCount: rows.count * columns * 4, alignment: 64) { room in
            guard let sums = room.baseAddress?.assumingMemoryBound(to: Float.self) else { return }
            product.to = ck_destination(kind: CK_STORE, outputs: columns, out: sums, stride: columns)
            ck_find_bf16_gemm(set.kernelSet)(&product, panels.count, rows.count)
            let scales = matrix.scales.map { $0 + panels.lowerBound * panelSize }
            for (place, row) in rows.enumerated() {
                let (line, factor) = (sums + place * columns, x.rowScales?[row] ?? 1)
                if let scales {
                    for column in 0..<columns { line[column] = line[column] * scales[column] * factor }
                } else {
                    for column in 0..<columns { line[column] *= factor }
                }
            }
            var target = target
            ck_find_finish(set.kernelSet)(&target, panels.count, rows.count, sums, columns)
        }
    }

    private func multiplyFloats(
        _ weights: UnsafePointer<Float>, _ x: UnsafePointer<Float>, panels: Int, rows: Int,
        into target: ck_destination
    ) {
        let (columns, width) = (panels * panelSize, matrix.inputs)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: rows * columns) { sums in
            guard let sums = sums.baseAddress else { return }
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, CblasTrans, blasint(rows), blasint(columns), blasint(width), 1, x,
                blasint(width), weights, blasint(width), 0, sums, blasint(columns))
            var target = target
            ck_find_finish(set.kernelSet)(&target, panels, rows, sums, columns)
        }
    }
}

/// OpenBLAS must not start threads of its own below ours; set once, at the first f32 product.
let openBLASThreads: Void = openblas_set_num_threads(1)
