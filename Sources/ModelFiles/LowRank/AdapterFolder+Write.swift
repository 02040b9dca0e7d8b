import Documents
import Foundation
import OrderedCollections

extension AdapterFolder {
    /// The weights first: where the configuration stands, they are whole.
    ///
    /// - Parameters:
    ///   - base: name or path of the model that the adapter belongs to.
    ///   - isShort: numbers of 16 bits (bf16), half the size.
    /// - Throws: what the file system says.
    package func write(_ adapter: LowRankAdapter, base: String, isShort: Bool = false) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let shape = adapter.shape
        var entries: [SafetensorsWriter.Entry] = []
        for layer in shape.layers {
            for matrix in shape.matrices {
                for factor in LowRankAdapter.Factor.allCases {
                    guard let numbers = adapter[factor, matrix, layer] else { continue }
                    let other = numbers.count / shape.rank
                    entries.append(
                        .init(
                            name: matrix.tensor(factor, ofLayer: layer), type: isShort ? .bf16 : .f32,
                            shape: factor == .a ? [shape.rank, other] : [other, shape.rank]
                        ) { numbers })
                }
            }
        }
        try SafetensorsWriter(entries).write(to: weightsPath)
        try DurableFile.write(Self.config(shape, base: base).text(.spaced) + "\n", to: configPath)
    }

    private static func config(_ shape: AdapterShape, base: String) -> JSONValue {
        [
            "peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": .string(base),
            "r": .integer(shape.rank),
            "lora_alpha": Float(Int(shape.alpha)) == shape.alpha
                ? .integer(Int(shape.alpha)) : .number(Double(shape.alpha)),
            "lora_dropout": .number(0), "bias": "none", "fan_in_fan_out": false, "use_rslora": false, "use_dora": false,
            "target_modules": .array(shape.matrices.map { .string($0.rawValue) }),
            "layers_to_transform": .array(shape.layers.map { .integer($0) }), "layers_pattern": "layers",
            "alora_invocation_tokens": shape.invocation.map { .array($0.map { .integer(Int($0)) }) } ?? .null,
            "modules_to_save": .null, "inference_mode": true,
        ]
    }
}
