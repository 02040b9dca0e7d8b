import Documents
import Foundation
import OrderedCollections

extension AdapterFolder {
    /// The weights first: where the configuration stands, they are whole.
    ///
    /// - Parameter base: name or path of the model that the adapter belongs to.
    /// - Throws: `AdapterNumbersError`, and what the file system says.
    package func write(_ adapter: LowRankAdapter, base: String, numbers: AdapterNumbers = .f32) throws {
        let powers = numbers == .f8 ? try FactorPowers(filling: adapter) : nil
        let stored = powers?.filling(adapter) ?? adapter, shape = stored.shape
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        var entries: [SafetensorsWriter.Entry] = []
        for (matrix, layer) in shape.modules {
            for factor in LowRankAdapter.Factor.allCases {
                guard let factors = stored[factor, matrix, layer] else { continue }
                let other = factors.count / shape.rank
                entries.append(
                    .init(
                        name: matrix.tensor(factor, ofLayer: layer), type: numbers.type,
                        shape: factor == .a ? [shape.rank, other] : [other, shape.rank]
                    ) { factors })
            }
        }
        var metadata: JSONObject = ["format": "pt"]
        metadata[FactorPowers.key] = powers.map { .string($0.text) }
        try SafetensorsWriter(entries, metadata: metadata).write(to: weightsPath)
        try DurableFile.write(Self.config(shape, base: base).text(.spaced) + "\n", to: configPath)
    }

    private static func config(_ shape: AdapterShape, base: String) -> JSONValue {
        [
            "peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": .string(base),
            "r": .integer(shape.rank),
            "lora_alpha": Int(exactly: shape.alpha).map { .integer($0) } ?? .number(Double(shape.alpha)),
            "lora_dropout": .number(0), "bias": "none", "fan_in_fan_out": false, "use_rslora": false, "use_dora": false,
            "target_modules": .array(shape.matrices.map { .string($0.rawValue) }),
            "layers_to_transform": .array(shape.layers.map { .integer($0) }), "layers_pattern": "layers",
            "alora_invocation_tokens": shape.invocation.map { .array($0.map { .integer(Int($0)) }) } ?? .null,
            "modules_to_save": .null, "inference_mode": true,
        ]
    }
}
