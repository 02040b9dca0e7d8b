import Documents
import OrderedCollections

/// Which tokens' normalised states a decoder makes a text's vector of.
public enum StatePooling: String, Sendable, CaseIterable {
    /// The last one's, which saw all others.
    case last
    /// The mean of all but the first one's: that has an attention sink's state, whatever the text (arXiv 2309.17453).
    case mean

    /// - Parameter isWhole: the rows begin with the first token of the text; else that is none of them.
    package func rows(_ rows: Range<Int>, isWhole: Bool) -> Range<Int> {
        switch self {
        case .last: rows.upperBound - 1..<rows.upperBound
        case .mean: isWhole && rows.count > 1 ? rows.dropFirst() : rows
        }
    }
}

/// How an adapter makes vectors of its base: what `finder` says in its card.
public struct FinderRecipe: Sendable, Hashable {
    /// The lowest layers, which a text passes.
    public var layers: Int
    /// Numbers of a vector, the first ones of the last token's state.
    public var dimensions: Int
    public var pooling: StatePooling
    /// What comes before queries as `Instruct: …\nQuery: …`; empty: nothing. The mean of states has none.
    public var instruction: String
    /// Longer texts are cut.
    public var maximumTokens: Int

    public init(
        layers: Int, dimensions: Int, pooling: StatePooling, instruction: String = "", maximumTokens: Int = 256
    ) {
        (self.layers, self.dimensions, self.pooling) = (layers, dimensions, pooling)
        (self.instruction, self.maximumTokens) = (instruction, maximumTokens)
    }

    /// - Throws: `.damaged` for a card that does not say it, `.foreign` for a recipe that this model cannot follow.
    package init(
        card: AdapterParts.Text?, in folder: String, for model: ModelDescription
    ) throws(LowRankAdapterError) {
        guard let card else {
            throw .damaged(path: folder, reason: "there is no card.json; a finder is made by kinglet train retriever")
        }
        guard let members = (try? JSONValue(parsing: card.bytes))?.objectValue else {
            throw .damaged(path: card.path, reason: "is no JSON object")
        }
        guard let recipe = members["finder"]?.objectValue else {
            throw .damaged(path: card.path, reason: "has no finder: it was not made by kinglet train retriever")
        }
        func number(_ name: String) throws(LowRankAdapterError) -> Int {
            guard let value = recipe[name]?.intValue, value > 0 else {
                let text = recipe[name]?.text() ?? "missing"
                throw .damaged(path: card.path, reason: "finder.\(name) is \(text), not a number above 0")
            }
            return value
        }
        guard let pooling = (recipe["pooling"]?.stringValue).flatMap(StatePooling.init) else {
            let known = StatePooling.allCases.map(\.rawValue).joined(separator: " or ")
            throw .damaged(
                path: card.path, reason: "finder.pooling is \(recipe["pooling"]?.text() ?? "missing"), not \(known)")
        }
        self.init(
            layers: try number("layers"), dimensions: try number("dimensions"), pooling: pooling,
            instruction: recipe["instruction"]?.stringValue ?? "", maximumTokens: try number("max_tokens"))
        if let fault = fault(for: model) { throw .foreign(path: card.path, reason: fault) }
    }

    /// What is wrong with it for a model; nil if nothing is.
    public func fault(for model: ModelDescription) -> String? {
        if !(1...model.layers).contains(layers) {
            return "its texts pass \(layers) layers; the model has \(model.layers)"
        }
        if !(1...model.hiddenSize).contains(dimensions) {
            return "its vectors have \(dimensions) numbers; the model's states have \(model.hiddenSize)"
        }
        if pooling == .mean, !instruction.isEmpty {
            return "the mean of states has no instruction: its states would count too"
        }
        if maximumTokens < 2 || maximumTokens > model.contextLength {
            return "its texts have up to \(maximumTokens) tokens; the model takes 2...\(model.contextLength)"
        }
        return nil
    }

    package var json: JSONValue {
        [
            "layers": .integer(layers), "dimensions": .integer(dimensions), "pooling": .string(pooling.rawValue),
            "instruction": .string(instruction), "max_tokens": .integer(maximumTokens),
        ]
    }
}
