import Documents

/// `config.json` of a Hugging Face folder as a description.
enum HuggingFaceConfig {
    static func description(_ config: JSONFile, name: String) throws(ModelFileError) -> UndecidedDescription {
        guard let type = try config.optionalString("model_type") else {
            throw .damaged(path: config.path, .missing(key: "model_type"))
        }
        guard let architecture = ModelDescription.Architecture(rawValue: type) else {
            throw .unsupported(path: config.path, what: "the architecture is '\(type)'")
        }
        try refuseUnsupported(config)
        let heads = try config.int("num_attention_heads")
        let kvHeads = try config.optionalInt("num_key_value_heads") ?? heads
        let ropeBase = try config.first(["rope_theta", "rope_parameters.rope_theta"], JSONFile.optionalFloat)
        let known = ModelDescription(
            name: name, architecture: architecture, layers: try config.int("num_hidden_layers"),
            hiddenSize: try config.int("hidden_size"), intermediateSize: try config.int("intermediate_size"),
            heads: heads, kvHeads: kvHeads, headSize: 0, vocabularySize: 0,
            contextLength: try config.int("max_position_embeddings"), ropeBase: ropeBase ?? 10_000,
            rmsEpsilon: try config.optionalFloat("rms_norm_eps") ?? 1e-6, hasQKVBias: false, tiesEmbeddings: false,
            rotaryPairing: .halves)
        // What transformers takes where a qwen3 configuration does not say it.
        let usual = architecture == .qwen3 ? 128 : nil
        return UndecidedDescription(
            known: known, headSize: try config.optionalInt("head_dim") ?? usual,
            vocabularySize: try config.int("vocab_size"),
            tiesEmbeddings: try config.optionalBool("tie_word_embeddings"))
    }

    /// Settings that change what the model computes, in ways the decoder does not know.
    private static func refuseUnsupported(_ config: JSONFile) throws(ModelFileError) {
        // transformers 5 writes rope_parameters, older ones rope_scaling; type was once the name of rope_type.
        for key in ["rope_scaling", "rope_parameters"] {
            let type = try config.first(["\(key).rope_type", "\(key).type"], JSONFile.optionalString)
            if let scaling = config[key], (type ?? "") != "default", key == "rope_scaling" || type != nil {
                throw .unsupported(path: config.path, what: "rope scaling \(scaling.text(.spaced).prefix(200))")
            }
        }
        if try config.optionalBool("use_sliding_window") == true {
            throw .unsupported(path: config.path, what: "attention through a sliding window")
        }
        if let activation = try config.optionalString("hidden_act"), activation != "silu" {
            throw .unsupported(path: config.path, what: "the activation '\(activation)'")
        }
        if let factor = try config.optionalFloat("partial_rotary_factor"), factor != 1 {
            throw .unsupported(path: config.path, what: "partial_rotary_factor is \(factor)")
        }
    }
}
