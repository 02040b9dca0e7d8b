import Inference
import Kernels
import ModelFiles
import Models
import Tokenization
import Training

/// The adapter in training as the serving engine answers with it, and the reference it is held to.
package struct ServedPolicy: Sendable {
    package let generator: any Generator
    private let weights: Qwen2Weights
    private let pool: WorkerPool
    /// nil: the base model.
    private let reference: ServedAdapter?

    /// - Parameters:
    ///   - generator: has the base model's `weights`.
    ///   - reference: an adapter that the training began with; nil: none, so the base model.
    package init(
        _ generator: any Generator, weights: Qwen2Weights, reference: Adapter?, on pool: WorkerPool
    ) throws(LoRAError) {
        (self.generator, self.weights, self.pool) = (generator, weights, pool)
        self.reference = try reference.map { (adapter) throws(LoRAError) in
            try Self.served(adapter, "reference", weights, pool)
        }
    }

    /// An adapter as it is now.
    package func served(_ adapter: Adapter) throws(LoRAError) -> ServedAdapter {
        try Self.served(adapter, "policy", weights, pool)
    }

    private static func served(
        _ adapter: Adapter, _ name: String, _ weights: Qwen2Weights, _ pool: WorkerPool
    ) throws(LoRAError) -> ServedAdapter {
        ServedAdapter(
            name: name, invocation: adapter.shape.invocation,
            weights: try LoRAWeights(adapter.lowRank, for: weights, on: pool))
    }

    /// The reference's log-probabilities of the tokens of some answers to one prompt.
    package func reference(of answers: [[TokenID]], behind prompt: [TokenID]) async throws -> [[Float]] {
        var template = GenerationRequest(prompt: prompt, maxTokens: 1)
        template.adapter = reference?.use(on: prompt)
        let scores = try await generator.scores(of: answers, behind: prompt, like: template)
        return scores.logprobs.map { $0.map { Float($0) } }
    }
}
