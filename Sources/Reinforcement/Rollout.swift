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
        let requests = all.map { draw, seed in
            var request = GenerationRequest(prompt: draw.prompt.tokens, maxTokens: plan.maxTokens)
            (request.sampling.temperature, request.sampling.seed, request.topLogprobs) = (plan.temperature, seed, 0)
            request.adapter = adapter.use(on: draw.prompt.tokens)
            return request
        }
        return zip(all, try await generator.generations(of: requests, atOnce: Self.atOnce)).map { one, generation in
            Rollout(
                prompt: one.draw.place, tokens: generation.tokens.map(\.id), logprobs: generation.tokens.map(\.logprob),
                worth: one.draw.prompt.reward(generation.text))
        }
    }
}
