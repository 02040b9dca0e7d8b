import ModelFiles

/// What is left of a model; all lists ascending.
public struct Cut: Sendable, Hashable {
    public var layers: [Int]
    /// Of the hidden size.
    public var channels: [Int]
    /// Of the intermediate size, for each layer of the whole model.
    public var inner: [[Int]]
    /// Of the vocabulary.
    public var tokens: [Int]

    /// All of it.
    public init(whole model: ModelDescription) {
        layers = Array(0..<model.layers)
        channels = Array(0..<model.hiddenSize)
        inner = Array(repeating: Array(0..<model.intermediateSize), count: model.layers)
        tokens = Array(0..<model.vocabularySize)
    }

    /// What is wrong with it; nil if nothing is.
    func fault(for model: ModelDescription) -> String? {
        let lists = [
            ("layers", layers, model.layers), ("channels of the hidden size", channels, model.hiddenSize),
            ("tokens", tokens, model.vocabularySize),
        ]
        for (what, list, size) in lists where !Self.isChosen(list, from: size) {
            return "\(list.count) \(what) are no choice of \(size)"
        }
        guard inner.count == model.layers, Set(inner.map(\.count)).count == 1 else {
            return "layers must have the same number of intermediate channels"
        }
        guard inner.allSatisfy({ Self.isChosen($0, from: model.intermediateSize) }) else {
            return "intermediate channels are no choice of \(model.intermediateSize)"
        }
        return nil
    }

    /// Not empty, ascending, each once.
    private static func isChosen(_ list: [Int], from size: Int) -> Bool {
        guard let first = list.first, let last = list.last, first >= 0, last < size else { return false }
        return zip(list, list.dropFirst()).allSatisfy(<)
    }

    /// The sizes that are left.
    func description(of model: ModelDescription, name: String) -> ModelDescription {
        var left = model
        left.name = name
        (left.layers, left.hiddenSize, left.vocabularySize) = (layers.count, channels.count, tokens.count)
        left.intermediateSize = inner.first?.count ?? 0
        return left
    }
}

extension ModelDescription {
    /// Numbers in all tensors; a shared input and output matrix counts once.
    package var parameterCount: Int { Self.count(tensorNames, self) }

    /// Numbers of one layer.
    package var layerParameterCount: Int { Self.count(names(ofLayer: 0), self) }

    private static func count(_ names: [TensorName], _ model: ModelDescription) -> Int {
        names.reduce(0) { $0 + model.shape(of: $1).reduce(1, *) }
    }
}
