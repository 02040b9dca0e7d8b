import Kernels
import Testing

@Suite struct PackedMatrixTests {
    @Test("bytes that were kept make the same matrix", arguments: WeightFormat.allCases, [false, true])
    func restores(format: WeightFormat, isGateUp: Bool) {
        let pool = pools[pools.count - 1]
        let (x, weights) = (RandomMatrix(3, 150, seed: 1), RandomMatrix(40, 150, seed: 2))
        let matrix =
            isGateUp
            ? .gateUp(width: 40, inputs: 150, format: format, on: pool, gate: weights.write, up: weights.write)
            : weights.packed(format, on: pool)
        let kept = matrix.withBytes { Array($0) }
        #expect(kept.count == matrix.bytes)
        let restored = PackedMatrix(outputs: matrix.outputs, inputs: 150, format: format, isGateUp: isGateUp) {
            $0.copyBytes(from: kept)
        }
        let epilogue: Epilogue = isGateUp ? .swiglu : .store
        #expect(product(x, by: restored, epilogue, on: pool) == product(x, by: matrix, epilogue, on: pool))
    }

    @Test("every instruction set packs the same bytes", arguments: integerFormats + [.bf16])
    func packsAlike(format: WeightFormat) {
        let weights = RandomMatrix(70, 333, outliers: true, seed: 3)
        let packed = pools.map { weights.packed(format, on: $0).withBytes { Array($0) } }
        for other in packed.dropFirst() { #expect(other == packed[0]) }
    }

    @Test("bytes a weight: 8.125 bits, 4.125 bits, 16 bits") func sizes() {
        let weights = RandomMatrix(64, 256, seed: 4)
        let sizes: [(WeightFormat, Int)] = [(.w8a8, 65), (.w4a16, 33), (.bf16, 128), (.f32, 256)]
        for (format, eighthsOfBits) in sizes {
            #expect(weights.packed(format, on: pools[0]).bytes == 64 * 256 * eighthsOfBits / 64)
        }
    }
}
