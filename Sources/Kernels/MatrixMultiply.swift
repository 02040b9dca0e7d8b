import CKernels

/// The last step of a product: stored, added, or gated.
public enum Epilogue: Sendable {
    /// `out = product + bias`
    case store
    /// `out += product + bias`
    case add
    /// `out = silu(gate) * up`, `[rows, outputs / 2]`; the matrix comes from `PackedMatrix.gateUp`; no bias.
    case swiglu
}

/// `out = x · matrixᵀ`, `[rows, outputs]`, row-major.
///
/// A row of the result depends on its row of `x` alone: for all formats but `f32` it is the same, bit for bit,
/// whatever other rows there are and however many threads; for integer weights on any instruction set too.
/// (`f32` goes through OpenBLAS, which may round differently for another number of rows.)
///
/// - Parameter added: what adapters add to some rows of the product, before the epilogue; loaded of `x`.
public func multiply(
    _ x: Activations, by matrix: PackedMatrix, bias: UnsafePointer<Float>? = nil, _ epilogue: Epilogue = .store,
    adding added: LowRankSums? = nil, into out: UnsafeMutablePointer<Float>, on pool: WorkerPool
) {
    precondition(
        x.format?.form == matrix.format.form, "inputs loaded for \(String(describing: x.format)), not \(matrix.format)")
    precondition(x.width == matrix.inputs, "rows of \(x.width) values, a matrix of \(matrix.inputs) inputs")
    precondition(matrix.isGateUp == (epilogue == .swiglu), "swiglu and only swiglu takes a gate-up matrix")
    precondition(bias == nil || epilogue != .swiglu, "swiglu has no bias")
    let outputs = matrix.isGateUp ? matrix.outputs / 2 : matrix.outputs
    var target = ck_destination(bias: bias, kind: epilogue.kind, outputs: outputs, out: out, stride: outputs)
    if let added {
        precondition(added.adapted.allSatisfy { $0.factors.panels == matrix.panels }, "an adapter of another matrix")
        target.added = added.added
    }
    Product(x: x, matrix: matrix, target: target, set: pool.instructionSet).run(on: pool)
}

/// `out[i] = x[row] · matrix[columns[i]]`: logits of a few tokens, the same bits as in the full product.
public func multiply(
    _ x: Activations, row: Int, by matrix: PackedMatrix, columns: [Int32], into out: UnsafeMutablePointer<Float>,
    on pool: WorkerPool
) {
    precondition(
        x.format?.form == matrix.format.form, "inputs loaded for \(String(describing: x.format)), not \(matrix.format)")
    precondition(x.width == matrix.inputs, "rows of \(x.width) values, a matrix of \(matrix.inputs) inputs")
    precondition(!matrix.isGateUp, "a gate-up matrix has no single columns")
    precondition(row >= 0 && row < x.rows, "row \(row) of \(x.rows)")
    precondition(columns.allSatisfy { $0 >= 0 && $0 < matrix.outputs }, "a column beyond \(matrix.outputs) outputs")
    // Which columns each panel owes, by position in `columns`.
    let order = columns.indices.sorted { columns[$0] < columns[$1] }
    var firsts: [Int] = []  // positions in `order` where a panel begins
    var last = -1
    for (position, index) in order.enumerated() where Int(columns[index]) / panelSize != last {
        last = Int(columns[index]) / panelSize
        firsts.append(position)
    }
    let target = ck_destination(kind: CK_STORE, outputs: matrix.outputs, out: out, stride: 0)
    let product = Product(x: x, matrix: matrix, target: target, set: pool.instructionSet)
    pool.parallelFor(firsts.count, grain: 4) { _, range in
        withUnsafeTemporaryAllocation(of: Float.self, capacity: panelSize) { results in
            guard let base = results.baseAddress else { return }
            for item in range {
                let end = item + 1 < firsts.count ? firsts[item + 1] : order.count
                let panel = Int(columns[order[firsts[item]]]) / panelSize
                product.panel(panel, row: row, into: base)
                for position in firsts[item]..<end {
                    out[order[position]] = results[Int(columns[order[position]]) % panelSize]
                }
            }
        }
    }
}

extension Epilogue {
    /// The epilogue as C has it.
    var kind: ck_epilogue {
        switch self {
        case .store: CK_STORE
        case .add: CK_ADD
        case .swiglu: CK_SWIGLU
        }
    }
}
