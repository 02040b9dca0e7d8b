import CKernels

/// The weights of a linear layer, `[outputs, inputs]`, packed for the kernels in panels of 32 outputs. Immutable.
public final class PackedMatrix: Sendable {
    /// Writes dequantised weight rows `[range.count, inputs]`, f32; called from several threads at once.
    public typealias RowSource = @Sendable (_ range: Range<Int>, _ into: UnsafeMutablePointer<Float>) -> Void

    public let outputs: Int, inputs: Int, format: WeightFormat
    /// Whether gate and up rows alternate, 16 by 16, for `Epilogue.swiglu`.
    public let isGateUp: Bool
    let memory: PageMemory
    /// Of E4M3: what the sums of each column of the panels are multiplied with.
    private let scaleMemory: PageMemory?
    var scales: UnsafeMutablePointer<Float>? { scaleMemory?.base.assumingMemoryBound(to: Float.self) }

    /// Packs the rows of one matrix.
    ///
    /// - Parameters:
    ///   - arena: where it lies; nil: in pages of its own.
    ///   - scales: of E4M3, `[outputs]`: what each row's numbers are multiples of; nil: the largest of a row becomes 448.
    public convenience init(
        outputs: Int, inputs: Int, format: WeightFormat, in arena: PageArena? = nil, scales: [Float]? = nil,
        on pool: WorkerPool, rows: @Sendable (Range<Int>, UnsafeMutablePointer<Float>) -> Void
    ) {
        precondition(scales == nil || scales?.count == outputs, "\(scales?.count ?? 0) scales of \(outputs) outputs")
        self.init(outputs: outputs, inputs: inputs, format: format, isGateUp: false, in: arena)
        pack(on: pool, scales: scales) { panel, scratch in
            let range = panel * panelSize..<min((panel + 1) * panelSize, outputs)
            rows(range, scratch)
            return range.count
        }
    }

    /// Packs the gate and up projections of a feed-forward layer, each `[width, inputs]`, as one matrix of
    /// `2 * width` outputs for `Epilogue.swiglu`.
    ///
    /// - Parameter scales: of E4M3, as in `init`, of all gate rows and then of all up rows.
    public static func gateUp(
        width: Int, inputs: Int, format: WeightFormat, scales: [Float]? = nil, on pool: WorkerPool,
        gate: @Sendable (Range<Int>, UnsafeMutablePointer<Float>) -> Void,
        up: @Sendable (Range<Int>, UnsafeMutablePointer<Float>) -> Void
    ) -> PackedMatrix {
        precondition(
            scales == nil || scales?.count == 2 * width, "\(scales?.count ?? 0) scales of \(2 * width) outputs")
        let matrix = PackedMatrix(outputs: 2 * width, inputs: inputs, format: format, isGateUp: true)
        let half = panelSize / 2
        matrix.pack(on: pool, scales: scales) { panel, scratch in
            let range = panel * half..<min((panel + 1) * half, width)
            if range.count < half { scratch.update(repeating: 0, count: panelSize * inputs) }
            gate(range, scratch)
            up(range, scratch + half * inputs)
            return panelSize
        }
        return matrix
    }

    /// The packed bytes, for tests.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(start: memory.base, count: memory.bytes))
    }

    /// Room for a matrix; the packing fills it.
    private init(outputs: Int, inputs: Int, format: WeightFormat, isGateUp: Bool, in arena: PageArena? = nil) {
        precondition(outputs > 0 && inputs > 0, "a matrix of \(outputs) outputs and \(inputs) inputs")
        (self.outputs, self.inputs, self.format, self.isGateUp) = (outputs, inputs, format, isGateUp)
        let panels = Self.panels(outputs: outputs, isGateUp: isGateUp)
        let bytes = panels * format.panelBytes(inputs: inputs)
        memory = arena?.take(bytes) ?? PageMemory(bytes: bytes)
        scaleMemory = format.isEightBitFloat ? PageMemory(bytes: panels * panelSize * 4) : nil
    }

    /// Bytes of the packed weights.
    public var bytes: Int { memory.bytes + (scaleMemory?.bytes ?? 0) }

    /// Panels of 32 outputs; of gate and up one each.
    var panels: Int { Self.panels(outputs: outputs, isGateUp: isGateUp) }

    /// Columns of the product that a panel yields with its epilogue.
    var resultsPerPanel: Int { isGateUp ? panelSize / 2 : panelSize }

    /// Panels that so many outputs need, the last filled up with zeros.
    private static func panels(outputs: Int, isGateUp: Bool) -> Int {
        isGateUp ? (outputs / 2 + panelSize / 2 - 1) / (panelSize / 2) : (outputs + panelSize - 1) / panelSize
    }

    /// `fill` writes the rows of a panel, f32, and says how many there are.
    private func pack(
        on pool: WorkerPool, scales: [Float]?, fill: (_ panel: Int, _ scratch: UnsafeMutablePointer<Float>) -> Int
    ) {
        let kernels = ck_find_row_kernels(pool.instructionSet.kernelSet).pointee
        let panelBytes = format.panelBytes(inputs: inputs)
        let scratchSize = panelSize * inputs
        let scratch = UnsafeMutablePointer<Float>.allocate(capacity: scratchSize * pool.threads)
        defer { scratch.deallocate() }
        // Workers get disjoint panels and a scratch each; parallelFor returns after the last.
        pool.parallelFor(panels) { worker, range in
            for panel in range {
                let rows = scratch + worker * scratchSize
                let target = memory.base + panel * panelBytes
                let count = fill(panel, rows)
                if format.isEightBitFloat { round(rows, count: count, panel: panel, scales, kernels) }
                if let bits = format.weightBits {
                    kernels.pack_panel(rows, count, inputs, Int32(bits), target.assumingMemoryBound(to: UInt8.self))
                } else if format == .f32 {
                    target.copyMemory(from: rows, byteCount: count * inputs * 4)
                } else {
                    kernels.pack_bf16_panel(rows, count, inputs, target.assumingMemoryBound(to: UInt16.self))
                }
            }
        }
    }

    /// The rows of a panel to E4M3 in place, and their scales.
    ///
    /// Numbers that are such floats times the scale become those very floats: a quotient is off by less than 2^-22 of itself,
    /// half the distance of two of them is 2^-5 of it.
    private func round(
        _ rows: UnsafeMutablePointer<Float>, count: Int, panel: Int, _ scales: [Float]?, _ kernels: ck_row_kernels
    ) {
        guard let results = self.scales else { return }
        for column in 0..<count {
            let row = rows + column * inputs
            let known = scales.flatMap { scales in output(ofColumn: panel * panelSize + column).map { scales[$0] } }
            let scale = known ?? ck_e4m3_scale((0..<inputs).reduce(Float(0)) { max($0, abs(row[$1])) })
            kernels.e4m3_numbers(row, inputs, scale != 0 ? scale : 1)
            results[panel * panelSize + column] = scale
        }
    }

    /// Which row of the matrix a column of its panels is; nil behind the last.
    func output(ofColumn column: Int) -> Int? {
        guard isGateUp else { return column < outputs ? column : nil }
        let (half, width) = (panelSize / 2, outputs / 2)
        let row = column / panelSize * half + column % half
        return row < width ? row + (column % panelSize < half ? 0 : width) : nil
    }
}
