import Foundation
import Kernels
import ModelFiles
import Models
import Testing
import TrainingTestSupport

import Training

/// A trained adapter is served as it was trained: the serving decoder has the losses of the training one.
@Suite struct ServedAdapterTests {
    private static let model = SmallDecoder.description(
        layers: 3, hiddenSize: 192, intermediateSize: 320, vocabularySize: 500, contextLength: 64)
    private static let invocation: [Int32] = [400, 401]

    private static func samples() throws -> [TrainingSample] {
        try (0..<4).map { index in
            let prompt = (0..<12 + index).map { Int32(($0 * 31 + index * 7) % 399) } + invocation + [3, Int32(index)]
            return try TrainingSample(prompt: prompt, completion: [5, 6, Int32(20 + index)], place: "sample \(index)")
        }
    }

    @Test("the loss of each sample", arguments: [true, false]) func losses(activated: Bool) throws {
        let trained = SmallDecoder.adapter(
            Self.model, rank: 5, invocation: activated ? Self.invocation : nil, most: 0.1)
        let source = RandomWeights(Self.model)
        let training = try TrainingDecoder(
            weights: ParameterArena.weights(of: source), of: Self.model, training: trained, on: SmallDecoder.pool)
        let step = StepRunner(
            decoder: training,
            planner: BatchPlanner(
                sharing: activated ? .base(invocation: Self.invocation) : .none, maximumRows: 1000),
            kept: KeptPrefixes(maximumBytes: 1 << 20))

        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kinglet-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try AdapterFiles.write(trained, base: "small", to: folder)
        let weights = try Qwen2Weights(source, format: .f32, on: SmallDecoder.pool)
        let served = try AdapterFolder(folder).read(for: Self.model)
        #expect(served.shape == trained.shape)
        let lora = try LoRAWeights(served, for: weights, on: SmallDecoder.pool)
        let decoder = Qwen2Decoder(
            weights: weights, cache: try KVCache(shape: weights.cacheShape(), blocks: 2), on: SmallDecoder.pool)
        for sample in try Self.samples() {
            let expected = try step.loss(of: [sample]).loss
            let start = activated ? sample.position(ofLast: Self.invocation) ?? -1 : 0
            let loss = Self.loss(of: sample, decoder, AdaptedRows(start..<sample.tokens.count, lora))
            #expect(abs(loss / expected - 1) < 1e-4, "\(loss), trained \(expected)")
            #expect(abs(Self.loss(of: sample, decoder, nil) / expected - 1) > 0.01)
        }
    }

    /// The mean over a sample's completion of the tokens' negative log-likelihoods.
    private static func loss(of sample: TrainingSample, _ decoder: Qwen2Decoder, _ adapted: AdaptedRows?) -> Double {
        let targets = sample.tokens[sample.promptLength...], vocabulary = model.vocabularySize
        decoder.forward(
            tokens: sample.tokens,
            segments: [AttentionSegment(firstRow: 0, rows: sample.tokens.count, position: 0, blockTable: [0, 1])],
            outputRows: targets.indices.map { $0 - 1 }, adapted: adapted.map { [$0] } ?? [])
        var logits = [Float](repeating: 0, count: targets.count * vocabulary)
        logits.withUnsafeMutableBufferPointer {
            if let base = $0.baseAddress { decoder.logits(outputs: Array(0..<targets.count), into: base) }
        }
        var sum = 0.0
        for (place, target) in targets.enumerated() {
            let row = logits[place * vocabulary..<(place + 1) * vocabulary].map(Double.init)
            let most = row.max() ?? 0
            sum += most + log(row.reduce(0) { $0 + exp($1 - most) }) - row[Int(target)]
        }
        return sum / Double(targets.count)
    }
}
