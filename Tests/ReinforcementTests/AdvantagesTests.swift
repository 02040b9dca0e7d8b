import Documents
import Foundation
import TestSupport
import Testing

import Reinforcement

@Suite struct AdvantagesTests {
    @Test("as OpenRLHF's formula in PyTorch", arguments: 0..<5) func table(_ index: Int) throws {
        let cases = try JSONValue(parsing: Data(contentsOf: TestFiles.fixture("advantages.json"))).arrayValue ?? []
        #expect(cases.count == 5)
        var answers: [Advantages.Answer] = []
        let item = cases[index], lengths = item["lengths"]?.arrayValue ?? []
        for (prompt, (rewards, lengths)) in zip(item["rewards"]?.arrayValue ?? [], lengths).enumerated() {
            for (reward, length) in zip(rewards.arrayValue ?? [], lengths.arrayValue ?? []) {
                answers.append(
                    .init(
                        prompt: prompt, reward: try #require(reward.doubleValue), tokens: try #require(length.intValue))
                )
            }
        }
        let expected = (item["advantages"]?.arrayValue ?? []).compactMap(\.doubleValue)
        let values = Advantages(answers).values
        #expect(values.count == expected.count)
        for (value, expected) in zip(values, expected) { #expect(abs(value - expected) < 1e-6 * max(1, abs(expected))) }
    }

    /// prompts, rewards, tokens, and the advantages by hand
    static let byHand: [([Int], [Double], [Int], [Double])] = [
        ([0, 0], [2, -2], [3, 3], [1, -1]),
        ([0, 0, 1, 1], [2, 0, 7, 5], [1, 1, 1, 1], [1, -1, 1, -1]),  // each prompt has a baseline of its own
        ([0, 0, 1, 1], [1, 1, 3, 1], [2, 2, 2, 2], [0, 0, 2.0.squareRoot(), -(2.0.squareRoot())]),
        // Mean 1/4 over tokens, deviation sqrt(3)/4.
        ([0, 0], [1, 0], [3, 1], [1 / 3.0.squareRoot(), -(3.0.squareRoot())]),
        ([0, 0, 0], [1, 1, 1], [5, 6, 7], [0, 0, 0]),  // nothing is better than anything
        ([], [], [], []),
    ]
    @Test(arguments: byHand.indices) func handmade(_ index: Int) {
        let (prompts, rewards, tokens, expected) = Self.byHand[index]
        let answers = prompts.indices.map {
            Advantages.Answer(prompt: prompts[$0], reward: rewards[$0], tokens: tokens[$0])
        }
        for (value, expected) in zip(Advantages(answers).values, expected) { #expect(abs(value - expected) < 1e-12) }
    }

    @Test("law: over tokens they have mean 0 and deviation 1, and no reward's size matters", arguments: UInt64(0)..<20)
    func whitened(seed: UInt64) {
        var random = SeededGenerator(seed)
        let answers = (0..<24).map { index in
            Advantages.Answer(
                prompt: index / 6, reward: .random(in: -2...3, using: &random),
                tokens: .random(in: 1...40, using: &random))
        }
        let values = Advantages(answers).values
        let tokens = Double(answers.reduce(0) { $0 + $1.tokens })
        let mean = zip(values, answers).reduce(0) { $0 + $1.0 * Double($1.1.tokens) } / tokens
        let variance = zip(values, answers).reduce(0) { $0 + $1.0 * $1.0 * Double($1.1.tokens) } / tokens
        #expect(abs(mean) < 1e-9 && abs(variance - 1) < 1e-9)
        let larger = answers.map { answer in
            Advantages.Answer(prompt: answer.prompt, reward: 100 * answer.reward - 7, tokens: answer.tokens)
        }
        for (value, other) in zip(values, Advantages(larger).values) { #expect(abs(value - other) < 1e-9) }
    }
}
