/// A BERT encoder's sizes and constants (arXiv 1810.04805).
public struct BertDescription: Sendable, Hashable {
    /// How the states of a text's tokens become one vector.
    public enum Pooling: String, Sendable, CaseIterable {
        /// The mean over all tokens, [CLS] and [SEP] included.
        case mean
        /// The state of the first token.
        case cls
    }

    /// The name of the folder.
    public var name: String
    public var layers: Int, hiddenSize: Int, intermediateSize: Int, heads: Int
    public var vocabularySize: Int, positions: Int, tokenTypes: Int
    public var normEpsilon: Float
    public var pooling: Pooling
    /// Vectors get length 1.
    public var normalizes: Bool
    /// Longer texts are cut to so many tokens, [CLS] and [SEP] included.
    public var maximumTokens: Int

    /// Sizes and constants of an encoder; nothing is checked here.
    public init(
        name: String, layers: Int, hiddenSize: Int, intermediateSize: Int, heads: Int, vocabularySize: Int,
        positions: Int = 512, tokenTypes: Int = 2, normEpsilon: Float = 1e-12, pooling: Pooling = .mean,
        normalizes: Bool = true, maximumTokens: Int = 512
    ) {
        (self.name, self.layers, self.hiddenSize, self.intermediateSize) = (name, layers, hiddenSize, intermediateSize)
        (self.heads, self.vocabularySize, self.positions, self.tokenTypes) = (
            heads, vocabularySize, positions, tokenTypes
        )
        (self.normEpsilon, self.pooling, self.normalizes) = (normEpsilon, pooling, normalizes)
        self.maximumTokens = min(maximumTokens, positions)
    }

    /// Width of one attention head.
    public var headSize: Int { hiddenSize / max(1, heads) }

    /// The shape `tensor` must have: `[outputs, inputs]` of a linear layer, `[width]` of a norm or bias.
    public func shape(of tensor: BertTensorName) -> [Int] {
        switch tensor {
        case .wordEmbedding: [vocabularySize, hiddenSize]
        case .positionEmbedding: [positions, hiddenSize]
        case .typeEmbedding: [tokenTypes, hiddenSize]
        case .embeddingNorm: [hiddenSize]
        case .layer(_, let part, .weight):
            switch part {
            case .query, .key, .value, .attentionOutput: [hiddenSize, hiddenSize]
            case .inner: [intermediateSize, hiddenSize]
            case .output: [hiddenSize, intermediateSize]
            case .attentionNorm, .outputNorm: [hiddenSize]
            }
        case .layer(_, let part, .bias): [part == .inner ? intermediateSize : hiddenSize]
        }
    }

    /// - Returns: what is wrong with the sizes, nil if nothing is.
    var fault: String? {
        let sizes = [
            ("layers", layers), ("hidden size", hiddenSize), ("intermediate size", intermediateSize),
            ("heads", heads), ("vocabulary", vocabularySize), ("positions", positions), ("token types", tokenTypes),
        ]
        for (what, size) in sizes where size < 1 || size > ModelDescription.largestSize {
            return "\(what) is \(size), not in 1...\(ModelDescription.largestSize)"
        }
        if hiddenSize % heads != 0 { return "hidden size \(hiddenSize) is no multiple of \(heads) heads" }
        if headSize % 16 != 0 { return "head size \(headSize) is no multiple of 16" }
        if !(normEpsilon.isFinite && normEpsilon >= 0) { return "layer_norm_eps \(normEpsilon) is not a number from 0" }
        if maximumTokens < 3 { return "texts of \(maximumTokens) tokens have no room between [CLS] and [SEP]" }
        return nil
    }
}

/// The tensors of a BERT encoder; the pooler and the heads of its training are not among them.
public enum BertTensorName: Hashable, Sendable {
    /// The tensors of a layer by what they belong to.
    public enum Part: String, Sendable, CaseIterable {
        case query = "attention.self.query"
        case key = "attention.self.key"
        case value = "attention.self.value"
        case attentionOutput = "attention.output.dense"
        case attentionNorm = "attention.output.LayerNorm"
        case inner = "intermediate.dense"
        case output = "output.dense"
        case outputNorm = "output.LayerNorm"
    }

    /// Matrix or vector of a part.
    public enum Kind: String, Sendable, CaseIterable { case weight, bias }

    case wordEmbedding, positionEmbedding, typeEmbedding
    case embeddingNorm(Kind)
    case layer(Int, Part, Kind)

    /// The name in Hugging Face files, without the prefix `bert.` that models with a head have.
    public var text: String {
        switch self {
        case .wordEmbedding: "embeddings.word_embeddings.weight"
        case .positionEmbedding: "embeddings.position_embeddings.weight"
        case .typeEmbedding: "embeddings.token_type_embeddings.weight"
        case .embeddingNorm(let kind): "embeddings.LayerNorm.\(kind.rawValue)"
        case .layer(let index, let part, let kind): "encoder.layer.\(index).\(part.rawValue).\(kind.rawValue)"
        }
    }

    static let embeddings: [BertTensorName] = [
        .wordEmbedding, .positionEmbedding, .typeEmbedding, .embeddingNorm(.weight), .embeddingNorm(.bias),
    ]

    /// All tensors of a layer, in the order in which they are checked.
    package static func names(ofLayer layer: Int) -> [BertTensorName] {
        Part.allCases.flatMap { part in Kind.allCases.map { .layer(layer, part, $0) } }
    }
}
