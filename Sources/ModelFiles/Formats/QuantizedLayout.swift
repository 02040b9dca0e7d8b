import Documents

/// How a Hugging Face folder keeps quantised weights: several tensors for one matrix.
package protocol QuantizedLayout: Sendable {
    /// The tensors with those of each quantised matrix put together as one.
    func joined(_ tensors: [Tensor], path: String) throws(ModelFileError) -> [Tensor]
    /// What weights of E4M3 are to be multiplied with; nil: there are none.
    var eightBitFloatInputs: EightBitFloatInputs? { get }
}

extension QuantizedLayout {
    package var eightBitFloatInputs: EightBitFloatInputs? { nil }
}

/// What weights of E4M3, floats of 8 bits, are multiplied with.
public enum EightBitFloatInputs: Sendable {
    /// Inputs as they are.
    case asTheyAre
    /// Inputs in E4M3, too, with a scale a token.
    case rounded
}

extension HuggingFaceConfig {
    /// The layout that config.json names; nil: weights are not quantised.
    static func quantization(_ config: JSONFile) throws(ModelFileError) -> (any QuantizedLayout)? {
        // Until 2024 the compressed-tensors library wrote compression_config.
        guard let quantization = config["quantization_config"] ?? config["compression_config"] else { return nil }
        switch quantization["quant_method"]?.stringValue {
        case "compressed-tensors": return try CompressedTensors(quantization, path: config.path)
        case "gptq": return try GPTQLayout(quantization, path: config.path)
        case let method:
            throw .unsupported(path: config.path, what: "the weights are quantised by \(method ?? "no method named")")
        }
    }
}

/// The parts of one quantised matrix, checked as they are asked for.
struct QuantizedParts {
    let path: String
    /// As `NAME.weight` has it without the last word.
    let module: String
    let byName: [String: Tensor]

    init(_ tensors: [String: Tensor], _ module: String, path: String) {
        (byName, self.module, self.path) = (tensors, module, path)
    }

    var weightName: String { module + ".weight" }

    func optional(_ part: String) -> Tensor? { byName["\(module).\(part)"] }

    /// - Throws: `.damaged` where it is missing.
    func tensor(_ part: String) throws(ModelFileError) -> Tensor {
        guard let tensor = optional(part) else { throw .damaged(path: path, .missingTensor("\(module).\(part)")) }
        return tensor
    }

    /// A matrix of whole numbers, or of floats of 8 bits.
    func matrix(_ part: String, _ type: TensorType) throws(ModelFileError) -> Tensor {
        let tensor = try tensor(part)
        guard tensor.type == type else {
            throw .damaged(path: path, .wrongType(key: "tensor \(tensor.name)", expected: "of type \(type.rawValue)"))
        }
        guard tensor.shape.count == 2 else { throw wrongShape(tensor, [tensor.rows, tensor.columns]) }
        return tensor
    }

    /// Scales in any shape that make finite weights of all numbers: integers less a zero are within 255, E4M3 within 448.
    func scales(_ part: String) throws(ModelFileError) -> Tensor {
        let tensor = try tensor(part)
        guard [.f32, .f16, .bf16].contains(tensor.type) else {
            throw .damaged(path: path, .wrongWeightType(tensor: tensor.name, type: tensor.type))
        }
        if let place = tensor.dequantized().firstIndex(where: { !($0 * 448).isFinite }) {
            throw .damaged(path: path, .notFinite(tensor: tensor.name, row: place / tensor.columns))
        }
        return tensor
    }

    /// The group of each column; nil: there is no such tensor.
    func groupOfColumn(_ part: String, columns: Int, groups: Int) throws(ModelFileError) -> [Int]? {
        guard let index = optional(part) else { return nil }
        guard index.type == .i32 || index.type == .i64, index.count == columns else {
            throw wrongShape(index, [columns])
        }
        let order = index.dequantized()
        guard order.allSatisfy({ $0 >= 0 && $0 < Float(groups) }) else {
            throw .damaged(path: path, .value(key: index.name, reason: "names a group beyond the \(groups) there are"))
        }
        return order.map { Int($0) }
    }

    func wrongShape(_ tensor: Tensor, _ expected: [Int]) -> ModelFileError {
        .damaged(path: path, .wrongShape(tensor: tensor.name, shape: tensor.shape, expected: expected))
    }
}
