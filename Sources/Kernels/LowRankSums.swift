import CKernels

/// Rows of a product that an adapter adds to.
public struct LowRankRows: Sendable {
    public let rows: Range<Int>, factors: LowRankFactors

    public init(_ rows: Range<Int>, _ factors: LowRankFactors) { (self.rows, self.factors) = (rows, factors) }
}

/// `A x` of the adapted rows of a product, made before it; a buffer to be used again and again. One thread at a time:
/// not `Sendable`.
public final class LowRankSums {
    /// Some rows, and where the first row's numbers lie.
    struct Part {
        let rows: Range<Int>
        let factors: LowRankFactors
        let first: Int
    }

    private(set) var parts: [Part] = []
    private var numbers = Buffer()

    /// Without rows.
    public init() {}

    /// One part behind the other, `[rows, rank]` each.
    var base: UnsafeMutablePointer<Float> { numbers.base.assumingMemoryBound(to: Float.self) }

    /// Multiplies the adapted rows of `x` by their `A`. Adapted rows ascend and do not overlap.
    public func load(_ x: Activations, _ adapted: [LowRankRows], on pool: WorkerPool) {
        parts = []
        var end = 0
        for item in adapted where !item.rows.isEmpty {
            precondition(
                item.rows.lowerBound >= parts.last?.rows.upperBound ?? 0 && item.rows.upperBound <= x.rows,
                "adapted rows \(item.rows) of \(x.rows)")
            parts.append(Part(rows: item.rows, factors: item.factors, first: end))
            end += item.rows.count * item.factors.width
        }
        guard !parts.isEmpty else { return }
        numbers.reserve(end * 4)
        let base = base
        let pieces = parts.flatMap { part in
            Product.blocks(of: part.rows, width: x.width).flatMap { rows in
                (0..<part.factors.down.panels).map { panel in (part: part, rows: rows, panel: panel) }
            }
        }
        pool.parallelFor(pieces.count) { _, items in
            for item in items {
                let (part, rows, panel) = pieces[item]
                let matrix = part.factors.down, width = part.factors.width
                let product = Product(
                    x: x, matrix: matrix,
                    target: ck_destination(
                        bias: nil, kind: CK_STORE, outputs: width,
                        out: base + part.first - part.rows.lowerBound * width, out_stride: width),
                    set: pool.instructionSet)
                product.multiply(panel..<panel + 1, rows: rows, into: product.target)
            }
        }
    }
}

extension Product {
    /// Rows that are multiplied at a time where an adapter adds to them: their sums stay in a core's first cache.
    private static let rowsAtOnce = 96

    /// Rows in blocks that a worker takes at a time for an `A`, which has few panels to share.
    static func blocks(of rows: Range<Int>, width: Int) -> [Range<Int>] {
        let most = max(12, (128 << 10) / width / 12 * 12)
        return stride(from: rows.lowerBound, to: rows.upperBound, by: most).map {
            $0..<min($0 + most, rows.upperBound)
        }
    }

    /// The block of `panels` and `rows`, with what adapters add to some of them before the epilogue.
    func multiply(_ panels: Range<Int>, rows: Range<Int>, adding sums: LowRankSums) {
        for first in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.rowsAtOnce) {
            let block = first..<min(first + Self.rowsAtOnce, rows.upperBound)
            let parts = sums.parts.filter { $0.rows.overlaps(block) }
            guard !parts.isEmpty else {
                multiply(panels, rows: block, into: target)
                continue
            }
            let stride = panels.count * panelSize
            withUnsafeTemporaryAllocation(byteCount: block.count * stride * 4, alignment: 64) { memory in
                guard let base = memory.baseAddress?.assumingMemoryBound(to: Float.self) else { return }
                multiply(
                    panels, rows: block,
                    from: ck_destination(bias: nil, kind: CK_STORE, outputs: stride, out: base, out_stride: stride))
                for part in parts {
                    add(part, sums, to: block, panels, base)
                }
                var place = place(panels, rows: block, of: target)
                ck_find_finish(set.kernelSet)(&place, panels.count, block.count, base, stride)
            }
        }
    }

    /// Adds `B (A x)` to sums, `[block, panels * 32]`.
    private func add(
        _ part: LowRankSums.Part, _ sums: LowRankSums, to block: Range<Int>, _ panels: Range<Int>,
        _ base: UnsafeMutablePointer<Float>
    ) {
        let rows = part.rows.clamped(to: block), factors = part.factors, stride = panels.count * panelSize
        let x = sums.base + part.first + (rows.lowerBound - part.rows.lowerBound) * factors.width
        let kernel = ck_find_low_rank(set.kernelSet)
        let panelBytes = factors.depth * panelSize * (factors.isWide ? 4 : 2)
        for panel in panels {
            var product = ck_low_rank(
                weights: factors.up.base + panel * panelBytes, is_wide: factors.isWide ? 1 : 0, depth: factors.depth,
                left: x + factors.starts[2 * panel], right: x + factors.starts[2 * panel + 1],
                x_stride: factors.width,
                sums: base + (rows.lowerBound - block.lowerBound) * stride + (panel - panels.lowerBound) * panelSize,
                sum_stride: stride)
            kernel(&product, rows.count)
        }
    }
}
