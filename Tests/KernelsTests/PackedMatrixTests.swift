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
}
