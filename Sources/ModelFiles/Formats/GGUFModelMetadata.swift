/// What a GGUF file says of a model and its tokenizer, with the keys of llama.cpp (`gguf-py/gguf/constants.py`).
/// `GGUFModel` reads it.
package struct GGUFModelMetadata {
    private let model: ModelDescription
    private let tokenizer: TokenizerDescription
    /// `LLAMA_FTYPE_…` of llama.h: what most tensors are of.
    private let fileType: UInt32

    package init(_ model: ModelDescription, _ tokenizer: TokenizerDescription, fileType: UInt32) {
        (self.model, self.tokenizer, self.fileType) = (model, tokenizer, fileType)
    }

    package var pairs: [(key: String, value: GGUFWriter.Value)] { ofFile + ofModel + ofTokenizer }

    private var ofFile: [(key: String, value: GGUFWriter.Value)] {
        [
            ("general.architecture", .string(model.architecture.rawValue)), ("general.type", .string("model")),
            ("general.name", .string(model.name)), ("general.file_type", .uint32(fileType)),
            ("general.quantization_version", .uint32(2)),
        ]
    }

    private var ofModel: [(key: String, value: GGUFWriter.Value)] {
        let sizes: [(String, Int)] = [
            ("block_count", model.layers), ("context_length", model.contextLength),
            ("embedding_length", model.hiddenSize), ("feed_forward_length", model.intermediateSize),
            ("attention.head_count", model.heads), ("attention.head_count_kv", model.kvHeads),
            ("attention.key_length", model.headSize), ("attention.value_length", model.headSize),
            ("rope.dimension_count", model.headSize), ("vocab_size", model.vocabularySize),
        ]
        let name = model.architecture.rawValue
        return sizes.map { ("\(name).\($0.0)", .uint32(UInt32(clamping: $0.1))) } + [
            ("\(name).rope.freq_base", .float(model.ropeBase)),
            ("\(name).attention.layer_norm_rms_epsilon", .float(model.rmsEpsilon)),
        ]
    }

    private var ofTokenizer: [(key: String, value: GGUFWriter.Value)] {
        var pairs: [(key: String, value: GGUFWriter.Value)] = [
            ("tokenizer.ggml.model", .string("gpt2")), ("tokenizer.ggml.pre", .string(preTokenizer)),
            ("tokenizer.ggml.tokens", .strings(tokens)), ("tokenizer.ggml.token_type", .int32s(kinds)),
            ("tokenizer.ggml.merges", .strings(tokenizer.merges.map { "\($0.0) \($0.1)" })),
            ("tokenizer.ggml.add_bos_token", .bool(tokenizer.addsBeginOfText)),
        ]
        // Readers know the usual ends by their names; another one must be said.
        let others = tokenizer.endOfText.dropFirst().filter { !TokenizerDescription.knownEnds.contains(text($0)) }
        let ids: [(String, Int32?)] = [
            ("bos", tokenizer.beginOfText), ("eos", tokenizer.endOfText.first), ("eot", others.first),
            ("eom", others.dropFirst().first), ("padding", tokenizer.specialTokens["<|endoftext|>"]),
        ]
        for (name, id) in ids {
            if let id { pairs.append(("tokenizer.ggml.\(name)_token_id", .uint32(UInt32(clamping: id)))) }
        }
        if let template = tokenizer.chatTemplate { pairs.append(("tokenizer.chat_template", .string(template))) }
        return pairs
    }

    private var preTokenizer: String {
        switch tokenizer.preTokenizer {
        case .qwen2: "qwen2"
        case .gpt2: "gpt-2"
        case .smollm: "smollm"
        }
    }

    private func text(_ id: Int32) -> String {
        tokenizer.tokens.indices.contains(Int(id)) ? tokenizer.tokens[Int(id)] : ""
    }

    /// Ids without a token have a name of their own, as llama.cpp's converter gives it.
    private var tokens: [String] {
        tokenizer.tokens.enumerated().map { $1.isEmpty ? "[PAD\($0)]" : $1 }
    }

    /// As llama.cpp's converter has it: what looks like a marker, and what begins or ends a text, is a control token; other
    /// added ones are texts.
    private var kinds: [Int32] {
        let marks = Set(tokenizer.endOfText + [tokenizer.beginOfText].compactMap { $0 })
        let special = Set(tokenizer.specialTokens.values)
        return tokenizer.tokens.enumerated().map { id, token in
            if token.isEmpty { return GGUFModel.Kind.unused }
            guard special.contains(Int32(clamping: id)) else { return GGUFModel.Kind.normal }
            let isControl = token.hasPrefix("<|") && token.hasSuffix("|>") || marks.contains(Int32(clamping: id))
            return isControl ? GGUFModel.Kind.control : GGUFModel.Kind.userDefined
        }
    }
}
