import ModelFiles
import Models

/// What a cut leaves of a model, read from the whole one.
public struct PrunedModel: WeightSource {
    public let description: ModelDescription
    public let cut: Cut
    private let whole: any WeightSource

    /// - Throws: `.setting` for a cut that is none of this model.
    public init(_ whole: any WeightSource, _ cut: Cut, name: String? = nil) throws(CompressionError) {
        if let fault = cut.fault(for: whole.description) { throw .setting(fault) }
        (self.whole, self.cut) = (whole, cut)
        description = cut.description(of: whole.description, name: name ?? whole.description.name)
    }

    public func weight(_ name: TensorName) throws -> WeightRows {
        if let layer = name.layer, !cut.layers.indices.contains(layer) {
            throw CompressionError.setting("\(name): there are \(cut.layers.count) layers")
        }
        let original = name.moved { cut.layers[$0] }
        return try whole.weight(original).selecting(rows: rows(of: original), columns: columns(of: original))
    }

    /// Rows that are left of a tensor of the whole model; nil: all.
    private func rows(of name: TensorName) -> [Int]? {
        switch name {
        case .tokenEmbedding, .output: cut.tokens
        case .attentionOutput, .down: cut.channels
        case .gate(let layer), .up(let layer): cut.inner[layer]
        case .query, .key, .value, .queryBias, .keyBias, .valueBias, .queryNorm, .keyNorm, .attentionNorm,
            .feedForwardNorm, .outputNorm:
            nil
        }
    }

    private func columns(of name: TensorName) -> [Int]? {
        switch name {
        case .queryBias, .keyBias, .valueBias, .queryNorm, .keyNorm, .attentionOutput: nil
        case .down(let layer): cut.inner[layer]
        default: cut.channels
        }
    }
}

extension WeightRows {
    /// Some rows and columns alone; nil: all.
    func selecting(rows wantedRows: [Int]?, columns wantedColumns: [Int]?) -> WeightRows {
        let whole = self
        let columns = wantedColumns.flatMap { $0.count == whole.columns ? nil : $0 }
        let rows = wantedRows.flatMap { $0.count == whole.rows ? nil : $0 }
        guard rows != nil || columns != nil else { return whole }
        let width = columns?.count ?? whole.columns
        return WeightRows(rows: rows?.count ?? whole.rows, columns: width) { range, into in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: whole.columns) { row in
                guard let base = row.baseAddress else { return }
                for (place, wanted) in range.enumerated() {
                    let source = rows?[wanted] ?? wanted
                    guard let columns else {
                        whole.read(source..<source + 1, into + place * width)
                        continue
                    }
                    whole.read(source..<source + 1, base)
                    for (target, column) in columns.enumerated() { into[place * width + target] = base[column] }
                }
            }
        }
    }
}

extension TensorName {
    /// nil for those that are of no layer.
    var layer: Int? {
        switch self {
        case .tokenEmbedding, .outputNorm, .output: nil
        case .attentionNorm(let layer), .query(let layer), .key(let layer), .value(let layer), .queryBias(let layer),
            .keyBias(let layer), .valueBias(let layer), .queryNorm(let layer), .keyNorm(let layer),
            .attentionOutput(let layer), .feedForwardNorm(let layer), .gate(let layer), .up(let layer),
            .down(let layer):
            layer
        }
    }

    /// The same tensor of another layer.
    func moved(_ to: (Int) -> Int) -> TensorName {
        switch self {
        case .tokenEmbedding, .outputNorm, .output: self
        case .attentionNorm(let layer): .attentionNorm(to(layer))
        case .query(let layer): .query(to(layer))
        case .key(let layer): .key(to(layer))
        case .value(let layer): .value(to(layer))
        case .queryBias(let layer): .queryBias(to(layer))
        case .keyBias(let layer): .keyBias(to(layer))
        case .valueBias(let layer): .valueBias(to(layer))
        case .queryNorm(let layer): .queryNorm(to(layer))
        case .keyNorm(let layer): .keyNorm(to(layer))
        case .attentionOutput(let layer): .attentionOutput(to(layer))
        case .feedForwardNorm(let layer): .feedForwardNorm(to(layer))
        case .gate(let layer): .gate(to(layer))
        case .up(let layer): .up(to(layer))
        case .down(let layer): .down(to(layer))
        }
    }
}
