import Documents
import Foundation
import Inference
import Kernels
import ModelFiles
import Models
import OrderedCollections
import Testing
import Tokenization
import Training
import TrainingTestSupport

import Reinforcement

/// Trainings of a tiny model with random weights, whose answers the serving engine draws.
@Suite struct ReinforcementRunTests {
    private static let model = SmallDecoder.description(), pool = SmallDecoder.pool

    /// A training, and where it is kept.
    private struct Case {
        var steps = 12
        var seed: UInt64 = 1
        var divergence = 0.001
        var change: (inout ReinforcementPlan) -> Void = { _ in }
        var folder = FileManager.default.temporaryDirectory.appendingPathComponent("kinglet-\(UUID().uuidString)").path
    }

    /// What a text is worth: the more of its characters are small letters, the more.
    private static func worth(_ text: String) -> RewardedText {
        let letters = text.unicodeScalars.filter { ("a"..."z").contains($0) }.count
        let value = Double(letters) / Double(max(1, text.unicodeScalars.count))
        return RewardedText(value: value, isRight: value > 0.5)
    }

    /// - Parameter stop: the process ends after so many steps, with what is on the disk then.
    private static func run(_ item: Case, stoppingAfter stop: Int? = nil) async throws -> ([StepReport], [[Float]]) {
        let source = RandomWeights(model)
        let weights = try Qwen2Weights(source, format: .w8a8, on: pool)
        let engine = try SmallDecoder.engine(weights)
        defer { engine.stop() }
        let shape = AdapterShape(rank: 8, alpha: 16, matrices: AdaptedMatrix.allCases, layers: [0, 1])
        var training = TrainingPlan(adapter: shape)
        (training.batchSize, training.peakRate, training.seed, training.epochs) = (2, 0.01, item.seed, item.steps / 2)
        training.fall = .constant
        let samples = try (0..<4).map { index in
            try TrainingSample(
                prompt: (0..<10).map { Int32(50 + ($0 * 7 + index) % 60) }, completion: [1], place: "sample \(index)")
        }
        let adapter = Adapter(shape: shape, factors: .adapter(shape, for: model, seed: item.seed))
        let decoder = try TrainingDecoder(
            weights: ParameterArena.weights(of: source), of: model, training: adapter, on: pool)
        var plan = ReinforcementPlan(reward: "letters")
        (plan.maxTokens, plan.seed, plan.divergenceWeight) = (8, item.seed, item.divergence)
        item.change(&plan)
        let run = try TrainingRun(
            decoder, training, TrainingData(samples, loss: PolicyLoss(like: plan)),
            in: .init(folder: item.folder, checkpointSteps: 1))
        let policy = try ServedPolicy(engine, weights: weights, reference: nil, on: pool)
        let prompts = samples.map {
            ReinforcedPrompt(tokens: Array($0.tokens[..<$0.promptLength]), reward: worth)
        }
        let reinforcement = ReinforcementRun(run, of: adapter, policy, prompts: prompts, plan)
        var reports: [StepReport] = []
        try await reinforcement.run(through: stop) { reports.append($0) }
        return (reports, adapter.factors.entries.map { adapter.factors.values($0.key) ?? [] })
    }

    private static func mean(_ reports: ArraySlice<StepReport>, _ name: String) -> Double {
        reports.reduce(0) { $0 + ($1.notes[name]?.doubleValue ?? .nan) } / Double(reports.count)
    }

    @Test func theRewardRises() async throws {
        let item = Case(steps: 40)
        defer { try? FileManager.default.removeItem(atPath: item.folder) }
        let (reports, _) = try await Self.run(item)
        #expect(reports.count == 40 && reports.allSatisfy { $0.samples == 16 })
        let first = Self.mean(reports.prefix(5), "reward"), last = Self.mean(reports.suffix(5), "reward")
        #expect(last > first + 0.3, "\(first) to \(last)")
        #expect(Self.mean(reports.suffix(5), "right") > Self.mean(reports.prefix(5), "right"))
        // It has left the model that it began as, which it was at first.
        #expect(Self.mean(reports.prefix(1), "kl") < 1e-3 && Self.mean(reports.suffix(5), "kl") > 0.01)
    }

    @Test func aStrongPullKeepsItWhereItWas() async throws {
        let free = Case(steps: 20), held = Case(steps: 20, divergence: 20)
        defer { for item in [free, held] { try? FileManager.default.removeItem(atPath: item.folder) } }
        let moved = Self.mean(try await Self.run(free).0.suffix(4), "kl")
        let kept = Self.mean(try await Self.run(held).0.suffix(4), "kl")
        #expect(kept < moved / 2, "\(kept), without a pull \(moved)")
    }

    @Test("killed after any step, it ends with the same numbers", arguments: [1, 4, 7]) func goesOn(stop: Int)
        async throws
    {
        let whole = Case(steps: 8), cut = Case(steps: 8)
        defer { for item in [whole, cut] { try? FileManager.default.removeItem(atPath: item.folder) } }
        let (all, numbers) = try await Self.run(whole)
        let (before, _) = try await Self.run(cut, stoppingAfter: stop)
        let (after, same) = try await Self.run(cut)
        #expect(before.count == stop && after.map(\.step) == Array(stop + 1...8))
        #expect(same == numbers)
        #expect((before + after).map { $0.notes["reward"] } == all.map { $0.notes["reward"] })
    }

    /// Whatever the draws depend on.
    static let changes: [@Sendable (inout ReinforcementPlan) -> Void] = [
        { $0.answers = 4 }, { $0.maxTokens = 9 }, { $0.temperature = 0.5 }, { $0.divergenceWeight = 0.002 },
        { $0.format = "f32" }, { $0.reward = "other" },
    ]
    @Test("a checkpoint of other draws is not gone on with", arguments: changes.indices)
    func anotherPlan(_ index: Int) async throws {
        var item = Case(steps: 4)
        defer { try? FileManager.default.removeItem(atPath: item.folder) }
        _ = try await Self.run(item, stoppingAfter: 1)
        item.change = Self.changes[index]
        await #expect(throws: TrainingError.self) { _ = try await Self.run(item) }
    }

    @Test func anotherSeedDrawsOthers() async throws {
        let first = Case(steps: 2), second = Case(steps: 2, change: { $0.seed = 2 })
        defer { for item in [first, second] { try? FileManager.default.removeItem(atPath: item.folder) } }
        #expect(try await Self.run(first).1 != Self.run(second).1)
    }

    @Test func theReferenceIsTheAdapterThatTheTrainingBeganWith() async throws {
        let weights = try Qwen2Weights(RandomWeights(Self.model), format: .w8a8, on: Self.pool)
        let engine = try SmallDecoder.engine(weights)
        defer { engine.stop() }
        let adapter = SmallDecoder.adapter(Self.model, rank: 4, most: 0.25)
        let held = try ServedPolicy(engine, weights: weights, reference: adapter, on: Self.pool)
        let free = try ServedPolicy(engine, weights: weights, reference: nil, on: Self.pool)
        let prompt: [TokenID] = [7, 8, 9], answers: [[TokenID]] = [[1, 2], [3]]
        var template = GenerationRequest(prompt: prompt, maxTokens: 1)
        let base = try await engine.scores(of: answers, behind: prompt, like: template).logprobs
        template.adapter = try held.served(adapter).use(on: prompt)
        let adapted = try await engine.scores(of: answers, behind: prompt, like: template).logprobs
        #expect(try await held.reference(of: answers, behind: prompt).map { $0.map(Double.init) } == adapted)
        #expect(try await free.reference(of: answers, behind: prompt).map { $0.map(Double.init) } == base)
        #expect(base != adapted)
    }

    @Test func wordsStandBehindTheRequest() throws {
        let tokenizer = try Tokenizer(.bytes(vocabularySize: Self.model.vocabularySize))
        let end = try #require(tokenizer.endTokens.first)
        let prompt: [TokenID] = [1, end, 2, 3, end, 4]
        #expect(ReinforcedPrompt.asking([8, 9], in: prompt, tokenizer) == [1, end, 2, 3, 8, 9, end, 4])
        #expect(ReinforcedPrompt.asking([], in: prompt, tokenizer) == prompt)
        #expect(ReinforcedPrompt.asking([8], in: [1, 2], tokenizer) == [1, 2])
    }
}
