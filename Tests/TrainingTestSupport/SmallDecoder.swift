import Grammar
import Inference
import Kernels
import ModelFiles
import Models
import Tokenization
import Training

/// A decoder with random weights, small enough to be trained and served within a test.
package enum SmallDecoder {
    package static let pool = WorkerPool(threads: 2)

    package static func description(
        layers: Int = 2, hiddenSize: Int = 128, intermediateSize: Int = 192, vocabularySize: Int = 300,
        contextLength: Int = 128
    ) -> ModelDescription {
        ModelDescription(
            name: "small", architecture: .qwen2, layers: layers, hiddenSize: hiddenSize,
            intermediateSize: intermediateSize, heads: 4, kvHeads: 2, headSize: 32, vocabularySize: vocabularySize,
            contextLength: contextLength, ropeBase: 10_000, rmsEpsilon: 1e-6, hasQKVBias: true, tiesEmbeddings: true,
            rotaryPairing: .halves)
    }

    /// An adapter of all matrices that changes something: B is not zero.
    ///
    /// - Parameter most: the greatest of B's numbers.
    package static func adapter(
        _ model: ModelDescription, rank: Int, invocation: [Int32]? = nil, most: Float
    ) -> Adapter {
        let shape = AdapterShape(
            rank: rank, alpha: Float(2 * rank), matrices: AdaptedMatrix.allCases, layers: Array(0..<model.layers),
            invocation: invocation)
        let adapter = Adapter(shape: shape, factors: .adapter(shape, for: model, seed: 3))
        for entry in adapter.factors.entries {
            guard case .factorB = entry.key else { continue }
            adapter.factors.set(entry.key, to: entry.range.map { (Float(($0 * 7919) % 1000) / 500 - 1) * most })
        }
        return adapter
    }

    /// Serves weights over a vocabulary of bytes.
    ///
    /// - Parameter element: of the cache; nil: what goes with the weights.
    package static func engine(_ weights: Qwen2Weights, cache element: KVCacheShape.Element? = nil) throws -> Engine {
        let model = weights.description
        let tokenizer = try Tokenizer(.bytes(vocabularySize: model.vocabularySize))
        let shape = try weights.cacheShape(element: element)
        var configuration = EngineConfiguration(kvBlocks: 128)
        configuration.blockSize = shape.blockSize
        let cache = Handover(value: try KVCache(shape: shape, blocks: configuration.kvBlocks))
        return try Engine(
            modelName: model.name, tokenizer: tokenizer, vocabulary: GrammarVocabulary(tokenizer),
            contextLength: model.contextLength, configuration: configuration
        ) { Qwen2Decoder(weights: weights, cache: cache.value, on: pool) }
    }

    /// Given to the engine's thread, which alone uses it from then on.
    private struct Handover: @unchecked Sendable {
        let value: KVCache
    }
}
