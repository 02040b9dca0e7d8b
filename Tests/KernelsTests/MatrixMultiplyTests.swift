import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct MatrixMultiplyTests {
    /// Outputs, inputs, rows: panels of 32 and groups of 128 whole and broken.
    static let shapes = [
        (32, 128, 1), (1, 1, 1), (33, 129, 2), (31, 127, 3), (64, 896, 5), (100, 300, 6), (7, 515, 7), (65, 64, 13),
        (96, 256, 33), (40, 130, 70),
    ]

    @Test("errors stay within what rounding to the format allows", arguments: shapes, WeightFormat.allCases)
    func precision(shape: (Int, Int, Int), format: WeightFormat) {
        let (outputs, inputs, rows) = shape
        let x = RandomMatrix(rows, inputs, outliers: true, seed: 1)
        let weights = RandomMatrix(outputs, inputs, scale: 0.02, seed: 2)
        let expected = x.times(weights)
        let bounds = errorBounds(x, weights, format)
        for pool in pools {
            let results = product(x, by: weights.packed(format, on: pool), on: pool)
            for index in expected.indices {
                let error = abs(Double(results[index]) - expected[index])
                #expect(
                    error <= bounds[index], "\(pool.instructionSet), row \(index / outputs), output \(index % outputs)")
            }
        }
    }

    @Test("4 bits: the mean error is an eightieth of the weights' square at most", arguments: [UInt64(31), 32, 33])
    func meanError(seed: UInt64) {
        let weights = RandomMatrix(64, 1000, outliers: seed == 33, seed: seed)
        let identity = RandomMatrix(
            values: (0..<1000 * 1000).map { $0 % 1001 == 0 ? 1 : 0 }, columns: 1000)
        let pool = pools[pools.count - 1]
        let packed = product(identity, by: weights.packed(.w4a16, on: pool), on: pool)
        var (error, square) = (0.0, 0.0)
        for output in 0..<64 {
            for input in 0..<1000 {
                let value = Double(weights.values[output * 1000 + input])
                error += (Double(packed[input * 64 + output]) - value) * (Double(packed[input * 64 + output]) - value)
                square += value * value
            }
        }
        #expect(error < square / 80)
    }

    @Test("integer formats: the same bits on every instruction set", arguments: shapes, integerFormats)
    func sameOnAllSets(shape: (Int, Int, Int), format: WeightFormat) {
        let (outputs, inputs, rows) = shape
        let x = RandomMatrix(rows, inputs, outliers: true, seed: 3)
        let weights = RandomMatrix(outputs, inputs, seed: 4)
        let results = pools.map { product(x, by: weights.packed(format, on: $0), on: $0).bits }
        for other in results.dropFirst() { #expect(other == results[0]) }
    }

    @Test("integer formats: the largest values overflow on no instruction set", arguments: integerFormats)
    func overflow(format: WeightFormat) {
        func ends(_ rows: Int) -> RandomMatrix {
            RandomMatrix(
                values: (0..<rows * 256).map { [1, -1, $0 % 2 == 0 ? 1 : -1, $0 % 4 < 2 ? 1 : -1][$0 / 256 % 4] },
                columns: 256)
        }
        let (x, weights) = (ends(8), ends(40))
        let results = pools.map { product(x, by: weights.packed(format, on: $0), on: $0) }
        for other in results.dropFirst() { #expect(other.bits == results[0].bits) }
        for (index, expected) in x.times(weights).enumerated() {
            #expect(abs(Double(results[0][index]) - expected) <= 3, "row \(index / 40), output \(index % 40)")
        }
    }

    @Test(
        "a row is the same alone, in a small batch, in a large one, on 1 or 2 threads", arguments: WeightFormat.allCases
    )
    func rowsAreIndependent(format: WeightFormat) {
        guard format != .f32 else { return }  // OpenBLAS chooses its order of additions by the number of rows.
        let x = RandomMatrix(500, 389, outliers: true, seed: 5)
        let weights = RandomMatrix(77, 389, seed: 6)
        for set in InstructionSet.available where set != .scalar {
            let (one, two) = (WorkerPool(threads: 1, instructionSet: set), WorkerPool(threads: 2, instructionSet: set))
            let matrix = weights.packed(format, on: two)
            let all = product(x, by: matrix, on: two).bits
            #expect(product(x, by: matrix, on: one).bits == all)
            for first in [0, 1, 250, 497] {
                for rows in [1, 2, 3, 4, 5, 7, 8] where first + rows <= 500 {
                    let some = product(x, rows: first..<first + rows, by: matrix, on: two).bits
                    #expect(some[...] == all[first * 77..<(first + rows) * 77])
                }
            }
        }
    }

    @Test("bias and addition", arguments: WeightFormat.allCases) func epilogues(format: WeightFormat) {
        let (x, weights) = (RandomMatrix(9, 200, seed: 7), RandomMatrix(45, 200, seed: 8))
        let bias = RandomMatrix(1, 45, seed: 9).values
        for pool in pools {
            let matrix = weights.packed(format, on: pool)
            let plain = product(x, by: matrix, on: pool)
            let biased = plain.indices.map { plain[$0] + bias[$0 % 45] }
            #expect(product(x, by: matrix, bias: bias, on: pool) == biased)
            #expect(product(x, by: matrix, .add, startingFrom: 0.5, on: pool) == plain.map { 0.5 + $0 })
            #expect(product(x, by: matrix, bias: bias, .add, startingFrom: 0.5, on: pool) == biased.map { 0.5 + $0 })
        }
    }

    @Test("gate and up in one matrix: silu(gate) * up", arguments: WeightFormat.allCases, [16, 40])
    func swiglu(format: WeightFormat, width: Int) {
        let x = RandomMatrix(8, 200, scale: 3, seed: 12)
        let (gate, up) = (RandomMatrix(width, 200, seed: 13), RandomMatrix(width, 200, seed: 14))
        let results = pools.map { pool in
            let gates = product(x, by: gate.packed(format, on: pool), on: pool)
            let ups = product(x, by: up.packed(format, on: pool), on: pool)
            let matrix = PackedMatrix.gateUp(
                width: width, inputs: 200, format: format, on: pool, gate: gate.write, up: up.write)
            let results = product(x, by: matrix, .swiglu, on: pool)
            for index in results.indices {
                let (gate, up) = (Double(gates[index]), Double(ups[index]))
                let expected = gate / (1 + exp(-gate)) * up
                #expect(
                    abs(Double(results[index]) - expected) <= abs(expected) * 2e-6 + abs(up) * 1e-30 + 1e-4
                        * (format == .f32 ? 1 : 0))
            }
            return results.bits
        }
        if integerFormats.contains(format) { for other in results.dropFirst() { #expect(other == results[0]) } }
    }

    @Test("the norm in front equals the norm by hand", arguments: WeightFormat.allCases)
    func norm(format: WeightFormat) {
        let (x, weights) = (RandomMatrix(5, 300, scale: 4, seed: 15), RandomMatrix(40, 300, seed: 16))
        let scale = RandomMatrix(1, 300, seed: 17).values
        let normed = (0..<5).flatMap { row in
            let values = x.values[row * 300..<(row + 1) * 300]
            let square = values.reduce(0.0) { $0 + Double($1) * Double($1) } / 300
            return zip(values, scale).map { Float(Double($0) / (square + 1e-6).squareRoot() * Double($1)) }
        }
        for pool in pools {
            let matrix = weights.packed(format, on: pool)
            let activations = Activations()
            x.values.withUnsafeBufferPointer { values in
                scale.withUnsafeBufferPointer { scale in
                    guard let values = values.baseAddress, let scale = scale.baseAddress else { return }
                    activations.loadRMSNorm(
                        values, weight: scale, epsilon: 1e-6, rows: 5, width: 300, for: format, on: pool)
                }
            }
            let fused = [Float](unsafeUninitializedCapacity: 200) { out, count in
                count = 200
                guard let out = out.baseAddress else { return }
                multiply(activations, by: matrix, into: out, on: pool)
            }
            let expected = product(RandomMatrix(values: normed, columns: 300), by: matrix, on: pool)
            // A value on the edge of two steps of the quantisation may fall to either side.
            for (left, right) in zip(fused, expected) { #expect(abs(left - right) < 0.15) }
        }
    }

    @Test("a few columns equal those of the full product", arguments: WeightFormat.allCases)
    func columns(format: WeightFormat) {
        let (x, weights) = (RandomMatrix(3, 300, seed: 10), RandomMatrix(333, 300, seed: 11))
        let chosen: [Int32] = [332, 0, 31, 32, 33, 5, 5, 64, 200, 331]
        for pool in pools {
            let matrix = weights.packed(format, on: pool)
            let activations = Activations()
            x.values.withUnsafeBufferPointer { values in
                guard let base = values.baseAddress else { return }
                activations.load(base, rows: 3, width: 300, for: format, on: pool)
            }
            for row in 0..<3 {
                let all = product(x, rows: row..<row + 1, by: matrix, on: pool)
                let some = [Float](unsafeUninitializedCapacity: chosen.count) { out, count in
                    count = chosen.count
                    guard let out = out.baseAddress else { return }
                    multiply(activations, row: row, by: matrix, columns: chosen, into: out, on: pool)
                }
                let expected = chosen.map { all[Int($0)] }
                if format == .f32 {  // One call of OpenBLAS for other columns may add in another order.
                    for (left, right) in zip(some, expected) { #expect(abs(left - right) < 1e-3) }
                } else {
                    #expect(some == expected)
                }
            }
        }
    }

    @Test("zeros, extremes and tiny values yield finite results", arguments: WeightFormat.allCases)
    func extremes(format: WeightFormat) {
        let inputs = 256
        let rows: [[Float]] = [
            [Float](repeating: 0, count: inputs), [Float](repeating: -0.0, count: inputs),
            [Float](repeating: 1e30, count: inputs), (0..<inputs).map { $0 % 2 == 0 ? 1e30 : -1e30 },
            [Float](repeating: 1e-38, count: inputs), [1e30] + [Float](repeating: 1e-30, count: inputs - 1),
        ]
        let weights = [Float](repeating: 1, count: inputs) + [Float](repeating: -1, count: inputs)
        let x = RandomMatrix(values: rows.flatMap { $0 }, columns: inputs)
        let matrix = RandomMatrix(values: weights + [Float](repeating: 0, count: inputs), columns: inputs)
        let expected = x.times(matrix)
        for pool in pools {
            let results = product(x, by: matrix.packed(format, on: pool), on: pool)
            for index in results.indices {
                let magnitude = rows[index / 3].reduce(0) { $0 + Double(abs($1)) }
                #expect(results[index].isFinite)
                #expect(abs(Double(results[index]) - expected[index]) <= magnitude * 0.02 + 1e-30)
            }
        }
    }

    /// Per result: half a step for each input and weight, and the rounding of f32 sums.
    private func errorBounds(_ x: RandomMatrix, _ weights: RandomMatrix, _ format: WeightFormat) -> [Double] {
        let width = x.columns
        func steps(_ values: ArraySlice<Float>, _ levels: Double) -> [Double] {
            stride(from: 0, to: width, by: 128).map { start in
                let group = values.dropFirst(start).prefix(128)
                return group.reduce(0) { max($0, Double(abs($1))) } / levels
            }
        }
        func lines(_ matrix: RandomMatrix) -> [ArraySlice<Float>] {
            (0..<matrix.rows).map { matrix.values[$0 * width..<($0 + 1) * width] }
        }
        // A scale is rounded up to bf16. At 4 bits half a step is a thirtieth of a block's range, and the ends of the
        // range may be cut off by a level of the narrower of two spacings.
        let levels: (x: Double, weights: Double) =
            switch format {
            case .w8a8: (254, 252)
            case .w8a16: (65_000, 252)
            case .w4a8: (254, 7.5)
            case .w4a16: (65_000, 7.5)
            case .f32, .bf16, .fp8, .fp8a16: (.infinity, .infinity)
            }
        // Of E4M3 half a step is a sixteenth at most; below its least exponent, 2^-6 of 448, steps do not shrink.
        let relative: Double =
            switch format {
            case .fp8: 0.13
            case .fp8a16: 0.067
            case .bf16: 0.008
            case .f32: 1e-6
            default: 2e-6
            }
        func most(_ matrix: RandomMatrix, _ rounds: Bool) -> [Double] {
            lines(matrix).map { rounds ? $0.reduce(0) { max($0, Double(abs($1))) } / 448 / 1024 : 0 }
        }
        let (inputLeast, weightLeast) = (most(x, format == .fp8), most(weights, format.isEightBitFloat))
        let (inputSteps, weightSteps) = (
            lines(x).map { steps($0, levels.x) }, lines(weights).map { steps($0, levels.weights) }
        )
        return (0..<x.rows * weights.rows).map { index in
            let (row, output) = (index / weights.rows, index % weights.rows)
            return (0..<width).reduce(1e-12) { sum, k in
                let (a, w) = (Double(abs(x.values[row * width + k])), Double(abs(weights.values[output * width + k])))
                let (da, dw) = (inputSteps[row][k / 128], weightSteps[output][k / 128])
                let least = a * weightLeast[output] + w * inputLeast[row]
                return sum + a * dw + w * da + da * dw + a * w * relative + least
            }
        }
    }
}

extension RandomMatrix {
    init(values: [Float], columns: Int) {
        (rows, self.columns, self.values) = (values.count / columns, columns, values)
    }
}
