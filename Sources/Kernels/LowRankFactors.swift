import CKernels

/// What a low-rank adapter adds to a product, `B (A x)` (arXiv 2106.09685), packed for the kernels. Immutable.
///
/// `A` has the form of the product's matrix, and so multiplies the same inputs: integers for integers. `B` multiplies
/// few numbers a row, in f32; it is kept in bf16, beside f32 weights in f32.
public final class LowRankFactors: Sendable {
    /// The factors of one of the matrices that lie in a product's.
    public struct Part: Sendable {
        /// Of the product's matrix; in a gate-up matrix all of gate's come before up's.
        public let outputs: Range<Int>
        /// `[rank, inputs]` and `[outputs, rank]`, row-major.
        public let a: [Float], b: [Float]

        public init(outputs: Range<Int>, a: [Float], b: [Float]) { (self.outputs, self.a, self.b) = (outputs, a, b) }
    }

    /// All parts' `A`, one below the other.
    let down: PackedMatrix
    let isWide: Bool
    /// Numbers that an output multiplies.
    let depth: Int
    /// Where in a row of `A x` those of each half of a panel begin.
    let starts: [Int]
    /// Of the product's matrix.
    let panels: Int
    /// `[panels, depth, 32]`
    let up: PageMemory

    /// - Parameters:
    ///   - parts: all of one rank; their outputs do not overlap.
    ///   - scale: of `B`.
    ///   - matrix: what the product multiplies.
    public init(_ parts: [Part], scale: Float, to matrix: PackedMatrix, on pool: WorkerPool) {
        let rank = (parts.first?.a.count ?? 0) / matrix.inputs
        precondition(rank > 0, "an adapter without a rank")
        for part in parts {
            precondition(
                part.a.count == rank * matrix.inputs && part.b.count == rank * part.outputs.count
                    && part.outputs.lowerBound >= 0 && part.outputs.upperBound <= matrix.outputs,
                "\(part.outputs) with \(part.a.count) and \(part.b.count) numbers, of rank \(rank)")
        }
        down = PackedMatrix(
            outputs: rank * parts.count, inputs: matrix.inputs, format: matrix.format.careful, on: pool
        ) { range, into in
            for (place, row) in range.enumerated() {
                let first = row % rank * matrix.inputs
                for (column, number) in parts[row / rank].a[first..<first + matrix.inputs].enumerated() {
                    into[place * matrix.inputs + column] = number
                }
            }
        }
        let columns = (0..<matrix.panels * panelSize).map { column in
            matrix.output(ofColumn: column).flatMap { output in
                parts.firstIndex { $0.outputs.contains(output) }.map { (part: $0, output: output) }
            }
        }
        let owners = stride(from: 0, to: columns.count, by: panelSize / 2).map { first in
            Set(columns[first..<first + panelSize / 2].compactMap { $0?.part })
        }
        // Where a half has outputs of two parts, all multiply the whole row, with zeros for the parts of others.
        let isApart = owners.allSatisfy { $0.count <= 1 }
        depth = isApart ? rank : rank * parts.count
        starts = owners.map { isApart ? ($0.first ?? 0) * rank : 0 }
        (panels, isWide) = (matrix.panels, matrix.format == .f32)
        up = PageMemory(bytes: columns.count * depth * (isWide ? 4 : 2))
        for (column, place) in columns.enumerated() {
            guard let (part, output) = place else { continue }
            let first = column / panelSize * depth * panelSize + column % panelSize
            let row = (output - parts[part].outputs.lowerBound) * rank
            for k in 0..<rank {
                let index = first + (isApart ? k : part * rank + k) * panelSize
                let number = parts[part].b[row + k] * scale
                if isWide {
                    up.base.assumingMemoryBound(to: Float.self)[index] = number
                } else {
                    up.base.assumingMemoryBound(to: UInt16.self)[index] = number.bfloat16
                }
            }
        }
    }

    /// Numbers of `A x`.
    var width: Int { down.outputs }
    /// Bytes of the packed factors.
    public var bytes: Int { down.bytes + up.bytes }
}

extension PackedMatrix {
    /// Which row of the matrix a column of its panels is; nil behind the last.
    fileprivate func output(ofColumn column: Int) -> Int? {
        guard isGateUp else { return column < outputs ? column : nil }
        let (half, width) = (panelSize / 2, outputs / 2)
        let row = column / panelSize * half + column % half
        return row < width ? row + (column % panelSize < half ? 0 : width) : nil
    }
}

extension Float {
    /// The nearest bfloat16, ties to even.
    fileprivate var bfloat16: UInt16 {
        let bits = bitPattern
        return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16)
    }
}
