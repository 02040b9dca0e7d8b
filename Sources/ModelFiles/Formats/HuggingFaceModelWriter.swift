import OrderedCollections
import Foundation
import Documents

/// Writes a model as a Hugging Face folder: weights in bf16, configuration, tokenizer. `HuggingFaceFolder` reads it, and
/// transformers does.
package struct HuggingFaceModelWriter {
    private let model: ModelDescription
    private let tokenizer: TokenizerDescription

    /// - Throws: `.unsupported` where Hugging Face files know no such model.
    package init(_ model: ModelDescription, _ tokenizer: TokenizerDescription) throws(ModelFileError) {
        guard model.rotaryPairing == .halves else {
            throw .unsupported(path: model.name, what: "heads are permuted, as llama GGUF files have them")
        }
        (self.model, self.tokenizer) = (model, tokenizer)
    }

    /// The configuration last: where it stands, the rest is whole.
    ///
    /// - Parameter numbers: of each of the model's tensors, row-major, in f32.
    package func write(to folder: String, numbers: @escaping (TensorName) throws -> [Float]) throws {
        try write(to: folder, entries: model.tensorNames.map { name in entry(name) { try numbers(name) } })
    }

    /// A tensor in bf16.
    package func entry(_ name: TensorName, numbers: @escaping () throws -> [Float]) -> SafetensorsWriter.Entry {
        SafetensorsWriter.Entry(name: name.huggingFace, type: .bf16, shape: model.shape(of: name), numbers: numbers)
    }

    /// - Parameters:
    ///   - entries: all of the model's tensors, or what stands for them.
    ///   - quantization: `quantization_config`.
    package func write(
        to folder: String, entries: [SafetensorsWriter.Entry], quantization: JSONValue? = nil
    ) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try SafetensorsWriter(entries).write(to: "\(folder)/model.safetensors")
        let writer = HuggingFaceTokenizerWriter(tokenizer)
        for (name, value) in [
            ("tokenizer.json", writer.tokenizer), ("tokenizer_config.json", writer.settings),
            ("generation_config.json", ends), ("config.json", configuration(quantization)),
        ] {
            try DurableFile.write(value.text(.spaced) + "\n", to: "\(folder)/\(name)")
        }
    }

    private var ends: JSONValue {
        var members: JSONObject = ["eos_token_id": .array(tokenizer.endOfText.map { .integer(Int($0)) })]
        members["bos_token_id"] = tokenizer.beginOfText.map { .integer(Int($0)) }
        return .object(members)
    }

    private func configuration(_ quantization: JSONValue?) -> JSONValue {
        var members: JSONObject = [
            "architectures": [.string(Self.className(model.architecture))],
            "model_type": .string(model.architecture.rawValue),
            "hidden_size": .integer(model.hiddenSize), "intermediate_size": .integer(model.intermediateSize),
            "num_hidden_layers": .integer(model.layers), "num_attention_heads": .integer(model.heads),
            "num_key_value_heads": .integer(model.kvHeads), "head_dim": .integer(model.headSize),
            "hidden_act": "silu", "vocab_size": .integer(model.vocabularySize),
            "max_position_embeddings": .integer(model.contextLength), "rms_norm_eps": Self.number(model.rmsEpsilon),
            "rope_theta": Self.number(model.ropeBase), "tie_word_embeddings": .bool(model.tiesEmbeddings),
            "torch_dtype": "bfloat16", "use_cache": true,
        ]
        // A qwen2 has biases, and no key that says so.
        if model.architecture != .llama { members["use_sliding_window"] = false }
        if model.architecture != .qwen2 { members["attention_bias"] = .bool(model.hasQKVBias) }
        members["eos_token_id"] = tokenizer.endOfText.first.map { .integer(Int($0)) }
        members["bos_token_id"] = tokenizer.beginOfText.map { .integer(Int($0)) }
        members["quantization_config"] = quantization
        return .object(members)
    }

    private static func className(_ architecture: ModelDescription.Architecture) -> String {
        switch architecture {
        case .qwen2: "Qwen2ForCausalLM"
        case .qwen3: "Qwen3ForCausalLM"
        case .llama: "LlamaForCausalLM"
        }
    }

    /// As short as f32 needs it: 1e-06, not 9.999999974752427e-07.
    private static func number(_ value: Float) -> JSONValue { .number(Double("\(value)") ?? Double(value)) }
}
