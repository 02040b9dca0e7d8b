/// A decoder's sizes and constants, whatever file they came from.
public struct ModelDescription: Sendable, Hashable {
    /// Decoders whose forward pass is known.
    public enum Architecture: String, Sendable, CaseIterable { case qwen2, qwen3, llama }

    /// Which two numbers of a head the rotary embedding turns together (arXiv 2104.09864).
    public enum RotaryPairing: Sendable {
        /// `x[i]` with `x[i + headSize / 2]`: Hugging Face files, qwen2 and qwen3 GGUF.
        case halves
        /// `x[2i]` with `x[2i + 1]`: llama GGUF, whose query and key rows are stored permuted.
        case adjacent
    }

    /// `general.name` of a GGUF, else the name of the folder.
    public var name: String
    public var architecture: Architecture
    public var layers: Int, hiddenSize: Int, intermediateSize: Int
    /// Query heads; a multiple of `kvHeads`.
    public var heads: Int, kvHeads: Int
    /// Width of one head; even. `heads * headSize` need not be the hidden size.
    public var headSize: Int
    /// Rows of the token embedding; the tokenizer may know fewer tokens.
    public var vocabularySize: Int
    /// Positions that the model was trained for.
    public var contextLength: Int
    public var ropeBase: Float, rmsEpsilon: Float
    public var hasQKVBias: Bool
    /// Each head of queries and of keys is RMS-normalised before it is turned, as in Qwen3 (arXiv 2505.09388, 2).
    public var hasHeadNorms: Bool
    /// The output matrix is the token embedding.
    public var tiesEmbeddings: Bool
    public var rotaryPairing: RotaryPairing

    /// Sizes and constants of a decoder; nothing is checked here.
    public init(
        name: String, architecture: Architecture, layers: Int, hiddenSize: Int, intermediateSize: Int, heads: Int,
        kvHeads: Int, headSize: Int, vocabularySize: Int, contextLength: Int, ropeBase: Float, rmsEpsilon: Float,
        hasQKVBias: Bool, tiesEmbeddings: Bool, rotaryPairing: RotaryPairing, hasHeadNorms: Bool = false
    ) {
        (self.name, self.architecture, self.layers, self.hiddenSize) = (name, architecture, layers, hiddenSize)
        (self.intermediateSize, self.heads, self.kvHeads, self.headSize) = (intermediateSize, heads, kvHeads, headSize)
        (self.vocabularySize, self.contextLength) = (vocabularySize, contextLength)
        (self.ropeBase, self.rmsEpsilon, self.hasQKVBias) = (ropeBase, rmsEpsilon, hasQKVBias)
        (self.tiesEmbeddings, self.rotaryPairing) = (tiesEmbeddings, rotaryPairing)
        self.hasHeadNorms = hasHeadNorms
    }

    /// Every tensor the decoder reads, in the order of the forward pass.
    public var tensorNames: [TensorName] {
        var names: [TensorName] = [.tokenEmbedding]
        for layer in 0..<layers { names += self.names(ofLayer: layer) }
        return names + [.outputNorm] + (tiesEmbeddings ? [] : [.output])
    }

    /// All tensors of a layer.
    package func names(ofLayer layer: Int) -> [TensorName] {
        [.attentionNorm(layer), .query(layer), .key(layer), .value(layer)]
            + (hasQKVBias ? [.queryBias(layer), .keyBias(layer), .valueBias(layer)] : [])
            + (hasHeadNorms ? [.queryNorm(layer), .keyNorm(layer)] : [])
            + [.attentionOutput(layer), .feedForwardNorm(layer), .gate(layer), .up(layer), .down(layer)]
    }

    /// The shape `name` must have here: `[outputs, inputs]` of a linear layer, `[width]` of a norm or bias.
    public func shape(of name: TensorName) -> [Int] {
        switch name {
        case .tokenEmbedding, .output: [vocabularySize, hiddenSize]
        case .outputNorm, .attentionNorm, .feedForwardNorm: [hiddenSize]
        case .query: [heads * headSize, hiddenSize]
        case .key, .value: [kvHeads * headSize, hiddenSize]
        case .queryBias: [heads * headSize]
        case .keyBias, .valueBias: [kvHeads * headSize]
        case .queryNorm, .keyNorm: [headSize]
        case .attentionOutput: [hiddenSize, heads * headSize]
        case .gate, .up: [intermediateSize, hiddenSize]
        case .down: [hiddenSize, intermediateSize]
        }
    }

    /// The largest value of any size here: products of two sizes stay far below 2^63.
    static let largestSize = 1 << 28

    /// - Returns: what is wrong with the sizes, nil if nothing is.
    var fault: String? {
        let sizes = [
            ("layers", layers), ("hidden size", hiddenSize), ("intermediate size", intermediateSize),
            ("heads", heads), ("key-value heads", kvHeads), ("head size", headSize),
            ("vocabulary", vocabularySize), ("context length", contextLength),
        ]
        for (what, size) in sizes where size < 1 || size > Self.largestSize {
            return "\(what) is \(size), not in 1...\(Self.largestSize)"
        }
        if heads % kvHeads != 0 { return "\(heads) heads are no multiple of \(kvHeads) key-value heads" }
        if headSize % 2 != 0 { return "head size \(headSize) is odd; rotary embeddings turn pairs" }
        if !(ropeBase.isFinite && ropeBase > 0) { return "rope base \(ropeBase) is not a positive number" }
        if !(rmsEpsilon.isFinite && rmsEpsilon >= 0) { return "RMSNorm epsilon \(rmsEpsilon) is not a number from 0" }
        return nil
    }
}
