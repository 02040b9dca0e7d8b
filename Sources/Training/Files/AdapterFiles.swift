import OrderedCollections
import Foundation
import ModelFiles
import Documents

/// An adapter as PEFT keeps it: a folder with `adapter_config.json` and `adapter_model.safetensors`.
public enum AdapterFiles {
    package static let configName = "adapter_config.json"
    package static let weightsName = "adapter_model.safetensors"

    /// Whether a finished adapter lies in the folder.
    public static func exist(in folder: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(folder)/\(configName)")
    }

    /// The weights first: where the configuration stands, they are whole.
    ///
    /// - Parameter base: name or path of the model that the adapter belongs to.
    public static func write(_ adapter: Adapter, base: String, to folder: String) throws(TrainingError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let factors = adapter.factors
            try SafetensorsWriter(
                factors.entries.map { entry in
                    .init(name: "\(entry.key)", type: .f32, shape: entry.shape) { factors.values(entry.key) ?? [] }
                }
            ).write(to: "\(folder)/\(weightsName)")
            try DurableFile.write(config(adapter.shape, base: base).text(.spaced) + "\n", to: "\(folder)/\(configName)")
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
        let config = try readConfig("\(folder)/\(configName)")
        let path = "\(folder)/\(weightsName)"
        let tensors: [Tensor]
        do {
            tensors = try Safetensors.tensors(of: try MappedFile(path: path))
        } catch {
            throw .adapter(path: path, reason: "\(error)")
        }
        let shape = try self.shape(tensors, config, path: path)
        do {
            try shape.check(for: model)
        } catch {
            throw .adapter(path: folder, reason: "\(error)")
        }
        let factors = ParameterArena(shape.factors(in: model))
        let byName = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for entry in factors.entries {
            guard let tensor = byName["\(entry.key)"] else {
                throw .adapter(path: path, reason: "\(entry.key) is missing")
            }
            guard tensor.shape == entry.shape else {
                throw .adapter(path: path, reason: "\(entry.key) is \(tensor.shape), not \(entry.shape)")
            }
            let numbers = tensor.dequantized()
            guard numbers.allSatisfy(\.isFinite) else {
                throw .adapter(path: path, reason: "\(entry.key) has a value that is no number")
            }
            factors.set(entry.key, to: numbers)
        }
        return Adapter(shape: shape, factors: factors)
    }

    private struct Config {
        let rank: Int, alpha: Float
        let invocation: [Int32]?
    }

    private static func readConfig(_ path: String) throws(TrainingError) -> Config {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .adapter(path: path, reason: "there is no such file")
        }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: data)
        } catch {
            throw .adapter(path: path, reason: "\(error)")
        }
        guard value["peft_type"]?.stringValue == "LORA" else {
            throw .adapter(path: path, reason: "peft_type is \(value["peft_type"]?.text() ?? "missing"), not LORA")
        }
        for key in ["use_dora", "fan_in_fan_out", "lora_bias"] where value[key]?.boolValue == true {
            throw .adapter(path: path, reason: "\(key) is not supported")
        }
        for key in ["modules_to_save", "rank_pattern", "alpha_pattern", "trainable_token_indices", "target_parameters"]
        {
            let isEmpty = value[key].map {
                $0.isNull || $0.arrayValue?.isEmpty == true || $0.objectValue?.isEmpty == true
            }
            if isEmpty == false { throw .adapter(path: path, reason: "\(key) is not supported") }
        }
        if let bias = value["bias"]?.stringValue, bias != "none" {
            throw .adapter(path: path, reason: "bias \"\(bias)\" is not supported")
        }
        guard let rank = value["r"]?.intValue, (1...1024).contains(rank) else {
            throw .adapter(path: path, reason: "r is \(value["r"]?.text() ?? "missing"), not a number in 1...1024")
        }
        guard let alpha = value["lora_alpha"]?.doubleValue, alpha.isFinite, alpha > 0 else {
            throw .adapter(
                path: path, reason: "lora_alpha is \(value["lora_alpha"]?.text() ?? "missing"), not a number above 0")
        }
        // Rank-stabilised LoRA divides by the root of the rank (arXiv 2312.03732).
        let isStabilised = value["use_rslora"]?.boolValue == true
        return Config(
            rank: rank, alpha: Float(alpha) * (isStabilised ? Float(rank).squareRoot() : 1),
            invocation: try invocation(value["alora_invocation_tokens"], path: path))
    }

    private static func invocation(_ value: JSONValue?, path: String) throws(TrainingError) -> [Int32]? {
        guard let value, !value.isNull else { return nil }
        let ids = (value.arrayValue ?? []).map { $0.intValue.flatMap(Int32.init(exactly:)) }
        guard !ids.isEmpty, !ids.contains(nil) else {
            throw .adapter(path: path, reason: "alora_invocation_tokens is no list of token ids")
        }
        return ids.compactMap { $0 }
    }

    /// Layers and matrices are what the file has: its configuration may name them by patterns.
    private static func shape(
        _ tensors: [Tensor], _ config: Config, path: String
    ) throws(TrainingError) -> AdapterShape {
        var matrices: Set<AdaptedMatrix> = [], layers: Set<Int> = []
        for tensor in tensors {
            guard let (matrix, layer) = place(tensor.name) else {
                throw .adapter(path: path, reason: "there is no place for \(tensor.name) in this model")
            }
            matrices.insert(matrix)
            layers.insert(layer)
        }
        guard !matrices.isEmpty else { throw .adapter(path: path, reason: "there are no tensors in it") }
        return AdapterShape(
            rank: config.rank, alpha: config.alpha, matrices: Array(matrices), layers: Array(layers),
            invocation: config.invocation)
    }

    /// `base_model.model.model.layers.3.mlp.up_proj.lora_A.weight` is of `up` in layer 3.
    private static func place(_ name: String) -> (AdaptedMatrix, Int)? {
        let parts = name.split(separator: ".")
        guard let at = parts.firstIndex(of: "layers"), parts.count > at + 3, let layer = Int(parts[at + 1]),
            layer >= 0, let matrix = AdaptedMatrix(rawValue: String(parts[at + 3])),
            name == "\(ParameterKey.factorA(matrix, layer))" || name == "\(ParameterKey.factorB(matrix, layer))"
        else { return nil }
        return (matrix, layer)
    }
}
