import Documents

/// config.json of a BERT model and the files of sentence-transformers beside it, as a description.
enum BertConfig {
    static func description(_ config: JSONFile, folder: String) throws(ModelFileError) -> BertDescription {
        let type = try config.optionalString("model_type") ?? "unnamed"
        guard type == "bert" else { throw .unsupported(path: config.path, what: "an encoder of the type '\(type)'") }
        try refuseUnsupported(config)
        let positions = try config.int("max_position_embeddings")
        let pooling = try pooling(folder)
        return BertDescription(
            name: folder.lastPathComponent, layers: try config.int("num_hidden_layers"),
            hiddenSize: try config.int("hidden_size"), intermediateSize: try config.int("intermediate_size"),
            heads: try config.int("num_attention_heads"), vocabularySize: try config.int("vocab_size"),
            positions: positions, tokenTypes: try config.optionalInt("type_vocab_size") ?? 2,
            normEpsilon: try config.optionalFloat("layer_norm_eps") ?? 1e-12, pooling: pooling,
            normalizes: true, maximumTokens: try maximumTokens(folder) ?? positions)
    }

    /// Refuses what would be computed wrongly: other activations, position embeddings or poolings.
    private static func refuseUnsupported(_ config: JSONFile) throws(ModelFileError) {
        let activation = try config.optionalString("hidden_act") ?? "gelu"
        guard activation == "gelu" else {
            throw .unsupported(path: config.path, what: "a BERT encoder with the activation '\(activation)'")
        }
        let positions = try config.optionalString("position_embedding_type") ?? "absolute"
        guard positions == "absolute" else {
            throw .unsupported(path: config.path, what: "a BERT encoder with positions '\(positions)'")
        }
        if try config.optionalBool("is_decoder") == true {
            throw .unsupported(path: config.path, what: "BERT as a decoder")
        }
    }

    /// As sentence-transformers takes it: of the encoder's settings, else of the tokenizer's.
    private static func maximumTokens(_ folder: String) throws(ModelFileError) -> Int? {
        if let file = try JSONFile(optional: "sentence_bert_config.json", folder: folder),
            let length = try file.optionalInt("max_seq_length")
        {
            return length
        }
        let settings = try JSONFile(optional: "tokenizer_config.json", folder: folder)
        // Unlimited is written as 10^30.
        return settings?["model_max_length"]?.doubleValue.flatMap { $0 < 1e9 ? Int(exactly: $0) : nil }
    }

    /// The mean where the folder does not say.
    private static func pooling(_ folder: String) throws(ModelFileError) -> BertDescription.Pooling {
        guard let file = try JSONFile(optional: "1_Pooling/config.json", folder: folder) else { return .mean }
        let kinds: [(String, BertDescription.Pooling)] = [
            ("pooling_mode_mean_tokens", .mean), ("pooling_mode_cls_token", .cls),
        ]
        var chosen: [BertDescription.Pooling] = []
        for (key, pooling) in kinds where try file.optionalBool(key) == true { chosen.append(pooling) }
        for key in ["max_tokens", "mean_sqrt_len_tokens", "weightedmean_tokens", "lasttoken"]
        where try file.optionalBool("pooling_mode_" + key) == true {
            throw .unsupported(path: file.path, what: "pooling_mode_\(key)")
        }
        guard let pooling = chosen.first, chosen.count == 1 else {
            throw .unsupported(path: file.path, what: "pooling by \(chosen.count) ways at once")
        }
        return pooling
    }
}
