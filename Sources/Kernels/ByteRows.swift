import CKernels
import Foundation

/// Vectors quantised to 8 bits, symmetric, one scale a vector: a quarter of the memory that f32 takes, and exact sums.
public struct ByteRows: Sendable {
    public let count: Int
    public let width: Int
    /// The greatest length of what quantisation took from a row, and the greatest length of a quantised row: with them
    /// a score is known within `errorBound`.
    public let largestResidual: Float, largestNorm: Float
    private let stride: Int
    private let memory: PageMemory
    private let scales: [Float]

    /// - Parameter rows: `[count, width]`, row-major.
    public init(_ rows: [Float], width: Int) {
        precondition(width > 0 && width <= Self.widest && rows.count % width == 0, "\(rows.count) of width \(width)")
        let count = rows.count / width, stride = (width + 63) / 64 * 64
        let memory = PageMemory(bytes: count * stride)
        var scales = [Float](repeating: 0, count: count)
        var residual: Float = 0, norm: Float = 0
        memset(memory.base, 128, count * stride)
        rows.withUnsafeBufferPointer { rows in
            for row in 0..<count {
                let bytes = (memory.base + row * stride).assumingMemoryBound(to: UInt8.self)
                let (scale, lost, kept) = Self.quantize(rows[row * width..<(row + 1) * width]) { index, value in
                    bytes[index] = UInt8(Int(value) + 128)
                }
                scales[row] = scale
                (residual, norm) = (max(residual, lost), max(norm, kept))
            }
        }
        (self.count, self.width, self.stride, self.memory) = (count, width, stride, memory)
        (self.scales, largestResidual, largestNorm) = (scales, residual, norm)
    }

    /// The widest row whose sums fit 32 bits.
    public static let widest = 65536

    /// Writes the scores of rows `range` against `query` to `scores`.
    ///
    /// - Parameter scores: `[range.count]`.
    public func scores(
        of query: ByteQuery, rows range: Range<Int>, into scores: UnsafeMutablePointer<Float>,
        instructions: InstructionSet = .current
    ) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count && query.values.count == stride)
        let kernel = ck_byte_scores(instructions.kernelSet)
        scales.withUnsafeBufferPointer { scales in
            guard let base = scales.baseAddress else { return }
            var rows = ck_byte_rows(
                rows: (memory.base + range.lowerBound * stride).assumingMemoryBound(to: UInt8.self),
                count: range.count, stride: stride, scales: base + range.lowerBound)
            query.values.withUnsafeBufferPointer { values in
                if let values = values.baseAddress { kernel(&rows, values, query.scale, scores) }
            }
        }
    }

    /// How far a score may be from the product of the vectors that were quantised: by the inequality of Cauchy and Schwarz
    /// |q·x - q'·x'| <= |q| |x - x'| + |x'| |q - q'|, and what rounding to f32 adds to both.
    public func errorBound(of query: ByteQuery) -> Float {
        let bound = query.norm * largestResidual + largestNorm * query.residual
        return bound * 1.0001 + query.norm * (largestNorm + largestResidual) * Float(width) * 1.2e-7
    }

    /// Calls `store` with each quantised element; returns scale, length of the residual, length of the quantised row.
    fileprivate static func quantize(
        _ row: Slice<UnsafeBufferPointer<Float>>, store: (Int, Int8) -> Void
    ) -> (scale: Float, residual: Float, norm: Float) {
        var largest: Float = 0
        for value in row { largest = max(largest, abs(value)) }
        guard largest > 0, largest < .infinity else { return (0, 0, 0) }
        let scale = largest / 127, inverse = 127 / largest
        var lost: Float = 0, kept: Float = 0
        for (index, value) in row.enumerated() {
            let rounded = max(-127, min(127, (value * inverse).rounded()))
            store(index, Int8(rounded))
            let back = rounded * scale
            lost += (value - back) * (value - back)
            kept += back * back
        }
        return (scale, lost.squareRoot(), kept.squareRoot())
    }
}

/// A query quantised as the rows are.
public struct ByteQuery: Sendable {
    let values: [Int8]
    let scale: Float
    let norm: Float
    let residual: Float

    /// A query in 8 bits with its scale.
    public init(_ query: UnsafeBufferPointer<Float>) {
        var values = [Int8](repeating: 0, count: (query.count + 63) / 64 * 64)
        let result = ByteRows.quantize(query[...]) { values[$0] = $1 }
        norm = query.reduce(0) { $0 + $1 * $1 }.squareRoot()
        (self.values, scale, residual) = (values, result.scale, result.residual)
    }
}
