import CKernels

/// What a low-rank adapter adds to a product, `B (A x)` (arXiv 2106.09685), packed for the kernels. Immutable.
///
/// `A` has the form of the product's matrix, and so multiplies the same inputs; beside weights of E4M3 it is bf16. What it gives becomes 8 bits where the inputs
/// are, and so does `B`; else `B` is bf16, beside f32 weights f32, and multiplies f32.
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
    /// Of a number of `B`.
    let bits: Int
    /// Numbers of a row of `A x` that belong together, and how many such regions there are; with 8 bits a region is filled
    /// up with zeros to `depth`.
    let rank: Int, regions: Int, depth: Int
    /// Of the product's matrix.
    let panels: Int
    /// See `ck_low_rank`.
    let up: PageMemory
    private let regionMemory: PageMemory

    /// - Parameters:
    ///   - parts: all of one rank; their outputs do not overlap.
    ///   - scale: of `B`.
    ///   - matrix: what the product multiplies.
    ///   - arena: where all factors of an adapter lie.
    public init(_ parts: [Part], scale: Float, to matrix: PackedMatrix, in arena: PageArena, on pool: WorkerPool) {
        let rank = (parts.first?.a.count ?? 0) / matrix.inputs
        precondition(rank > 0, "an adapter without a rank")
        for part in parts {
            precondition(
                part.a.count == rank * matrix.inputs && part.b.count == rank * part.outputs.count
                    && part.outputs.lowerBound >= 0 && part.outputs.upperBound <= matrix.outputs,
                "\(part.outputs) with \(part.a.count) and \(part.b.count) numbers, of rank \(rank)")
        }
        down = PackedMatrix(
            outputs: rank * parts.count, inputs: matrix.inputs, format: matrix.format.factor, in: arena, on: pool
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
        (self.rank, regions) = isApart ? (rank, parts.count) : (rank * parts.count, 1)
        bits = matrix.format == .f32 ? 32 : matrix.format.form == .integer(bits: 8) ? 8 : 16
        depth = bits == 8 ? (self.rank + 3) / 4 * 4 : self.rank
        panels = matrix.panels
        regionMemory = arena.take(owners.count * 2)
        let region = regionMemory.base.bindMemory(to: UInt16.self, capacity: owners.count)
        for (half, owner) in owners.enumerated() { region[half] = UInt16(isApart ? owner.first ?? 0 : 0) }
        up = arena.take(Self.panelBytes(bits: bits, depth: depth) * panels)
        for (column, place) in columns.enumerated() {
            var numbers = [Float](repeating: 0, count: depth)
            if let (part, output) = place {
                let row = (output - parts[part].outputs.lowerBound) * rank
                for k in 0..<rank { numbers[isApart ? k : part * rank + k] = parts[part].b[row + k] * scale }
            }
            pack(numbers, column: column)
        }
    }

    /// The numbers that one column of the panels multiplies.
    private func pack(_ numbers: [Float], column: Int) {
        let panel = up.base + column / panelSize * panelBytes, place = column % panelSize
        switch bits {
        case 8:
            let largest = numbers.reduce(0) { max($0, abs($1)) }, scale = largest > 1e-30 ? largest / 127 : 0
            let bytes = panel.assumingMemoryBound(to: UInt8.self)
            for (k, number) in numbers.enumerated() {
                let level = scale > 0 ? (number / scale).rounded(.toNearestOrEven) : 0
                bytes[(k / 4 * panelSize + place) * 4 + k % 4] = UInt8(max(-127, min(127, level)) + 128)
            }
            (panel + depth * panelSize).assumingMemoryBound(to: Float.self)[place] = scale
        case 16:
            let shorts = panel.assumingMemoryBound(to: UInt16.self)
            for (k, number) in numbers.enumerated() { shorts[k * panelSize + place] = number.bfloat16 }
        default:
            let floats = panel.assumingMemoryBound(to: Float.self)
            for (k, number) in numbers.enumerated() { floats[k * panelSize + place] = number }
        }
    }

    private static func panelBytes(bits: Int, depth: Int) -> Int {
        depth * panelSize * bits / 8 + (bits == 8 ? panelSize * 4 : 0)
    }
    var panelBytes: Int { Self.panelBytes(bits: bits, depth: depth) }
    /// Of each half of a panel.
    var region: UnsafePointer<UInt16> { UnsafePointer(regionMemory.base.assumingMemoryBound(to: UInt16.self)) }
    /// Numbers of `A x`.
    var width: Int { down.outputs }
    /// Bytes of the packed factors.
    public var bytes: Int { down.bytes + up.bytes }
}

extension Float {
    /// The nearest bfloat16, ties to even.
    fileprivate var bfloat16: UInt16 {
        let bits = bitPattern
        return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ (bits >> 16 & 1)) >> 16)
    }
}
