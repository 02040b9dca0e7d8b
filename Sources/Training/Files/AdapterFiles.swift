import OrderedCollections
import Foundation
import ModelFiles
import Documents

/// An adapter as PEFT keeps it: a folder with `adapter_config.json` and `adapter_model.safetensors`.
public enum AdapterFiles {
    /// Whether a finished adapter lies in the folder.
    public static func exist(in folder: String) -> Bool { AdapterFolder(folder).exists }

    /// The weights first: where the configuration stands, they are whole.
    ///
    /// - Parameters:
    ///   - base: name or path of the model that the adapter belongs to.
    ///   - isShort: numbers of 16 bits (bf16), half the size.
    public static func write(
        _ adapter: Adapter, base: String, isShort: Bool = false, to folder: String
    ) throws(TrainingError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let factors = adapter.factors
            try SafetensorsWriter(
                factors.entries.map { entry in
                    .init(name: "\(entry.key)", type: isShort ? .bf16 : .f32, shape: entry.shape) {
                        factors.values(entry.key) ?? []
                    }
                }
            ).write(to: AdapterFolder(folder).weightsPath)
            try DurableFile.write(
                config(adapter.shape, base: base).text(.spaced) + "\n", to: AdapterFolder(folder).configPath)
        } catch {
            throw .cannotWrite(path: folder, reason: "\(error)")
        }
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

    /// - Throws: `.adapter` for what is no adapter, belongs to a model of other shapes, or holds a number that is none.
    public static func read(_ folder: String, for model: ModelDescription) throws(TrainingError) -> Adapter {
        let adapter: LowRankAdapter
        do {
            adapter = try AdapterFolder(folder).read(for: model)
        } catch {
            throw .adapter(path: error.path, reason: error.reason)
        }
        let factors = ParameterArena(adapter.shape.factors(in: model))
        for layer in adapter.shape.layers {
            for matrix in adapter.shape.matrices {
                factors.set(.factorA(matrix, layer), to: adapter[.a, matrix, layer] ?? [])
                factors.set(.factorB(matrix, layer), to: adapter[.b, matrix, layer] ?? [])
            }
        }
        return Adapter(shape: adapter.shape, factors: factors)
    }
}
