import OrderedJSON

/// What `kinglet inspect` shows of a model.
public struct ModelReport: Sendable {
    private let file: ModelFile

    public init(_ file: ModelFile) { self.file = file }

    /// Tensor types with their tensors, numbers and bytes; the largest first.
    private var types: [(type: TensorType, tensors: Int, parameters: Int, bytes: Int)] {
        TensorType.allCases.compactMap { type in
            let tensors = file.tensors.filter { $0.type == type }
            guard !tensors.isEmpty else { return nil }
            return (type, tensors.count, sum(tensors, \.count), sum(tensors, \.sizeInBytes))
        }.sorted { $0.bytes > $1.bytes }
    }

    private func sum(_ tensors: [Tensor], _ size: KeyPath<Tensor, Int>) -> Int {
        tensors.reduce(0) { $0 + $1[keyPath: size] }
    }

    public func json(withTensors: Bool = false) -> JSONValue {
        let model = file.description, tokenizer = file.tokenizer
        var members: JSONObject = [
            "name": .string(model.name), "path": .string(file.path), "bytes": .integer(file.sizeInBytes),
            "architecture": .string(model.architecture.rawValue), "parameters": .integer(file.parameterCount),
            "layers": .integer(model.layers), "hidden_size": .integer(model.hiddenSize),
            "intermediate_size": .integer(model.intermediateSize), "heads": .integer(model.heads),
            "kv_heads": .integer(model.kvHeads), "head_size": .integer(model.headSize),
            "vocabulary": .integer(model.vocabularySize), "context_length": .integer(model.contextLength),
            "rope_base": .number(Double(model.ropeBase)), "rms_epsilon": .number(Double(model.rmsEpsilon)),
            "qkv_bias": .bool(model.hasQKVBias), "tied_embeddings": .bool(model.tiesEmbeddings),
            "pre_tokenizer": .string(tokenizer.preTokenizer.rawValue), "merges": .integer(tokenizer.merges.count),
            "special_tokens": .integer(tokenizer.specialTokens.count),
            "end_tokens": .array(tokenizer.endOfText.map { .integer(Int($0)) }),
            "has_chat_template": .bool(tokenizer.chatTemplate != nil),
            "types": .object([:]),
        ]
        members["types"] = .object(
            JSONObject(
                types.map {
                    (
                        $0.type.rawValue,
                        [
                            "tensors": .integer($0.tensors), "parameters": .integer($0.parameters),
                            "bytes": .integer($0.bytes),
                        ]
                    )
                },
                uniquingKeysWith: { first, _ in first }))
        if withTensors {
            members["tensors"] = .array(
                file.tensors.map {
                    [
                        "name": .string($0.name), "type": .string($0.type.rawValue),
                        "shape": .array($0.shape.map { .integer($0) }), "bytes": .integer($0.sizeInBytes),
                    ]
                })
        }
        return .object(members)
    }

    public func text(withTensors: Bool = false) -> String {
        let model = file.description, tokenizer = file.tokenizer
        let output = model.tiesEmbeddings ? "tied to the embedding" : "of its own"
        let bias = model.hasQKVBias ? "with" : "without"
        var lines = [
            row("model", model.name), row("file", "\(file.path), \(grouped(file.sizeInBytes)) bytes"),
            row("architecture", "\(model.architecture.rawValue), \(grouped(file.parameterCount)) parameters"),
            row("layers", "\(model.layers), hidden \(model.hiddenSize), feed-forward \(model.intermediateSize)"),
            row(
                "attention",
                "\(model.heads) heads of \(model.headSize), \(model.kvHeads) for keys and values, "
                    + "\(bias) QKV bias"),
            row("context", "\(grouped(model.contextLength)) tokens, RoPE base \(model.ropeBase)"),
            row("output matrix", output),
            row(
                "vocabulary",
                "\(grouped(model.vocabularySize)) tokens, \(grouped(tokenizer.merges.count)) merges, "
                    + "\(tokenizer.specialTokens.count) special, pre-tokenizer \(tokenizer.preTokenizer.rawValue)"),
            row(
                "ends answers",
                tokenizer.endOfText.map { "\(tokenizer.tokens[Int($0)]) (\($0))" }.joined(separator: ", ")),
            row("chat template", tokenizer.chatTemplate == nil ? "none" : "its own"),
        ]
        for type in types {
            let share = "\(grouped(type.parameters)) parameters in \(type.tensors) tensors"
            lines.append(row(type.type.rawValue, "\(grouped(type.bytes)) bytes, \(share)"))
        }
        if withTensors {
            lines.append("")
            lines += file.tensors.map { tensor in
                let shape = tensor.shape.map(String.init).joined(separator: " x ")
                return row(tensor.name, "\(tensor.type.rawValue), \(shape), \(grouped(tensor.sizeInBytes)) bytes", 28)
            }
        }
        return lines.joined(separator: "\n")
    }

    private func row(_ name: String, _ value: String, _ width: Int = 14) -> String {
        name + String(repeating: " ", count: max(1, width - name.count)) + value
    }

    /// 1234567 as 1,234,567.
    private func grouped(_ number: Int) -> String {
        var text = "", digits = String(number)[...]
        while digits.count > 3 {
            text = "," + digits.suffix(3) + text
            digits = digits.dropLast(3)
        }
        return digits + text
    }
}
