import Kernels

/// A linear layer, perhaps of several matrices one above the other, with the low-rank changes of an adapter.
///
/// `y = x Wᵀ + bias + scale * (x Aᵀ) Bᵀ`, the last for the outputs of each part.
package struct LinearLayer {
    /// A part of the outputs that an adapter changes.
    package struct Part {
        package let rank: Int
        package let scale: Float
        /// Of the layer's outputs.
        package let outputs: Range<Int>
        /// `[rank, inputs]`, `[outputs, rank]`
        package let a: UnsafeMutablePointer<Float>, b: UnsafeMutablePointer<Float>
        package let aGradient: UnsafeMutablePointer<Float>, bGradient: UnsafeMutablePointer<Float>
    }

    package let inputs: Int, outputs: Int
    /// `[outputs, inputs]`
    package let weight: UnsafePointer<Float>
    /// `[outputs]`
    package let bias: UnsafePointer<Float>?
    /// Where the weights themselves are trained.
    package let weightGradient: UnsafeMutablePointer<Float>?
    package let biasGradient: UnsafeMutablePointer<Float>?
    package let parts: [Part]
    /// The weight once more, for fast products; nil: they are f32.
    package let packed: PackedLinear?
    /// What packed products read.
    package let scratch: Activations
    package let pool: WorkerPool

    private var matrix: DenseMatrix { DenseMatrix(weight, rows: outputs, columns: inputs) }

    /// Numbers that `forward` keeps of a row: `x Aᵀ` of every part.
    package var lowWidth: Int { parts.reduce(0) { $0 + $1.rank } }

    /// Something here is trained.
    package var isTrained: Bool { weightGradient != nil || !parts.isEmpty }

    /// - Parameters:
    ///   - x: `[rows, inputs]`
    ///   - y: `[rows, outputs]`
    ///   - low: `[parts][rows, rank]`, kept for the backward pass; nil: without the adapter.
    package func forward(
        _ x: UnsafePointer<Float>, rows: Int, into y: UnsafeMutablePointer<Float>, low: UnsafeMutablePointer<Float>?
    ) {
        let x = DenseMatrix(x, rows: rows, columns: inputs)
        if let packed {
            packed.multiply(x, bias: bias, into: y, scratch, on: pool)
        } else {
            if let bias {
                for row in 0..<rows { (y + row * outputs).update(from: bias, count: outputs) }
            }
            DenseProduct(x, matrix.transposed, adds: bias != nil).run(into: y, on: pool)
        }
        guard var low else { return }
        for part in parts {
            let a = DenseMatrix(part.a, rows: part.rank, columns: inputs)
            DenseProduct(x, a.transposed).run(into: low, on: pool)
            let b = DenseMatrix(part.b, rows: part.outputs.count, columns: part.rank)
            DenseProduct(DenseMatrix(low, rows: rows, columns: part.rank), b.transposed, scale: part.scale, adds: true)
                .run(into: y + part.outputs.lowerBound, stride: outputs, on: pool)
            low += rows * part.rank
        }
    }

    /// Adds the gradients of what is trained, and makes that of the input.
    ///
    /// - Parameters:
    ///   - gradient: `[rows, outputs]`, of `y`.
    ///   - low: as `forward` left it.
    ///   - inputGradient: `[rows, inputs]`, written; nil: nobody needs it.
    package func backward(
        _ gradient: UnsafePointer<Float>, x: UnsafePointer<Float>, low: UnsafePointer<Float>, rows: Int,
        into inputGradient: UnsafeMutablePointer<Float>?
    ) {
        let whole = DenseMatrix(gradient, rows: rows, columns: outputs)
        let input = DenseMatrix(x, rows: rows, columns: inputs)
        if let weightGradient {
            DenseProduct(whole.transposed, input, adds: true).run(into: weightGradient, on: pool)
        }
        if let biasGradient {
            for row in 0..<rows {
                for column in 0..<outputs { biasGradient[column] += gradient[row * outputs + column] }
            }
        }
        if let inputGradient, let packed {
            packed.multiplyBack(whole, into: inputGradient, scratch, on: pool)
        } else if let inputGradient {
            DenseProduct(whole, matrix).run(into: inputGradient, on: pool)
        }
        guard !parts.isEmpty else { return }
        let slopes = FloatBuffer(rows * (parts.map(\.rank).max() ?? 0))
        var low = low
        for part in parts {
            let upper = DenseMatrix(
                gradient + part.outputs.lowerBound, rows: rows, columns: part.outputs.count, stride: outputs)
            let kept = DenseMatrix(low, rows: rows, columns: part.rank)
            DenseProduct(upper.transposed, kept, scale: part.scale, adds: true).run(into: part.bGradient, on: pool)
            let b = DenseMatrix(part.b, rows: part.outputs.count, columns: part.rank)
            DenseProduct(upper, b, scale: part.scale).run(into: slopes.base, on: pool)
            let slope = DenseMatrix(slopes.base, rows: rows, columns: part.rank)
            DenseProduct(slope.transposed, input, adds: true).run(into: part.aGradient, on: pool)
            if let inputGradient {
                let a = DenseMatrix(part.a, rows: part.rank, columns: inputs)
                DenseProduct(slope, a, adds: true).run(into: inputGradient, on: pool)
            }
            low += rows * part.rank
        }
    }
}
