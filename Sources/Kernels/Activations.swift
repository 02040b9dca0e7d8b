import CKernels

/// Input rows in the form that a weight format multiplies; a buffer to be used again and again. One thread at a
/// time: not `Sendable`.
public final class Activations {
    public private(set) var rows = 0, width = 0
    /// The format of the last load.
    public private(set) var format: WeightFormat?

    private var values = Buffer(), scaleBuffer = Buffer(), startBuffer = Buffer()

    /// Without rows; memory grows with the first.
    public init() {}

    /// Takes over `x`, `[rows, width]`, f32.
    public func load(
        _ x: UnsafePointer<Float>, rows: Int, width: Int, for format: WeightFormat, on pool: WorkerPool
    ) {
        load(x, norm: nil, epsilon: 0, rows: rows, width: width, for: format, on: pool)
    }

    /// Takes over `x[row] / sqrt(mean(x[row]²) + epsilon) * weight` (arXiv 1910.07467, eq. 4); `weight`: `[width]`.
    public func loadRMSNorm(
        _ x: UnsafePointer<Float>, weight: UnsafePointer<Float>, epsilon: Float, rows: Int, width: Int,
        for format: WeightFormat, on pool: WorkerPool
    ) {
        load(x, norm: weight, epsilon: epsilon, rows: rows, width: width, for: format, on: pool)
    }

    // MARK: What the kernels read

    /// Groups of a row that have one scale each; the last may be shorter.
    var groups: Int { (width + groupSize - 1) / groupSize }
    /// Bytes from one plane of integers to the next.
    var planeStride: Int { ck_plane_stride(width) }
    /// Elements from one row of bf16 to the next.
    var bfloatStride: Int { groups * groupSize + 32 }

    /// The rows as bytes.
    var planes: UnsafeMutablePointer<Int8> { values.base.assumingMemoryBound(to: Int8.self) }
    /// The rows as bfloat16.
    var bfloats: UnsafeMutablePointer<UInt16> { values.base.assumingMemoryBound(to: UInt16.self) }
    /// `[rows, width]`.
    var floats: UnsafeMutablePointer<Float> { values.base.assumingMemoryBound(to: Float.self) }
    /// `[rows]`, of E4M3; nil for other forms.
    var rowScales: UnsafeMutablePointer<Float>? { format?.form == .eightBitFloat ? scales : nil }
    /// `[rows, groups]`, of integers.
    var scales: UnsafeMutablePointer<Float> { scaleBuffer.base.assumingMemoryBound(to: Float.self) }
    /// `[rows, groups]`: what the integer sums start from.
    var starts: UnsafeMutablePointer<Int32> { startBuffer.base.assumingMemoryBound(to: Int32.self) }

    private func load(
        _ x: UnsafePointer<Float>, norm: UnsafePointer<Float>?, epsilon: Float, rows: Int, width: Int,
        for format: WeightFormat, on pool: WorkerPool
    ) {
        precondition(rows >= 0 && width > 0, "\(rows) rows of \(width) values")
        (self.rows, self.width, self.format) = (rows, width, format)
        let kernels = ck_find_row_kernels(pool.instructionSet.kernelSet).pointee
        let groups = groups, grain = max(1, 4096 / width)
        func each(_ body: (_ row: Int, _ from: inout ck_row) -> Void) {
            pool.parallelFor(rows, grain: grain) { _, range in
                for row in range {
                    var from = ck_row(x: x + row * width, norm_weight: norm, epsilon: epsilon, width: width)
                    body(row, &from)
                }
            }
        }
        switch format.form {
        case .float:
            values.reserve(rows * width * 4)
            let floats = floats
            each { row, from in kernels.float_row(&from, floats + row * width) }
        case .bfloat:
            let stride = bfloatStride
            values.reserve(rows * stride * 2)
            let bfloats = bfloats
            each { row, from in kernels.bf16_row(&from, bfloats + row * stride) }
        case .eightBitFloat:
            let stride = bfloatStride
            values.reserve(rows * stride * 2)
            scaleBuffer.reserve(rows * 4)
            let (bfloats, scales) = (bfloats, scales)
            each { row, from in scales[row] = kernels.e4m3_row(&from, bfloats + row * stride) }
        case .integer(let bits):
            let stride = planeStride * (bits / 8)
            values.reserve(rows * stride)
            scaleBuffer.reserve(rows * groups * 4)
            startBuffer.reserve(rows * groups * 4)
            let (planes, scales, starts) = (planes, scales, starts)
            each { row, from in
                kernels.quantize_row(
                    &from, Int32(bits), planes + row * stride, scales + row * groups, starts + row * groups)
            }
        }
    }
}

/// Memory that grows and is never copied: its content does not outlive a load.
struct Buffer: ~Copyable {
    private(set) var base = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
    private var capacity = 64

    /// Room for so many bytes.
    mutating func reserve(_ bytes: Int) {
        guard bytes > capacity else { return }
        base.deallocate()
        base = .allocate(byteCount: bytes, alignment: 4096)
        capacity = bytes
    }

    deinit { base.deallocate() }
}
