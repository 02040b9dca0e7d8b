import CKernels

/// The weights of a linear layer, `[outputs, inputs]`, f32, packed once for products with few rows. Immutable.
///
/// What `PackedMatrix` of format `f32` hands to OpenBLAS, which packs weights anew for each product: with a dozen rows
/// that takes most of its time.
public final class PackedFloats: Sendable {
    public let outputs: Int, inputs: Int
    /// `[panels, inputs, 32]`
    let memory: PageMemory

    public init(
        outputs: Int, inputs: Int, on pool: WorkerPool,
        rows: @Sendable (Range<Int>, UnsafeMutablePointer<Float>) -> Void
    ) {
        precondition(outputs > 0 && inputs > 0, "a matrix of \(outputs) outputs and \(inputs) inputs")
        (self.outputs, self.inputs) = (outputs, inputs)
        let panels = (outputs + panelSize - 1) / panelSize
        memory = PageMemory(bytes: panels * panelSize * inputs * 4)
        let base = memory.base.assumingMemoryBound(to: Float.self)
        // Workers get disjoint panels; parallelFor returns after the last.
        pool.parallelFor(panels) { _, range in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: panelSize * inputs) { scratch in
                guard let scratch = scratch.baseAddress else { return }
                for panel in range {
                    let wanted = panel * panelSize..<min((panel + 1) * panelSize, outputs)
                    rows(wanted, scratch)
                    let target = base + panel * panelSize * inputs
                    for column in 0..<wanted.count {
                        for input in 0..<inputs {
                            target[input * panelSize + column] = scratch[column * inputs + input]
                        }
                    }
                }
            }
        }
    }

    /// Bytes of the packed weights.
    public var bytes: Int { memory.bytes }
}

/// What becomes of a product of `PackedFloats`.
public enum FloatEpilogue: Sendable {
    /// `out = product + bias`
    case store
    /// `out += product + bias`
    case add
    /// `out = gelu(product + bias)`
    case gelu

    /// The epilogue as C has it.
    var kind: ck_f32_epilogue {
        switch self {
        case .store: CK_F32_STORE
        case .add: CK_F32_ADD
        case .gelu: CK_F32_GELU
        }
    }
}

/// `out = x · matrixᵀ`; `x`: `[rows, inputs]`, `out`: `[rows, outputs]`, f32, row-major.
///
/// A row of the result depends on its row of `x` alone, bit for bit, on one instruction set.
public func multiply(
    _ x: UnsafePointer<Float>, rows: Int, by matrix: PackedFloats, bias: UnsafePointer<Float>?,
    _ epilogue: FloatEpilogue, into out: UnsafeMutablePointer<Float>, on pool: WorkerPool
) {
    precondition(rows >= 0, "\(rows) rows")
    guard rows > 0 else { return }
    let kernel = ck_find_f32_gemm(pool.instructionSet.kernelSet)
    // Rows of a block stay in a core's cache while it goes through its panels.
    let blockRows = max(12, (384 << 10) / (matrix.inputs * 4) / 12 * 12)
    let blocks = (rows + blockRows - 1) / blockRows
    let panels = (matrix.outputs + panelSize - 1) / panelSize
    let weights = matrix.memory.base.assumingMemoryBound(to: Float.self)
    let (inputs, outputs) = (matrix.inputs, matrix.outputs)
    // Safe: workers write disjoint parts of `out`; parallelFor returns after the last.
    nonisolated(unsafe) let (x, out, bias) = (x, out, bias)
    pool.parallelFor(blocks * panels, grain: 1) { _, items in
        var item = items.lowerBound
        while item < items.upperBound {
            let block = item / panels, first = item % panels
            let last = min(panels, first + items.upperBound - item)
            let row = block * rows / blocks
            var product = ck_f32_product(
                weights: weights, inputs: inputs, x: x + row * inputs, x_stride: inputs, bias: bias,
                epilogue: epilogue.kind, outputs: outputs, out: out + row * outputs, out_stride: outputs)
            kernel(&product, first, last, (block + 1) * rows / blocks - row)
            item += last - first
        }
    }
}
