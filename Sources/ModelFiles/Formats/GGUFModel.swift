/// A GGUF file as a model: its metadata as one description.
enum GGUFModel {
    /// Opens one GGUF file as a model.
    static func open(path: String) throws(ModelFileError) -> ModelFile {
        let file = try MappedFile(path: path)
        let gguf = try GGUFFile(file: file)
        let undecided = try description(gguf.metadata)
        return try ModelFile(
            path: path, sizeInBytes: file.bytes.count, tensors: gguf.tensors, style: .gguf, undecided: undecided,
            tokenizer: try tokenizer(gguf.metadata))
    }

    private static func description(_ metadata: GGUFMetadata) throws(ModelFileError) -> UndecidedDescription {
        let path = metadata.file.path
        let name = try metadata.string("general.architecture")
        guard let architecture = ModelDescription.Architecture(rawValue: name) else {
            throw .unsupported(path: path, what: "the architecture is '\(name)'")
        }
        try refuseUnsupported(metadata, architecture: name)
        let heads = try metadata.int("\(name).attention.head_count")
        let kvHeads = try metadata.optionalInt("\(name).attention.head_count_kv") ?? heads
        guard let epsilon = try metadata.optionalFloat("\(name).attention.layer_norm_rms_epsilon") else {
            throw .damaged(path: path, .missing(key: "\(name).attention.layer_norm_rms_epsilon"))
        }
        let known = ModelDescription(
            name: try metadata.optionalString("general.name") ?? path.lastPathComponent,
            architecture: architecture, layers: try metadata.int("\(name).block_count"),
            hiddenSize: try metadata.int("\(name).embedding_length"),
            intermediateSize: try metadata.int("\(name).feed_forward_length"), heads: heads,
            kvHeads: kvHeads, headSize: 0, vocabularySize: 0,
            contextLength: try metadata.int("\(name).context_length"),
            ropeBase: try metadata.optionalFloat("\(name).rope.freq_base") ?? 10_000, rmsEpsilon: epsilon,
            hasQKVBias: false, tiesEmbeddings: false,
            rotaryPairing: architecture == .llama ? .adjacent : .halves)
        return UndecidedDescription(
            known: known, headSize: try headSize(metadata, known: known),
            vocabularySize: try metadata.optionalInt("\(name).vocab_size"), tiesEmbeddings: nil)
    }

    /// Keys that change what the model computes, in ways the decoder does not know.
    private static func refuseUnsupported(
        _ metadata: GGUFMetadata, architecture name: String
    ) throws(ModelFileError) {
        let path = metadata.file.path
        if let scaling = try metadata.optionalString("\(name).rope.scaling.type"), scaling != "none" {
            throw .unsupported(path: path, what: "rope scaling '\(scaling)'")
        }
        for key in ["\(name).rope.scaling.factor", "\(name).rope.scale_linear"] {
            if let factor = try metadata.optionalFloat(key), factor != 1, factor != 0 {
                throw .unsupported(path: path, what: "\(key) is \(factor)")
            }
        }
        for key in ["\(name).expert_count", "\(name).attention.sliding_window"] {
            if let count = try metadata.optionalInt(key), count != 0 {
                throw .unsupported(path: path, what: "\(key) is \(count)")
            }
        }
    }

    /// Width of one attention head: the key's length where the file says it, else hidden size by heads.
    private static func headSize(
        _ metadata: GGUFMetadata, known: ModelDescription
    ) throws(ModelFileError) -> Int? {
        let (path, name) = (metadata.file.path, known.architecture.rawValue)
        let key = try metadata.optionalInt("\(name).attention.key_length")
        if let value = try metadata.optionalInt("\(name).attention.value_length"),
            value != key ?? (known.heads > 0 ? known.hiddenSize / known.heads : 0)
        {
            throw .unsupported(path: path, what: "heads have values of another size than keys")
        }
        if let rotated = try metadata.optionalInt("\(name).rope.dimension_count"),
            rotated != key ?? (known.heads > 0 ? known.hiddenSize / known.heads : 0)
        {
            throw .unsupported(path: path, what: "only \(rotated) numbers of a head are rotated")
        }
        return key
    }

    /// Kinds of tokens in `tokenizer.ggml.token_type`.
    enum Kind { static let normal: Int32 = 1, control: Int32 = 3, userDefined: Int32 = 4, unused: Int32 = 5 }

    /// Vocabulary, merges and special tokens of the file.
    private static func tokenizer(_ metadata: GGUFMetadata) throws(ModelFileError) -> TokenizerDescription {
        let path = metadata.file.path
        let model = try metadata.string("tokenizer.ggml.model")
        guard model == "gpt2" else { throw .unsupported(path: path, what: "the tokenizer is '\(model)'") }
        let pre = try preTokenizer(try metadata.optionalString("tokenizer.ggml.pre") ?? "gpt-2", path: path)
        var tokens = try metadata.strings("tokenizer.ggml.tokens")
        var special: [String: Int32] = [:]
        if let kinds = try metadata.optionalInt32s("tokenizer.ggml.token_type") {
            guard kinds.count == tokens.count else {
                throw .damaged(
                    path: path,
                    .count(what: "token types", value: UInt64(kinds.count), limit: tokens.count))
            }
            for (id, kind) in kinds.enumerated() {
                switch kind {
                case Kind.control, Kind.userDefined:
                    if !tokens[id].isEmpty, special[tokens[id]] == nil { special[tokens[id]] = Int32(clamping: id) }
                case Kind.unused: tokens[id] = ""
                default: break
                }
            }
        }
        var ends: [Int32] = []
        for key in ["eos", "eot", "eom"] {
            if let end = try id("tokenizer.ggml.\(key)_token_id", metadata) { ends.append(end) }
        }
        return TokenizerDescription(
            tokens: tokens, merges: try metadata.pairs("tokenizer.ggml.merges"), specialTokens: special,
            preTokenizer: pre, normalizesNFC: pre == .qwen2,
            chatTemplate: try metadata.optionalString("tokenizer.chat_template"),
            beginOfText: try id("tokenizer.ggml.bos_token_id", metadata),
            addsBeginOfText: try metadata.optionalBool("tokenizer.ggml.add_bos_token") ?? false,
            endOfText: TokenizerDescription.ends(declared: ends, specialTokens: special))
    }

    /// The pre-tokeniser that the file names; an unknown one is an error, since tokens would differ.
    private static func preTokenizer(
        _ name: String, path: String
    ) throws(ModelFileError) -> TokenizerDescription.PreTokenizer {
        switch name {
        case "qwen2": return .qwen2
        case "smollm": return .smollm
        case "gpt-2", "gpt2": return .gpt2
        default: throw .unsupported(path: path, what: "the pre-tokenizer is '\(name)'")
        }
    }

    /// A token id of the metadata; nil: the key is absent.
    private static func id(_ key: String, _ metadata: GGUFMetadata) throws(ModelFileError) -> Int32? {
        guard let id = try metadata.optionalInt(key) else { return nil }
        guard let id = Int32(exactly: id) else {
            throw .damaged(path: metadata.file.path, .value(key: key, reason: "\(id) is no token id"))
        }
        return id
    }
}

extension String {
    /// What stands behind the last slash.
    var lastPathComponent: String { split(separator: "/").last.map(String.init) ?? self }
}
