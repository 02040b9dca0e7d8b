import Foundation
import Kernels
import ModelFiles
import Models
import Testing

import Training

/// A finder is served as it was trained: the encoder on the whole model's weights makes the training decoder's states.
@Suite struct ServedFinderTests {
    private static let model = ModelDescription(
        name: "small", architecture: .qwen2, layers: 3, hiddenSize: 192, intermediateSize: 320, heads: 4, kvHeads: 2,
        headSize: 32, vocabularySize: 500, contextLength: 64, ropeBase: 10_000, rmsEpsilon: 1e-6, hasQKVBias: true,
        tiesEmbeddings: true, rotaryPairing: .halves)
    private static let pool = WorkerPool(threads: 2)

    @Test("the vectors of texts", arguments: StatePooling.allCases, [1, 2, 3])
    func vectors(pooling: StatePooling, layers: Int) throws {
        let source = RandomWeights(Self.model), lower = LowerLayers(source, count: layers)
        let shape = AdapterShape(
            rank: 3, alpha: 6, matrices: AdaptedMatrix.allCases, layers: Array(0..<layers))
        let trained = Adapter(shape: shape, factors: .adapter(shape, for: lower.description, seed: 4))
        for entry in trained.factors.entries {
            guard case .factorB = entry.key else { continue }
            trained.factors.set(entry.key, to: entry.range.map { Float(($0 * 7919) % 1000) / 5000 - 0.1 })
        }
        let texts: [[Int32]] = [[499, 3, 4, 5], [499, 7], [499, 3, 90, 91, 92, 93, 94, 200], [11]]
        let training = try TrainingDecoder(
            encoding: .weights(of: lower), of: lower.description, training: trained, on: Self.pool)
        let batch = TrainingBatch(texts: [Array(texts[0...2]), [texts[3]]], pooling)
        training.forward(batch)
        let expected = ContrastiveLoss.States(training.states(batch), hidden: 192)

        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kinglet-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try AdapterFiles.write(trained, base: "small", to: folder)
        let weights = try Qwen2Weights(source, format: .f32, on: Self.pool)
        let served = try LoRAWeights(
            try AdapterFolder(folder).read(for: Self.model), for: weights, on: Self.pool)
        for width in [192, 64] {
            let encoder = Qwen2Encoder(
                weights: weights, isCausal: true,
                part: EncoderPart(layers: layers, adapter: served, width: width, pooling: pooling), on: Self.pool)
            var vectors = [Float](repeating: 0, count: texts.count * width)
            vectors.withUnsafeMutableBufferPointer {
                if let base = $0.baseAddress { encoder.encode(texts, into: base) }
            }
            for text in texts.indices {
                let vector = Array(vectors[text * width..<(text + 1) * width])
                #expect(cosine(vector, Array(expected.numbers[text * 192..<text * 192 + width])) > 0.99999)
                #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-4)
            }
        }
        // Without it they point elsewhere.
        let plain = Qwen2Encoder(
            weights: weights, isCausal: true, part: EncoderPart(layers: layers, pooling: pooling), on: Self.pool)
        var vectors = [Float](repeating: 0, count: 192)
        vectors.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { plain.encode([texts[0]], into: base) } }
        #expect(cosine(vectors, Array(expected.numbers[..<192])) < 0.999)
    }
}
