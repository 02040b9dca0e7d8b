import Foundation
import Kernels
import TestSupport
import Testing

/// Products of E4M3 against the same by its table in Double.
@Suite struct EightBitProductTests {
    /// What is to come out, and the sum of the magnitudes of what it is summed from.
    private static func reference(
        _ x: RandomMatrix, _ weights: RandomMatrix, scales: [Float]? = nil, roundsInputs: Bool = true
    ) -> [(sum: Double, size: Double)] {
        let rows = weights.lines.enumerated().map { index, line -> (scale: Float, numbers: [Double]) in
            guard let scale = scales?[index] else { return EightBitFloats.rounded(line) }
            return (scale, line.map { EightBitFloats.nearest(Double($0 / scale)) })
        }
        return x.lines.flatMap { line -> [(sum: Double, size: Double)] in
            let asIs: (scale: Float, numbers: [Double]) = (1, line.map { Double($0) })
            let input = roundsInputs ? EightBitFloats.rounded(line) : asIs
            return rows.map { row in
                let scale = Double(input.scale) * Double(row.scale)
                let products: [Double] = zip(input.numbers, row.numbers).map { $0 * $1 * scale }
                return (products.reduce(0, +), products.reduce(0) { $0 + abs($1) })
            }
        }
    }

    @Test(
        "inputs and weights are rounded as the table says; sums are off by the rounding of f32 alone",
        arguments: MatrixMultiplyTests.shapes)
    func equalsTheTable(outputs: Int, inputs: Int, rows: Int) {
        let x = RandomMatrix(rows, inputs, outliers: true, seed: 51)
        let weights = RandomMatrix(outputs, inputs, scale: 0.02, outliers: true, seed: 52)
        let expected = Self.reference(x, weights)
        for pool in pools {
            let results = product(x, by: weights.packed(.fp8, on: pool), on: pool)
            for (result, expected) in zip(results, expected) {
                #expect(abs(Double(result) - expected.sum) <= 2e-6 * expected.size + 1e-30, "\(pool.instructionSet)")
            }
        }
    }

    @Test("inputs that are bf16 stay as they are") func unroundedInputs() {
        let x = RandomMatrix(
            values: RandomMatrix(9, 300, seed: 53).values.map {
                Float(bitPattern: $0.bitPattern & 0xFFFF_0000)
            }, columns: 300)
        let weights = RandomMatrix(70, 300, seed: 54)
        let expected = Self.reference(x, weights, roundsInputs: false)
        for pool in pools {
            let results = product(x, by: weights.packed(.fp8a16, on: pool), on: pool)
            for (result, expected) in zip(results, expected) {
                #expect(abs(Double(result) - expected.sum) <= 2e-6 * expected.size)
            }
        }
    }

    /// All 253 numbers of E4M3 times scales that are no powers of two.
    private static func codes(_ scales: [Float]) -> RandomMatrix {
        let numbers = EightBitFloats.magnitudes.map { Float($0) }
        let all = numbers + numbers.dropFirst().map { -$0 }
        return RandomMatrix(values: scales.flatMap { scale in all.map { $0 * scale } }, columns: all.count)
    }

    @Test("weights that are E4M3 times known scales are those, to the last bit, in every column of a panel")
    func knownScales() {
        let scales: [Float] = (0..<45).map { row in
            let scale: Float = 0.0007 * Float(row + 1)
            return row % 5 == 4 ? -scale : scale
        }
        let weights = Self.codes(scales), columns = weights.columns
        // One input at a time: 448 stands for itself.
        let inputs: [Float] = (0..<columns * columns).map { $0 % (columns + 1) == 0 ? 448 : 0 }
        let x = RandomMatrix(values: inputs, columns: columns)
        for pool in pools {
            let matrix = PackedMatrix(
                outputs: 45, inputs: columns, format: .fp8, scales: scales, on: pool, rows: weights.write)
            let results = product(x, by: matrix, on: pool)
            for row in 0..<45 {
                for column in 0..<columns {
                    let number = weights.values[row * columns + column] / scales[row]
                    let code = Float(EightBitFloats.nearest(Double(number)))
                    #expect(results[column * 45 + row] == 448 * code * scales[row], "\(row) \(column)")
                }
            }
        }
    }

    @Test("gate and up have each its own scales", arguments: [16, 40]) func gateUp(width: Int) {
        let scales: [Float] = (0..<2 * width).map { 0.003 * Float($0 + 1) }
        let (gate, up) = (Self.codes(Array(scales.prefix(width))), Self.codes(Array(scales.suffix(width))))
        let x = RandomMatrix(5, gate.columns, scale: 0.001, seed: 55)
        for pool in pools {
            let alone = [(gate, Array(scales.prefix(width))), (up, Array(scales.suffix(width)))].map { matrix, scales in
                product(
                    x,
                    by: PackedMatrix(
                        outputs: width, inputs: gate.columns, format: .fp8, scales: scales, on: pool, rows: matrix.write
                    ),
                    on: pool)
            }
            let matrix = PackedMatrix.gateUp(
                width: width, inputs: gate.columns, format: .fp8, scales: scales, on: pool, gate: gate.write,
                up: up.write)
            for (index, result) in product(x, by: matrix, .swiglu, on: pool).enumerated() {
                let (g, u) = (Double(alone[0][index]), Double(alone[1][index]))
                #expect(abs(Double(result) - g / (1 + exp(-g)) * u) <= 2e-6 * abs(g * u) + 1e-30)
            }
        }
    }

    /// Rows of inputs and what becomes of them, times the scale of each.
    static let rows: [([Float], [Double])] = [
        ([448, 1, -1.5, 0.3, 25, 26, 27, 448], [448, 1, -1.5, 0.3125, 24, 26, 28, 448]),
        (
            [448, 0x1p-9, 0x1p-10, 0x1.8p-10, -0x1p-11, 15 * 0x1p-10, 0, -0.0],
            [448, 0x1p-9, 0, 0x1p-9, 0, 0x1p-6, 0, 0]
        ),
        ([-448, 447, 17, 19, 17.5, 1.0625, 1.1875, -1.0625], [-448, 448, 16, 20, 18, 1, 1.25, -1]),
        // The largest is above 448: what is divided by the scale is looked up.
        ([464, 449, 17, 19, 17.5, 1.0625, 1.1875, -1.0625], []),
    ]

    @Test("halves go to even, what is small goes in steps of 2^-9", arguments: rows)
    func roundsInputs(row: [Float], expected: [Double]) {
        let identity = RandomMatrix(values: (0..<64).map { $0 % 9 == 0 ? 1 : 0 }, columns: 8)
        for pool in pools {
            let matrix = PackedMatrix(
                outputs: 8, inputs: 8, format: .fp8, scales: Array(repeating: 1, count: 8), on: pool,
                rows: identity.write)
            let results = product(RandomMatrix(values: row, columns: 8), by: matrix, on: pool)
            let (found, numbers) = EightBitFloats.rounded(row)
            #expect((found == 1) == !expected.isEmpty)
            #expect(results.map { Double($0) } == numbers.map { Double(Float($0) * found) })
            if !expected.isEmpty { #expect(results.map { Double($0) } == expected) }
        }
    }

    @Test("what is no number shows; zeros are zeros") func noNumbers() {
        let weights = RandomMatrix(33, 64, seed: 56)
        let rows = [[Float](repeating: 0, count: 64), [.nan] + [Float](repeating: 1, count: 63)]
        let x = RandomMatrix(values: rows.flatMap { $0 }, columns: 64)
        for pool in pools {
            let results = product(x, by: weights.packed(.fp8, on: pool), on: pool)
            #expect(results.prefix(33).allSatisfy { $0 == 0 })
            #expect(results.suffix(33).allSatisfy { $0.isNaN })
        }
    }

    @Test("the formats of parts: output and adapters are not E4M3") func parts() {
        #expect(WeightFormat.fp8.output == .bf16 && WeightFormat.fp8a16.output == .bf16)
        for format in WeightFormat.allCases where !format.isEightBitFloat { #expect(format.output == format) }
        #expect(WeightFormat.allCases.filter(\.isEightBitFloat) == [.fp8, .fp8a16])
        #expect(WeightFormat.fp8.careful == .fp8)
    }
}
