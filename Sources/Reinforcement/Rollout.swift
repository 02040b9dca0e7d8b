import Inference
import Tokenization
import Training

/// An answer that was drawn.
struct Rollout: Sendable {
    /// Which prompt of the step.
    let prompt: Int
    let tokens: [TokenID]
    /// With which its tokens were drawn.
    let logprobs: [Float]
    let worth: RewardedText
}

extension ServedPolicy {
    /// What is drawn of one prompt in a step.
    struct Draw: Sendable {
        /// Its place in the step.
        let place: Int
        let prompt: ReinforcedPrompt
        let seeds: [UInt64]
    }

    /// Answers that are drawn at the same time; an engine refuses more than it has places.
    private static let atOnce = 128

    /// Draws answers under an adapter; in the order of the prompts.
    func draw(
        _ draws: [Draw], with adapter: ServedAdapter, _ plan: ReinforcementPlan
    ) async throws -> [Rollout] {
        let all = draws.flatMap { draw in draw.seeds.map { (draw: draw, seed: $0) } }
        return try await withThrowingTaskGroup(of: (Int, Rollout).self) { group in
            var drawn = [Rollout?](repeating: nil, count: all.count)
            for (place, one) in all.enumerated() {
                if place >= Self.atOnce, let (done, rollout) = try await group.next() { drawn[done] = rollout }
                group.addTask { (place, try await rollout(one.draw, one.seed, adapter, plan)) }
            }
            for try await (done, rollout) in group { drawn[done] = rollout }
            return drawn.compactMap { $0 }
        }
    }

    private func rollout(
        _ draw: Draw, _ seed: UInt64, _ adapter: ServedAdapter, _ plan: ReinforcementPlan
    ) async throws -> Rollout {
        var request = GenerationRequest(prompt: draw.prompt.tokens, maxTokens: plan.maxTokens)
        (request.sampling.temperature, request.sampling.seed, request.topLogprobs) = (plan.temperature, seed, 0)
        request.adapter = adapter.use(on: draw.prompt.tokens)
        request.isUnbounded = true
        let generation = try await generator.generate(request)
        return Rollout(
            prompt: draw.place, tokens: generation.tokens.map(\.id), logprobs: generation.tokens.map(\.logprob),
            worth: draw.prompt.reward(generation.text))
    }
}
