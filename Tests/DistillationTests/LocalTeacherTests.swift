import Inference
import Kernels
import ModelFiles
import Models
import OrderedCollections
import TestSupport
import Testing
import Training
import TrainingTestSupport

import Distillation

/// A teacher in the serving engine against the same model in training.
@Suite struct LocalTeacherTests {
    private static let model = SmallDecoder.description()
    private static let invocation: [Int32] = [40, 41]

    private static func samples() throws -> [TrainingSample] {
        try (0..<6).map { index in
            let prompt = (0..<30).map { Int32(50 + $0 % 7) } + invocation + [3, Int32(index)]
            return try TrainingSample(
                prompt: prompt, completion: (0...index).map { Int32(20 + $0 * 31) }, place: "sample \(index)")
        }
    }

    @Test("law: a student that is its teacher has nothing to learn", arguments: [false, true], [5, 100])
    func equals(adapted: Bool, top: Int) async throws {
        let source = RandomWeights(Self.model), pool = SmallDecoder.pool
        let trained = SmallDecoder.adapter(Self.model, rank: 4, invocation: Self.invocation, most: 0.25)
        let weights = try Qwen2Weights(source, format: .f32, on: pool)
        let engine = try SmallDecoder.engine(weights, cache: .f32)
        defer { engine.stop() }
        let served = ServedAdapter(
            name: "small", invocation: Self.invocation,
            weights: try LoRAWeights(trained.lowRank, for: weights, on: pool))
        let teacher = LocalTeacher(engine, format: "f32", adapter: adapted ? served : nil)
        let samples = TrainingData(try Self.samples()).samples
        let tokens = try await teacher.answers(to: samples, top: top)
        #expect(tokens.map(\.count) == samples.map(\.completionLength))
        #expect(tokens.allSatisfy { $0.allSatisfy { $0.ids.count == top } })
        #expect((teacher.record["adapter"] != nil) == adapted)

        let runner = StepRunner(
            decoder: try TrainingDecoder(
                weights: ParameterArena.weights(of: source), of: Self.model, training: trained, on: pool),
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
