import Documents
import OrderedCollections

/// What `kinglet inspect` shows of a BERT encoder.
public struct BertReport: Sendable {
    private let file: BertFile

    /// A report of an opened file; nothing more is read.
    public init(_ file: BertFile) { self.file = file }

    /// Counts and sizes by type.
    private var tensors: TensorReport { TensorReport(tensors: file.allTensors) }
    /// Numbers in all tensors.
    private var parameters: Int { file.allTensors.reduce(0) { $0 + $1.count } }

    /// The report for programs.
    public func json(withTensors: Bool = false) -> JSONValue {
        let model = file.description, tokenizer = file.tokenizer
        var members: JSONObject = [
            "name": .string(model.name), "path": .string(file.path), "bytes": .integer(file.sizeInBytes),
            "architecture": "bert", "parameters": .integer(parameters), "layers": .integer(model.layers),
            "hidden_size": .integer(model.hiddenSize), "intermediate_size": .integer(model.intermediateSize),
            "heads": .integer(model.heads), "head_size": .integer(model.headSize),
            "vocabulary": .integer(model.vocabularySize), "positions": .integer(model.positions),
            "token_types": .integer(model.tokenTypes), "norm_epsilon": .number(Double(model.normEpsilon)),
            "pooling": .string(model.pooling.rawValue), "normalizes": .bool(model.normalizes),
            "maximum_tokens": .integer(model.maximumTokens), "special_tokens": .integer(tokenizer.specialTokens.count),
        ]
        tensors.add(to: &members, withTensors: withTensors)
        return .object(members)
    }

    /// The report for people.
    public func text(withTensors: Bool = false) -> String {
        let model = file.description, row = { TensorReport.row($0, $1) }, grouped = TensorReport.grouped
        let lines = [
            row("model", model.name), row("file", "\(file.path), \(grouped(file.sizeInBytes)) bytes"),
            row("architecture", "bert, \(grouped(parameters)) parameters"),
            row("layers", "\(model.layers), hidden \(model.hiddenSize), feed-forward \(model.intermediateSize)"),
            row("attention", "\(model.heads) heads of \(model.headSize), both directions"),
            row("texts", "up to \(model.maximumTokens) tokens of \(model.positions) positions"),
            row(
                "vectors",
                "\(model.hiddenSize) wide, pooled by \(model.pooling.rawValue)\(model.normalizes ? ", length 1" : "")"),
            row(
                "vocabulary",
                "\(grouped(model.vocabularySize)) word pieces, \(file.tokenizer.specialTokens.count) special, "
                    + (file.tokenizer.lowercases ? "lower case" : "cases kept")),
        ]
        return (lines + tensors.lines(withTensors: withTensors)).joined(separator: "\n")
    }
}
