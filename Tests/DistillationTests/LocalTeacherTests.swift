import Foundation
import Grammar
import Inference
import Kernels
import ModelFiles
import Models
import OrderedCollections
import Testing
import Tokenization
import Training

import Distillation

/// A teacher in the serving engine against the same model in training.
@Suite struct LocalTeacherTests {
    private static let model = ModelDescription(
        name: "small", architecture: .qwen2, layers: 2, hiddenSize: 128, intermediateSize: 192, heads: 4, kvHeads: 2,
        headSize: 32, vocabularySize: 300, contextLength: 128, ropeBase: 10_000, rmsEpsilon: 1e-6, hasQKVBias: true,
        tiesEmbeddings: true, rotaryPairing: .halves)
    private static let invocation: [Int32] = [40, 41]
    private static let pool = WorkerPool(threads: 2)

    private static func samples() throws -> [TrainingSample] {
        try (0..<6).map { index in
            let prompt = (0..<30).map { Int32(50 + $0 % 7) } + invocation + [3, Int32(index)]
            return try TrainingSample(
                prompt: prompt, completion: (0...index).map { Int32(20 + $0 * 31) }, place: "sample \(index)")
        }
    }

    /// An adapter that changes something.
    private static func adapter() -> Adapter {
        let shape = AdapterShape(
            rank: 4, alpha: 8, matrices: AdaptedMatrix.allCases, layers: [0, 1], invocation: invocation)
        let adapter = Adapter(shape: shape, factors: .adapter(shape, for: model, seed: 3))
        for entry in adapter.factors.entries {
            guard case .factorB = entry.key else { continue }
            adapter.factors.set(entry.key, to: entry.range.map { Float(($0 * 7919) % 1000) / 2000 - 0.25 })
        }
        return adapter
    }

    private static func engine(_ weights: Qwen2Weights) throws -> Engine {
        let tokenizer = try Tokenizer(.bytes(vocabularySize: model.vocabularySize))
        var configuration = EngineConfiguration(kvBlocks: 64)
        let shape = try weights.cacheShape(element: .f32)
        configuration.blockSize = shape.blockSize
        let cache = Handover(value: try KVCache(shape: shape, blocks: 64))
        return try Engine(
            modelName: "small", tokenizer: tokenizer, vocabulary: GrammarVocabulary(tokenizer),
            contextLength: model.contextLength, configuration: configuration
        ) { Qwen2Decoder(weights: weights, cache: cache.value, on: pool) }
    }

    /// Given to the engine's thread, which alone uses it from then on.
    private struct Handover: @unchecked Sendable {
        let value: KVCache
    }

    @Test("law: a student that is its teacher has nothing to learn", arguments: [false, true], [5, 100])
    func equals(adapted: Bool, top: Int) async throws {
        let source = RandomWeights(Self.model), trained = Self.adapter()
        let weights = try Qwen2Weights(source, format: .f32, on: Self.pool)
        let engine = try Self.engine(weights)
        defer { engine.stop() }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kinglet-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try AdapterFiles.write(trained, base: "small", to: folder)
        let served = ServedAdapter(
            name: "small", invocation: Self.invocation,
            weights: try LoRAWeights(AdapterFolder(folder).read(for: Self.model), for: weights, on: Self.pool))
        let teacher = LocalTeacher(engine, format: "f32", adapter: adapted ? served : nil)
        let samples = TrainingData(try Self.samples()).samples
        let tokens = try await teacher.answers(to: samples, top: top)
        #expect(tokens.map(\.count) == samples.map(\.completionLength))
        #expect(tokens.allSatisfy { $0.allSatisfy { $0.ids.count == top } })
        #expect((teacher.record["adapter"] != nil) == adapted)

        let runner = StepRunner(
            decoder: try TrainingDecoder(
                weights: ParameterArena.weights(of: source), of: Self.model, training: trained, on: Self.pool),
            planner: BatchPlanner(sharing: .base(invocation: Self.invocation), maximumRows: 1000),
            kept: KeptPrefixes(maximumBytes: 1 << 20))
        let loss = DivergenceLoss(.adaptive(mu: 0.9), from: Listed(tokens: tokens), named: "test")
        let result = try runner.addGradients(of: samples, loss)
        let gradients = runner.decoder.gradients
        let numbers = gradients.entries.flatMap { gradients.values($0.key) ?? [] }
        let size = numbers.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        if adapted {
            // The serving decoder's low-rank parts have eight bits: nearly the same.
            #expect(result.loss < 2e-3 && size < 0.2, "loss \(result.loss), norm \(size)")
        } else {
            #expect(
                result.loss > 0.01 && size > 0.2, "the adapter is another student: loss \(result.loss), norm \(size)")
        }
    }

    private struct Listed: TeacherTokens {
        let tokens: [[TeacherToken]]
        func teacher(of token: TaughtToken) -> TeacherToken { tokens[token.sample][token.place] }
    }
}
