import Kernels
import ModelFiles
import Models
import Tokenization

/// How a decoder is used as an encoder.
public struct DecoderRecipe: Sendable, Hashable {
    /// A token sees those up to itself, as the language model was trained; GTE-Qwen2 was trained to see all.
    public var isCausal = true
    /// What comes before queries as `Instruct: …\nQuery: …`; nil: nothing.
    public var instruction: String?
    /// An end-of-text token behind each text.
    public var appendsEnd = true
    /// Longer texts are cut.
    public var maximumTokens = 2048

    public init() {}
}

extension Embedder {
    /// An embedder of the model at `path`: a folder with a BERT encoder, else a decoder.
    ///
    /// - Parameters:
    ///   - threads: that work on a batch; a pool of its own, asleep when nothing is asked.
    ///   - recipe: used for a decoder only.
    public static func load(
        path: String, name: String? = nil, format: EncoderFormat, threads: Int, recipe: DecoderRecipe = DecoderRecipe(),
        configuration: EmbedderConfiguration = EmbedderConfiguration()
    ) throws -> Embedder {
        let pool = WorkerPool(threads: threads)
        if BertFile.isBert(path: path) {
            return try load(BertFile.open(path: path), name, format, configuration, pool)
        }
        return try load(ModelFile.open(path: path), name, format, recipe, configuration, pool)
    }

    private static func load(
        _ file: BertFile, _ name: String?, _ format: EncoderFormat, _ configuration: EmbedderConfiguration,
        _ pool: WorkerPool
    ) throws -> Embedder {
        let weights = try BertWeights(file, format: format, on: pool)
        file.letGo(except: [.wordEmbedding])
        let (description, name) = (weights.description, name ?? weights.description.name)
        return Embedder(
            modelName: name,
            identity: "\(name) \(format.rawValue) \(description.pooling.rawValue) \(description.maximumTokens)",
            dimensions: description.hiddenSize, maximumTokens: description.maximumTokens,
            tokenizer: WordPieceSequences(try WordPiece(file.tokenizer)), configuration: configuration,
            makeEncoder: { BertEncoder(weights: weights, on: pool) })
    }

    private static func load(
        _ file: ModelFile, _ name: String?, _ format: EncoderFormat, _ recipe: DecoderRecipe,
        _ configuration: EmbedderConfiguration, _ pool: WorkerPool
    ) throws -> Embedder {
        let tokenizer = try Tokenizer(file.tokenizer)
        let weights = try Qwen2Weights(file, format: format == .f32 ? .f32 : .w8a8, on: pool)
        file.letGo(except: [.tokenEmbedding])
        let end = recipe.appendsEnd ? tokenizer.id(ofSpecial: "<|endoftext|>") ?? tokenizer.endTokens.first : nil
        let (name, limit) = (name ?? file.description.name, min(recipe.maximumTokens, file.description.contextLength))
        let way = recipe.isCausal ? "causal" : "bidirectional"
        return Embedder(
            modelName: name,
            identity:
                "\(name) \(format.rawValue) last \(way) \(limit) \(recipe.appendsEnd) \(recipe.instruction ?? "")",
            dimensions: file.description.hiddenSize, maximumTokens: limit,
            tokenizer: InstructedSequences(tokenizer, instruction: recipe.instruction, end: end),
            configuration: configuration,
            makeEncoder: { Qwen2Encoder(weights: weights, isCausal: recipe.isCausal, on: pool) })
    }
}
