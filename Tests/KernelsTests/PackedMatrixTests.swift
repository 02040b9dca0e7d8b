import Kernels
import Testing

@Suite struct PackedMatrixTests {
    @Test("every instruction set packs the same bytes", arguments: integerFormats + [.bf16])
    func packsAlike(format: WeightFormat) {
        let weights = RandomMatrix(70, 333, outliers: true, seed: 3)
        let packed = pools.map { weights.packed(format, on: $0).withBytes { Array($0) } }
        for other in packed.dropFirst() { #expect(other == packed[0]) }
    }

    @Test("bytes a weight: 8.125 bits, 4.625 bits, 16 bits") func sizes() {
        let weights = RandomMatrix(64, 256, seed: 4)
        let sizes: [(WeightFormat, Int)] = [(.w8a8, 65), (.w4a16, 37), (.bf16, 128), (.f32, 256)]
        for (format, eighthsOfBits) in sizes {
            #expect(weights.packed(format, on: pools[0]).bytes == 64 * 256 * eighthsOfBits / 64)
        }
    }

    /// Levels of -8...7 times a scale for each group of 128, exact in bf16.
    private static func integers(_ rows: Int, _ columns: Int, most: Int, seed: UInt64) -> RandomMatrix {
        let random = RandomMatrix(rows, columns, seed: seed)
        let values = random.values.enumerated().map { place, value -> Float in
            let scale = Float(1 + (place / columns * 7 + place % columns / 128) % 100) / 1024
            return Float(max(-most, min(most - 1, Int((value * 5).rounded())))) * scale
        }
        return RandomMatrix(values: values, columns: columns)
    }

    @Test("weights that were 4-bit integers with a scale for 128 inputs lose nothing", arguments: [8, 7, 5, 3, 2])
    func keepsIntegers(most: Int) {
        Self.expectKept(Self.integers(40, 300, most: most, seed: UInt64(most)), in: .w4a16)
    }

    @Test("nor do those that were 8-bit integers, 127 among each 128 inputs") func keepsBytes() {
        let values = (0..<40 * 300).map { place -> Float in
            let (row, column) = (place / 300, place % 300)
            let level = column % 128 == row ? 127 * (1 - row % 2 * 2) : place * 37 % 255 - 127
            return Float(level * (1 + row * 6)) / 1024
        }
        Self.expectKept(RandomMatrix(values: values, columns: 300), in: .w8a16)
    }

    /// `weights`: `[40, 300]`; each input alone shows its column.
    private static func expectKept(_ weights: RandomMatrix, in format: WeightFormat) {
        let identity = RandomMatrix(values: (0..<300 * 300).map { $0 % 301 == 0 ? 1 : 0 }, columns: 300)
        for pool in pools {
            let results = product(identity, by: weights.packed(format, on: pool), on: pool)
            for output in 0..<40 {
                for input in 0..<300 {
                    let (value, expected) = (results[input * 40 + output], weights.values[output * 300 + input])
                    #expect(abs(value - expected) <= 1e-4 * abs(expected), "output \(output), input \(input)")
                }
            }
        }
    }

    @Test("and are packed alike on every instruction set") func packsIntegersAlike() {
        let weights = Self.integers(70, 333, most: 8, seed: 9)
        let packed = pools.map { weights.packed(.w4a16, on: $0).withBytes { Array($0) } }
        for other in packed.dropFirst() { #expect(other == packed[0]) }
    }
}
