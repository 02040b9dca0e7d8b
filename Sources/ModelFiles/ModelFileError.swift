/// Why a model cannot be opened.
public enum ModelFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The operating system's reason.
    case cannotRead(path: String, reason: String)
    case notAModel(path: String, reason: String)
    /// The file contradicts its format or itself.
    case damaged(path: String, Damage)
    /// Sound, but nothing this program can run.
    case unsupported(path: String, what: String)

    /// How a file is damaged.
    public enum Damage: Hashable, Sendable {
        /// `what` would end at byte `end`; the file, or the part that holds it, has `size`.
        case truncated(what: String, end: Int, size: Int)
        case count(what: String, value: UInt64, limit: Int)
        case key(String)
        case wrongType(key: String, expected: String)
        case missing(key: String)
        case value(key: String, reason: String)
        case notText(what: String)
        case json(file: String, reason: String)
        case duplicate(what: String)
        case shape(tensor: String, dimensions: [UInt64])
        case tensorType(tensor: String, code: String)
        case misaligned(tensor: String, offset: UInt64, alignment: Int)
        case overlap(String, String)
        case wrongSize(tensor: String, bytes: Int, expected: Int)
        case missingTensor(String)
        case wrongShape(tensor: String, shape: [Int], expected: [Int])
        case wrongWeightType(tensor: String, type: TensorType)
        case notFinite(tensor: String, row: Int)
    }

    /// The file or folder at fault.
    public var path: String {
        switch self {
        case .cannotRead(let path, _), .notAModel(let path, _), .damaged(let path, _), .unsupported(let path, _): path
        }
    }

    public var description: String {
        switch self {
        case .cannotRead(let path, let reason): "\(path): cannot be read: \(reason)"
        case .notAModel(let path, let reason):
            "\(path): \(reason). A model is a GGUF file or a Hugging Face folder; fetch one: kinglet pull"
        case .damaged(let path, let damage): "\(path): damaged: \(damage). Fetch it again: kinglet pull"
        case .unsupported(let path, let what):
            "\(path): \(what), which is not supported. Known: qwen2, qwen3 and llama decoders without rope scaling, BERT encoders"
        }
    }
}

extension ModelFileError.Damage: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated(let what, let end, let size): "\(what) ends at byte \(end) of \(size)"
        case .count(let what, let value, let limit): "\(value) \(what); at most \(limit) can be here"
        case .key(let key): "'\(key)' is no metadata key"
        case .wrongType(let key, let expected): "\(key) is not \(expected)"
        case .missing(let key): "\(key) is missing"
        case .value(let key, let reason): "\(key): \(reason)"
        case .notText(let what): "\(what) is not UTF-8"
        case .json(let file, let reason): "\(file): \(reason)"
        case .duplicate(let what): "\(what) stands there twice"
        case .shape(let tensor, let dimensions): "tensor \(tensor) has the impossible dimensions \(dimensions)"
        case .tensorType(let tensor, let code): "tensor \(tensor) is of the unknown type \(code)"
        case .misaligned(let tensor, let offset, let alignment):
            "tensor \(tensor) starts at \(offset), no multiple of \(alignment)"
        case .overlap(let first, let second): "tensors \(first) and \(second) overlap"
        case .wrongSize(let tensor, let bytes, let expected):
            "tensor \(tensor) has \(bytes) bytes; its shape needs \(expected)"
        case .missingTensor(let tensor): "tensor \(tensor) is missing"
        case .wrongShape(let tensor, let shape, let expected): "tensor \(tensor) is \(shape), not \(expected)"
        case .wrongWeightType(let tensor, let type): "tensor \(tensor) is \(type.rawValue), not f32, f16 or bf16"
        case .notFinite(let tensor, let row): "tensor \(tensor) has a weight or scale in row \(row) that is no number"
        }
    }
}
