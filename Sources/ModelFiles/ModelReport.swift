import Documents
import OrderedCollections

/// What `kinglet inspect` shows of a model.
public struct ModelReport: Sendable {
    private let file: ModelFile

    /// A report of an opened file; nothing more is read.
    public init(_ file: ModelFile) { self.file = file }

    /// Counts and sizes by type.
    private var tensors: TensorReport { TensorReport(tensors: file.tensors) }

    /// The report for programs.
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
            "qkv_bias": .bool(model.hasQKVBias), "head_norms": .bool(model.hasHeadNorms),
            "tied_embeddings": .bool(model.tiesEmbeddings),
            "pre_tokenizer": .string(tokenizer.preTokenizer.rawValue), "merges": .integer(tokenizer.merges.count),
            "special_tokens": .integer(tokenizer.specialTokens.count),
            "end_tokens": .array(tokenizer.endOfText.map { .integer(Int($0)) }),
            "has_chat_template": .bool(tokenizer.chatTemplate != nil),
        ]
        tensors.add(to: &members, withTensors: withTensors)
        return .object(members)
    }

    /// The report for people.
    public func text(withTensors: Bool = false) -> String {
        let model = file.description, tokenizer = file.tokenizer
        let output = model.tiesEmbeddings ? "tied to the embedding" : "of its own"
        let bias = model.hasQKVBias ? "with" : "without"
        let norms = model.hasHeadNorms ? ", queries and keys normalised" : ""
        var lines = [
            row("model", model.name), row("file", "\(file.path), \(grouped(file.sizeInBytes)) bytes"),
            row("architecture", "\(model.architecture.rawValue), \(grouped(file.parameterCount)) parameters"),
            row("layers", "\(model.layers), hidden \(model.hiddenSize), feed-forward \(model.intermediateSize)"),
            row(
                "attention",
                "\(model.heads) heads of \(model.headSize), \(model.kvHeads) for keys and values, "
                    + "\(bias) QKV bias\(norms)"),
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
        lines += tensors.lines(withTensors: withTensors)
        return lines.joined(separator: "\n")
    }

    /// One line: a name and its value.
    private func row(_ name: String, _ value: String) -> String { TensorReport.row(name, value) }
    /// Digits in groups of three.
    private func grouped(_ number: Int) -> String { TensorReport.grouped(number) }
}
