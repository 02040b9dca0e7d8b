import Compression
import Kernels
import TestSupport
import Testing

@Suite struct IntegerGridTests {
    /// Weights of a row in groups of 8, bits, and the integers and scales that they become.
    static let rounded: [([Float], Int, [Int8], [Float])] = [
        ([7.5, -7.5, 1, 0, -1, 0.4, 0.6, 3], 4, [7, -8, 1, 0, -1, 0, 1, 3], [1]),
        ([15, 1, 2, 3, 5, 7, -3, -15], 4, [7, 0, 1, 2, 2, 4, -2, -8], [2]),
        ([127, -127, 0.5, 1.5, -2.5, 0, 64, 1], 8, [127, -127, 0, 2, -2, 0, 64, 1], [1]),
        ([0, 0, 0, 0, 0, 0, 0, 0], 4, [0, 0, 0, 0, 0, 0, 0, 0], [0x1p-7]),
    ]

    @Test("to the nearest, ties to even, ends cut off", arguments: rounded)
    func rounds(_ weights: [Float], bits: Int, integers: [Int8], scales: [Float]) throws {
        let grid = try IntegerGrid(bits: bits, group: 8)
        let found = QuantizedMatrix.scales(weights, rows: 1, grid, (.range, importance: nil), on: SmallModel.pool)
        let matrix = QuantizedMatrix.rounding(weights, rows: 1, grid, scales: found, on: SmallModel.pool)
        #expect(found == scales && matrix.integers == integers)
        #expect(matrix.weights == integers.map { Float($0) * scales[0] })
    }

    @Test("scales by the least error: where inputs are largest, weights are nearest") func importance() throws {
        let grid = try IntegerGrid(bits: 4, group: 8)
        let weights: [Float] = [0.9, 0.33, 0.31, -0.29, 0.3, -0.32, 0.28, 0.3]
        func lost(_ factors: [Float], _ scale: Float) -> Float {
            let matrix = QuantizedMatrix.rounding(weights, rows: 1, grid, scales: [scale], on: SmallModel.pool)
            return zip(zip(weights, matrix.weights), factors).reduce(0) {
                $0 + ($1.0.0 - $1.0.1) * ($1.0.0 - $1.0.1) * $1.1
            }
        }
        for factors: [Float] in [[1, 1, 1, 1, 1, 1, 1, 1], [0, 1, 1, 1, 1, 1, 1, 1], [100, 1, 1, 1, 1, 1, 1, 1]] {
            let range = QuantizedMatrix.scales(weights, rows: 1, grid, (.range, importance: nil), on: SmallModel.pool)
            let best = QuantizedMatrix.scales(
                weights, rows: 1, grid, (.error, importance: factors), on: SmallModel.pool)
            #expect(lost(factors, best[0]) < lost(factors, range[0]))
            #expect(best[0] <= 1.09 * range[0] && best[0] >= 0.6 * range[0])
        }
    }

    @Test(
        "law: no weight is farther off than half a step, or what is cut off",
        arguments: [(4, 8), (4, 32), (4, nil), (8, 16), (8, nil)] as [(Int, Int?)])
    func within(bits: Int, group: Int?) throws {
        var random = SeededGenerator(UInt64(bits))
        let weights = (0..<9 * 96).map { _ in Float.random(in: -1...1, using: &random) }
        let grid = try IntegerGrid(bits: bits, group: group)
        let scales = QuantizedMatrix.scales(weights, rows: 9, grid, (.range, importance: nil), on: SmallModel.pool)
        let matrix = QuantizedMatrix.rounding(weights, rows: 9, grid, scales: scales, on: SmallModel.pool)
        let width = group ?? 96
        #expect(scales.count == 9 * 96 / width && matrix.groups == 96 / width)
        for place in weights.indices {
            let scale = scales[place / width]
            #expect(scale.bitPattern & 0xFFFF == 0, "exact in bf16")
            #expect(abs(weights[place] - matrix.weights[place]) <= scale * 0.56)
        }
    }

    @Test("8 bits: the engine's own packing finds the same integers again") func again() throws {
        var random = SeededGenerator(4)
        let weights = (0..<4 * 128).map { _ in Float.random(in: -0.3...0.3, using: &random) }
        let grid = try IntegerGrid(bits: 8, group: 128)
        func rounding(_ weights: [Float]) -> QuantizedMatrix {
            let scales = QuantizedMatrix.scales(weights, rows: 4, grid, (.range, importance: nil), on: SmallModel.pool)
            return .rounding(weights, rows: 4, grid, scales: scales, on: SmallModel.pool)
        }
        let once = rounding(weights), twice = rounding(once.weights)
        #expect(once.integers == twice.integers && once.scales == twice.scales)
        #expect(
            (0..<4).allSatisfy { row in once.integers[row * 128..<(row + 1) * 128].contains { abs(Int($0)) == 127 } })
    }

    static let refused: [(Int, Int?)] = [(3, 128), (16, nil), (4, 0), (4, 4), (4, 12), (8, -8)]

    @Test(arguments: refused) func refuses(bits: Int, group: Int?) {
        #expect(throws: CompressionError.self) { _ = try IntegerGrid(bits: bits, group: group) }
    }

    @Test("packed as compressed-tensors reads it: lowest bits first, half of the range added") func packs() throws {
        let grid = try IntegerGrid(bits: 4, group: 8)
        let matrix = QuantizedMatrix.rounding(
            [-8, -7, 0, 1, 7, 2, -1, 3], rows: 1, grid, scales: [1], on: SmallModel.pool)
        #expect(Array(matrix.packed) == [0x10, 0x98, 0xAF, 0xB7])
        #expect(Array(matrix.plain) == [0xF8, 0xF9, 0, 1, 7, 2, 0xFF, 3])
        #expect(Array(matrix.shape) == [1, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0])
        let eight = try QuantizedMatrix.rounding(
            [-128, 127, 0, -1, 1, 2, 3, 4], rows: 1, IntegerGrid(bits: 8, group: nil), scales: [1],
            on: SmallModel.pool)
        #expect(Array(eight.packed) == [0, 255, 128, 127, 129, 130, 131, 132])
    }
}
