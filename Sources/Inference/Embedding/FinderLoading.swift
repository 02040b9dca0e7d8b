import Digests
import Documents
import Kernels
import ModelFiles
import Models
import Tokenization

/// A model in memory that a finder makes vectors with.
public struct FinderBase: Sendable {
    public let name: String
    /// Tells its weights from others.
    public let stamp: String
    public let weights: Qwen2Weights
    public let tokenizer: Tokenizer

    public init(name: String, stamp: String, weights: Qwen2Weights, tokenizer: Tokenizer) {
        (self.name, self.stamp, self.weights, self.tokenizer) = (name, stamp, weights, tokenizer)
    }
}

/// Texts as a finder is taught them and asked for them: where the last state counts, as a decoder's are; for the mean of
/// states behind a line break, which gets the attention that no token wants and whose state is not counted.
public struct FinderSequences: EmbeddingTokenizer {
    private let tokenizer: Tokenizer
    private let pooling: StatePooling
    private let mark: [TokenID]
    private let instructed: InstructedSequences
    public let isFinder = true

    public init(_ tokenizer: Tokenizer, _ recipe: FinderRecipe) {
        (self.tokenizer, pooling) = (tokenizer, recipe.pooling)
        mark = Array(tokenizer.encode("\n").prefix(1))
        instructed = InstructedSequences(
            tokenizer, instruction: recipe.instruction.isEmpty ? nil : recipe.instruction,
            end: tokenizer.id(ofSpecial: "<|endoftext|>") ?? tokenizer.endTokens.first)
    }

    public var vocabularySize: Int { tokenizer.count }

    public func sequence(_ text: String, isQuery: Bool, limit: Int) -> [TokenID] {
        pooling == .last
            ? instructed.sequence(text, isQuery: isQuery, limit: limit)
            : mark + tokenizer.encode(text).prefix(max(0, limit - mark.count))
    }

    public func completed(_ tokens: [TokenID]) -> [TokenID] {
        guard pooling == .mean else { return instructed.completed(tokens) }
        return tokens.starts(with: mark) ? tokens : mark + tokens
    }
}

extension Embedder {
    /// An embedder of a model that serves already, with an adapter that `kinglet train retriever` made of it: the weights
    /// are the model's own, and only the adapter's factors are new.
    ///
    /// - Parameter threads: that work on a batch; a pool of its own, asleep when nothing is asked.
    /// - Throws: `LowRankAdapterError` for a folder that holds no finder, or one of a model of other shapes.
    public static func finder(
        _ folder: AdapterFolder, on base: FinderBase, threads: Int,
        configuration: EmbedderConfiguration = EmbedderConfiguration()
    ) throws(LowRankAdapterError) -> Embedder {
        let parts = try folder.parts(), model = base.weights.description
        let recipe = try FinderRecipe(card: parts.card, in: folder.path, for: model)
        let adapter = try parts.read(for: model), pool = WorkerPool(threads: threads)
        if adapter.shape.invocation != nil {
            throw .damaged(path: folder.configPath, reason: "a finder acts on the whole text; this one is activated")
        }
        let lora: LoRAWeights
        do {
            lora = try LoRAWeights(adapter, for: base.weights, on: pool)
        } catch {
            throw .foreign(path: folder.path, reason: "\(error)")
        }
        let part = EncoderPart(
            layers: recipe.layers, adapter: lora, width: recipe.dimensions, pooling: recipe.pooling)
        let weights = base.weights
        return Embedder(
            modelName: "\(base.name):\(folder.name)",
            identity: "\(base.stamp) \(weights.format) finder \(lora.fingerprint.text) \(recipe.json.text())",
            dimensions: recipe.dimensions, maximumTokens: recipe.maximumTokens,
            tokenizer: FinderSequences(base.tokenizer, recipe), configuration: configuration,
            makeEncoder: { Qwen2Encoder(weights: weights, isCausal: true, part: part, on: pool) })
    }
}
