import CKernels

/// Rows of a product that an adapter adds to.
public struct LowRankRows: Sendable {
    public let rows: Range<Int>, factors: LowRankFactors

    public init(_ rows: Range<Int>, _ factors: LowRankFactors) { (self.rows, self.factors) = (rows, factors) }
}

/// `A x` of the adapted rows of a product, made before it, in the form that its kernel multiplies by `B`; a buffer to be
/// used again and again. One thread at a time: not `Sendable`.
public final class LowRankSums {
    /// Keeps what the kernel reads.
    private(set) var adapted: [LowRankRows] = []
    private var numbers = Buffer(), bytes = Buffer(), scales = Buffer(), starts = Buffer()
    private var parts = Buffer(), partOfRow = Buffer()
    private let table = UnsafeMutablePointer<ck_added>.allocate(capacity: 1)

    /// Without rows.
    public init() { table.initialize(to: ck_added()) }

    deinit { table.deallocate() }

    /// What the kernel reads; nil: no row is adapted.
    var added: UnsafePointer<ck_added>? { adapted.isEmpty ? nil : UnsafePointer(table) }

    /// Multiplies the adapted rows of `x` by their `A`. Adapted rows ascend and do not overlap.
    public func load(_ x: Activations, _ rows: [LowRankRows], on pool: WorkerPool) {
        adapted = rows.filter { !$0.rows.isEmpty }
        guard !adapted.isEmpty else { return }
        let width = adapted.reduce(0) { max($0, $1.factors.width) }
        numbers.reserve(x.rows * width * 4)
        multiply(x, stride: width, on: pool)
        let stride = adapted.reduce(0) { max($0, $1.factors.regions * $1.factors.depth) }
        let regions = adapted.reduce(0) { max($0, $1.factors.regions) }
        if adapted.contains(where: { $0.factors.bits == 8 }) {
            bytes.reserve(x.rows * stride)
            scales.reserve(x.rows * regions * 4)
            starts.reserve(x.rows * regions * 4)
            quantize(width: width, stride: stride, regions: regions, on: pool)
        }
        tabulate(rows: x.rows, width: width, stride: stride, regions: regions)
    }

    /// `[rows, stride]`, f32. An `A` has few panels to share among the workers: its rows are shared too.
    private func multiply(_ x: Activations, stride width: Int, on pool: WorkerPool) {
        let share = (x.rows + pool.threads - 1) / pool.threads
        let most = max(12, min((384 << 10) / x.width, share + 11) / 12 * 12)
        var pieces: [(part: Int, panel: Int, rows: Range<Int>)] = []
        for (index, item) in adapted.enumerated() {
            for first in stride(from: item.rows.lowerBound, to: item.rows.upperBound, by: most) {
                let rows = first..<min(first + most, item.rows.upperBound)
                for panel in 0..<item.factors.down.panels { pieces.append((index, panel, rows)) }
            }
        }
        let base = numbers.base.assumingMemoryBound(to: Float.self)
        pool.parallelFor(pieces.count) { _, items in
            for piece in pieces[items] {
                let matrix = adapted[piece.part].factors.down
                let target = ck_destination(kind: CK_STORE, outputs: matrix.outputs, out: base, stride: width)
                Product(x: x, matrix: matrix, target: target, set: pool.instructionSet)
                    .multiply(piece.panel..<piece.panel + 1, rows: piece.rows, into: target)
            }
        }
    }

    /// Each region of a row with a scale of its own.
    private func quantize(width: Int, stride: Int, regions: Int, on pool: WorkerPool) {
        let numbers = numbers.base.assumingMemoryBound(to: Float.self)
        let bytes = bytes.base.assumingMemoryBound(to: Int8.self)
        let scales = scales.base.assumingMemoryBound(to: Float.self)
        let starts = starts.base.assumingMemoryBound(to: Int32.self)
        for item in adapted where item.factors.bits == 8 {
            let (first, factors) = (item.rows.lowerBound, item.factors)
            pool.parallelFor(item.rows.count, grain: 64) { _, range in
                for row in range.lowerBound + first..<range.upperBound + first {
                    ck_quantize_regions(
                        numbers + row * width, factors.regions, factors.rank, factors.depth, bytes + row * stride,
                        scales + row * regions, starts + row * regions)
                }
            }
        }
    }

    private func tabulate(rows: Int, width: Int, stride: Int, regions: Int) {
        parts.reserve(adapted.count * MemoryLayout<ck_low_rank>.stride)
        partOfRow.reserve(rows * 4)
        let parts = parts.base.bindMemory(to: ck_low_rank.self, capacity: adapted.count)
        let partOfRow = partOfRow.base.bindMemory(to: Int32.self, capacity: rows)
        partOfRow.update(repeating: -1, count: rows)
        for (index, item) in adapted.enumerated() {
            precondition(
                item.rows.lowerBound >= (index == 0 ? 0 : adapted[index - 1].rows.upperBound)
                    && item.rows.upperBound <= rows, "adapted rows \(item.rows) of \(rows)")
            for row in item.rows { partOfRow[row] = Int32(index) }
            let factors = item.factors
            parts[index] = ck_low_rank(
                end: item.rows.upperBound, bits: Int32(factors.bits),
                panels: UnsafePointer(factors.up.base.assumingMemoryBound(to: UInt8.self)),
                panel_bytes: factors.panelBytes, depth: factors.depth, region: factors.region,
                bytes: UnsafePointer(bytes.base.assumingMemoryBound(to: Int8.self)),
                numbers: UnsafePointer(numbers.base.assumingMemoryBound(to: Float.self)),
                scales: UnsafePointer(scales.base.assumingMemoryBound(to: Float.self)),
                starts: UnsafePointer(starts.base.assumingMemoryBound(to: Int32.self)),
                stride: factors.bits == 8 ? stride : width, region_stride: regions)
        }
        table.pointee = ck_added(parts: parts, count: adapted.count, part_of_row: partOfRow)
    }
}

extension ck_destination {
    /// The whole of a product.
    init(
        bias: UnsafePointer<Float>? = nil, kind: ck_epilogue, outputs: Int, out: UnsafeMutablePointer<Float>,
        stride: Int
    ) {
        self.init(
            bias: bias, kind: kind, outputs: outputs, out: out, out_stride: stride, added: nil, first_panel: 0,
            first_row: 0)
    }
}
