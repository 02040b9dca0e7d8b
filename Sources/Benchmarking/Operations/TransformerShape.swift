import ModelFiles

/// The sizes of a transformer that its work depends on.
package struct TransformerShape: Sendable, Hashable {
    package var name: String
    package var layers: Int, hidden: Int, intermediate: Int
    /// Query heads, and heads of keys and values.
    package var heads: Int, kvHeads: Int
    package var headSize: Int
    package var vocabulary: Int

    /// Sizes as they are; `fault` says whether they make sense.
    package init(
        _ name: String, layers: Int, hidden: Int, intermediate: Int, attention: Attention, vocabulary: Int
    ) {
        (self.name, self.layers, self.hidden, self.intermediate) = (name, layers, hidden, intermediate)
        (heads, kvHeads, headSize) = (attention.heads, attention.kvHeads, attention.headSize)
        self.vocabulary = vocabulary
    }

    /// Heads and their width.
    package struct Attention: Sendable, Hashable {
        package var heads: Int, kvHeads: Int, headSize: Int

        package init(heads: Int, kvHeads: Int, headSize: Int) {
            (self.heads, self.kvHeads, self.headSize) = (heads, kvHeads, headSize)
        }
    }

    /// A decoder's.
    package init(_ model: ModelDescription) {
        self.init(
            model.name, layers: model.layers, hidden: model.hiddenSize, intermediate: model.intermediateSize,
            attention: Attention(heads: model.heads, kvHeads: model.kvHeads, headSize: model.headSize),
            vocabulary: model.vocabularySize)
    }

    /// An encoder's; it shares no keys among heads.
    package init(_ model: BertDescription) {
        self.init(
            model.name, layers: model.layers, hidden: model.hiddenSize, intermediate: model.intermediateSize,
            attention: Attention(heads: model.heads, kvHeads: model.heads, headSize: model.headSize),
            vocabulary: model.vocabularySize)
    }

    /// The largest of each size; products of all of them stay finite.
    package static let largestSize = 10_000_000

    /// What is wrong with the sizes: the flag and what it must be; nil if nothing is.
    package var fault: String? {
        let sizes = [
            ("layers", layers), ("hidden", hidden), ("ffn", intermediate), ("heads", heads), ("kv-heads", kvHeads),
            ("head-size", headSize), ("vocabulary", vocabulary),
        ]
        for (name, size) in sizes where !(1...Self.largestSize).contains(size) {
            return "--\(name) is \(size); it must be in 1...\(Self.largestSize)"
        }
        if heads % kvHeads != 0 { return "--heads \(heads) is no multiple of --kv-heads \(kvHeads)" }
        return nil
    }

    /// Whether two shapes need the same work, whatever they are called.
    package func isAlike(_ other: TransformerShape) -> Bool {
        var other = other
        other.name = name
        return self == other
    }
}
