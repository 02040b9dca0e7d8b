import Kernels
import ModelFiles
import Models
import Testing

@Suite struct RandomWeightsTests {
    static let small = ModelDescription(
        name: "small", architecture: .qwen2, layers: 3, hiddenSize: 192, intermediateSize: 320, heads: 4, kvHeads: 2,
        headSize: 32, vocabularySize: 500, contextLength: 64, ropeBase: 10_000, rmsEpsilon: 1e-6, hasQKVBias: true,
        tiesEmbeddings: true, rotaryPairing: .halves)

    @Test func rowsAreTheSameHoweverTheyAreRead() {
        let weight = RandomWeights(Self.small).weight(.gate(1))
        let all = weight.all()
        var some = [Float](repeating: 0, count: 2 * weight.columns)
        some.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { weight.read(7..<9, base) } }
        #expect(some == Array(all[7 * weight.columns..<9 * weight.columns]))
        #expect(all != RandomWeights(Self.small).weight(.up(1)).all())
        #expect(all != RandomWeights(Self.small, seed: 2).weight(.gate(1)).all())
    }

    @Test func keepTheSizeOfWhatTheyMultiply() {
        let weight = RandomWeights(Self.small).weight(.down(0)).all()
        let meanSquare = weight.reduce(0) { $0 + $1 * $1 } / Float(weight.count)
        #expect(abs(meanSquare * 320 - 1) < 0.05)
    }

    @Test(arguments: [WeightFormat.w8a8, .bf16, .f32]) func logitsAreFinite(_ format: WeightFormat) throws {
        let pool = WorkerPool(threads: 2)
        let weights = try Qwen2Weights(RandomWeights(Self.small), format: format, on: pool)
        let decoder = Qwen2Decoder(
            weights: weights, cache: try KVCache(shape: weights.cacheShape(), blocks: 2), on: pool)
        decoder.forward(
            tokens: Array(0..<40),
            segments: [AttentionSegment(firstRow: 0, rows: 40, position: 0, blockTable: [0, 1])],
            outputRows: [0, 39])
        var logits = [Float](repeating: .nan, count: 2 * 500)
        logits.withUnsafeMutableBufferPointer {
            if let base = $0.baseAddress { decoder.logits(outputs: [0, 1], into: base) }
        }
        #expect(logits.allSatisfy { $0.isFinite && abs($0) < 100 })
        #expect(Set(logits).count > 500)
    }
}
