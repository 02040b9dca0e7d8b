import Kernels
import TestSupport

/// Values like those of a network: roughly normal, with a few large ones.
struct RandomMatrix {
    let rows: Int, columns: Int
    let values: [Float]

    init(_ rows: Int, _ columns: Int, scale: Float = 1, outliers: Bool = false, seed: UInt64) {
        (self.rows, self.columns) = (rows, columns)
        var random = SeededGenerator(seed)
        values = (0..<rows * columns).map { _ in
            let normal = (0..<4).reduce(Float(0)) { sum, _ in sum + Float.random(in: -1...1, using: &random) }
            return scale * normal * (outliers && UInt8.random(in: 0...255, using: &random) == 0 ? 30 : 1)
        }
    }

    func packed(_ format: WeightFormat, on pool: WorkerPool) -> PackedMatrix {
        PackedMatrix(outputs: rows, inputs: columns, format: format, on: pool) { range, into in
            write(range, into)
        }
    }

    func write(_ range: Range<Int>, _ into: UnsafeMutablePointer<Float>) {
        for (index, value) in values[range.lowerBound * columns..<range.upperBound * columns].enumerated() {
            into[index] = value
        }
    }

    /// Rows `range` times `other` transposed, in Double.
    func times(_ other: RandomMatrix) -> [Double] {
        (0..<rows * other.rows).map { index in
            let (row, output) = (index / other.rows * columns, index % other.rows * columns)
            return (0..<columns).reduce(0) { $0 + Double(values[row + $1]) * Double(other.values[output + $1]) }
        }
    }
}

/// `x` (some of its rows) times `matrix`, by the kernels.
func product(
    _ x: RandomMatrix, rows: Range<Int>? = nil, by matrix: PackedMatrix, bias: [Float]? = nil,
    _ epilogue: Epilogue = .store, startingFrom initial: Float = .nan, on pool: WorkerPool
) -> [Float] {
    let rows = rows ?? 0..<x.rows
    let activations = Activations()
    x.values.withUnsafeBufferPointer { values in
        guard let base = values.baseAddress else { return }
        activations.load(
            base + rows.lowerBound * x.columns, rows: rows.count, width: x.columns, for: matrix.format, on: pool)
    }
    let width = epilogue == .swiglu ? matrix.outputs / 2 : matrix.outputs
    return [Float](unsafeUninitializedCapacity: rows.count * width) { out, count in
        count = rows.count * width
        out.initialize(repeating: initial)
        guard let out = out.baseAddress else { return }
        if let bias {
            bias.withUnsafeBufferPointer {
                multiply(activations, by: matrix, bias: $0.baseAddress, epilogue, into: out, on: pool)
            }
        } else {
            multiply(activations, by: matrix, bias: nil, epilogue, into: out, on: pool)
        }
    }
}

extension [Float] {
    /// For comparison bit by bit.
    var bits: [UInt32] { map(\.bitPattern) }
}

/// A pool for each instruction set of this machine.
let pools = InstructionSet.available.map { WorkerPool(threads: 2, instructionSet: $0) }
/// Formats whose results have the same bits on all instruction sets and for any batch.
let integerFormats: [WeightFormat] = [.w8a8, .w8a16, .w4a8, .w4a16]
