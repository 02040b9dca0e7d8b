import Kernels
import TestSupport
import Testing

@Suite struct DenseProductTests {
    struct Shape: Sendable, CustomTestStringConvertible {
        let rows: Int, depth: Int, columns: Int
        var turnsA = false, turnsB = false, adds = false, extra = 0
        var scale: Float = 1
        var testDescription: String {
            "[\(rows), \(depth)]\(turnsA ? "ᵀ" : "") · [\(depth), \(columns)]\(turnsB ? "ᵀ" : "") stride +\(extra) \(adds)"
        }
    }

    static let shapes: [Shape] = [
        Shape(rows: 1, depth: 1, columns: 1), Shape(rows: 3, depth: 5, columns: 7, scale: -0.5),
        Shape(rows: 3, depth: 5, columns: 7, turnsA: true), Shape(rows: 3, depth: 5, columns: 7, turnsB: true),
        Shape(rows: 4, depth: 6, columns: 5, turnsA: true, turnsB: true, adds: true, extra: 3),
        // Tiles have 384 rows and 256 columns.
        Shape(rows: 384, depth: 8, columns: 256, turnsB: true), Shape(rows: 385, depth: 8, columns: 257, turnsB: true),
        Shape(rows: 800, depth: 9, columns: 3, turnsA: true, adds: true, extra: 2, scale: 2),
        Shape(rows: 2, depth: 9, columns: 700, turnsB: true, adds: true, extra: 1),
    ]

    @Test("as a sum of products, on one thread and on a pool", arguments: shapes) func products(_ shape: Shape) {
        let a = Self.random(shape.rows, shape.depth, turned: shape.turnsA, extra: shape.extra, seed: 1)
        let b = Self.random(shape.depth, shape.columns, turned: shape.turnsB, extra: shape.extra, seed: 2)
        let stride = shape.columns + shape.extra
        let start = RandomMatrix(shape.rows, stride, seed: 3).values
        var alone = start, shared = start
        a.withMatrix { a in
            b.withMatrix { b in
                let product = DenseProduct(a, b, scale: shape.scale, adds: shape.adds)
                alone.withUnsafeMutableBufferPointer { $0.baseAddress.map { product.run(into: $0, stride: stride) } }
                shared.withUnsafeMutableBufferPointer {
                    $0.baseAddress.map { product.run(into: $0, stride: stride, on: WorkerPool(threads: 3)) }
                }
            }
        }
        for row in 0..<shape.rows {
            for column in 0..<stride {
                let place = row * stride + column
                guard column < shape.columns else {
                    #expect(alone[place] == start[place] && shared[place] == start[place])
                    continue
                }
                var sum = shape.adds ? Double(start[place]) : 0
                for k in 0..<shape.depth { sum += Double(shape.scale) * a[row, k] * b[k, column] }
                #expect(abs(Double(alone[place]) - sum) < 1e-4 && abs(Double(shared[place]) - sum) < 1e-4)
            }
        }
    }

    @Test("the same bits on any number of threads") func threads() {
        let a = Self.random(500, 70, turned: false, extra: 0, seed: 4)
        let b = Self.random(70, 600, turned: true, extra: 0, seed: 5)
        let results = [1, 2, 5].map { threads in
            var out = [Float](repeating: 0, count: 500 * 600)
            a.withMatrix { a in
                b.withMatrix { b in
                    out.withUnsafeMutableBufferPointer { out in
                        _ = out.baseAddress.map { DenseProduct(a, b).run(into: $0, on: WorkerPool(threads: threads)) }
                    }
                }
            }
            return out
        }
        #expect(results[0] == results[1])
        #expect(results[0] == results[2])
    }

    /// A matrix of `rows` by `columns`, which lies turned in memory where asked for, its rows `extra` floats apart.
    private struct Stored {
        let rows: Int, columns: Int, turned: Bool, stride: Int
        let values: [Float]

        func withMatrix(_ body: (DenseMatrix) -> Void) {
            values.withUnsafeBufferPointer { values in
                guard let base = values.baseAddress else { return }
                let lying = DenseMatrix(
                    base, rows: turned ? columns : rows, columns: turned ? rows : columns, stride: stride)
                body(turned ? lying.transposed : lying)
            }
        }

        subscript(row: Int, column: Int) -> Double {
            Double(turned ? values[column * stride + row] : values[row * stride + column])
        }
    }

    private static func random(_ rows: Int, _ columns: Int, turned: Bool, extra: Int, seed: UInt64) -> Stored {
        let (down, across) = turned ? (columns, rows + extra) : (rows, columns + extra)
        return Stored(
            rows: rows, columns: columns, turned: turned, stride: across,
            values: RandomMatrix(down, across, seed: seed).values)
    }
}
