import Documents
import Inference
import OrderedCollections
import Training

/// A training whose samples are the model's own answers: each step draws some of each of its prompts, rewards them, and makes
/// the better ones likelier. Owner: whoever calls `run`.
package final class ReinforcementRun {
    private let training: TrainingRun
    /// As the training changes it.
    private let adapter: Adapter
    private let policy: ServedPolicy
    /// By the numbers of the training's samples.
    private let prompts: [ReinforcedPrompt]
    private let plan: ReinforcementPlan

    /// - Parameter adapter: whose factors the training's decoder trains.
    package init(
        _ training: TrainingRun, of adapter: Adapter, _ policy: ServedPolicy, prompts: [ReinforcedPrompt],
        _ plan: ReinforcementPlan
    ) {
        (self.training, self.adapter, self.policy) = (training, adapter, policy)
        (self.prompts, self.plan) = (prompts, plan)
    }

    /// Runs the steps that are left, or those up to `last`.
    package func run(through last: Int? = nil, _ report: (StepReport) -> Void) async throws {
        while training.done < min(training.steps, last ?? training.steps) {
            let step = training.done, numbers = training.drawn(step)
            let rollouts = try await draw(numbers, step)
            let samples = try samples(rollouts, numbers)
            let answers = try await answers(rollouts, numbers)
            let loss = PolicyLoss(answers, divergenceWeight: plan.divergenceWeight)
            report(try training.advance(samples, loss, notes: notes(rollouts, answers)))
        }
    }

    private func draw(_ numbers: [Int], _ step: Int) async throws -> [Rollout] {
        let draws = numbers.enumerated().map { place, number in
            var random = TrainingRandom(seed: plan.seed &+ UInt64(number), stream: UInt64(step) + 0x5EED)
            return ServedPolicy.Draw(
                place: place, prompt: prompts[number], seeds: (0..<plan.answers).map { _ in random.next() })
        }
        return try await policy.draw(draws, with: policy.served(adapter), plan)
    }

    /// What the training learns from, numbered as the loss knows them.
    private func samples(_ rollouts: [Rollout], _ numbers: [Int]) throws -> [TrainingSample] {
        try rollouts.enumerated().map { number, rollout in
            var sample = try TrainingSample(
                prompt: prompts[numbers[rollout.prompt]].tokens, completion: rollout.tokens,
                place: "answer \(number + 1)")
            sample.number = number
            return sample
        }
    }

    private func answers(_ rollouts: [Rollout], _ numbers: [Int]) async throws -> [PolicyLoss.Answer] {
        let advantages = Advantages(
            rollouts.map { .init(prompt: $0.prompt, reward: $0.worth.value, tokens: $0.tokens.count) })
        var answers: [PolicyLoss.Answer] = []
        for (place, number) in numbers.enumerated() {
            let own = rollouts.filter { $0.prompt == place }
            let references = try await policy.reference(of: own.map(\.tokens), behind: prompts[number].tokens)
            for reference in references {
                answers.append(.init(advantage: advantages.values[answers.count], reference: reference))
            }
        }
        return answers
    }

    /// What the log says of the answers: mean reward, part of right ones, divergence from the reference, mean length.
    private func notes(_ rollouts: [Rollout], _ answers: [PolicyLoss.Answer]) -> JSONObject {
        let count = Double(max(1, rollouts.count)), tokens = rollouts.reduce(0) { $0 + $1.tokens.count }
        var divergence = 0.0
        for (rollout, answer) in zip(rollouts, answers) {
            for (own, other) in zip(rollout.logprobs, answer.reference) {
                divergence += Double(own - other) * Double(own - other) / 2
            }
        }
        return [
            "reward": .number(rollouts.reduce(0) { $0 + $1.worth.value } / count),
            "right": .number(Double(rollouts.filter(\.worth.isRight).count) / count),
            "kl": .number(divergence / Double(max(1, tokens))), "answer_tokens": .number(Double(tokens) / count),
        ]
    }
}
