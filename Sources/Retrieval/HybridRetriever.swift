/// Words and meaning together: the cosine of the short texts, plus a share of the lexical score.
///
/// The lexical score of the best function counts `lexicalShare`, that of the others in proportion. Ranks alone
/// (reciprocal rank fusion) lose how sure each side is, and were worse on every set where one side is much the weaker.
public struct HybridRetriever: Retriever {
    /// What counts how much in a function's score.
    public struct Weights: Sendable, Hashable {
        /// What the best lexical match adds to its cosine.
        public var lexicalShare = 0.1
        /// How much of a function's mean cosine with the texts of others is taken off: functions that are near to
        /// everything stand in front of nothing.
        public var centring = 0.5

        /// The weights that the figures in Docs/Retrieval.md were made with.
        public init() {}
    }

    public let names: [String]
    /// What it was made of, for the next state of the pool.
    public let documents: EmbeddedDocuments
    private let encoder: any TextEncoder
    private var lexical: LexicalIndex?
    private let index: VectorIndex
    private let offsets: [Double]
    private let weights: Weights

    /// - Parameters:
    ///   - lexical: an index of the same functions; nil: meaning alone counts.
    ///   - forms: nil: the short ones, or what else the encoder was taught.
    public init(
        _ documents: EmbeddedDocuments, lexical: LexicalIndex? = nil, forms: DocumentTexts? = nil,
        weights: Weights = Weights()
    ) {
        self.documents = documents
        names = documents.names
        encoder = documents.encoder
        index = documents.index(of: forms ?? encoder.habits.short)
        offsets = Self.offsets(index, weights)
        (self.lexical, self.weights) = (lexical, weights)
    }

    /// With another index of words, of the same functions in the same order.
    public func with(_ lexical: LexicalIndex) -> HybridRetriever {
        var other = self
        other.lexical = lexical
        return other
    }

    /// The functions of the highest joint score, best first.
    public func candidates(for query: RetrievalQuery, limit: Int) async throws -> [Candidate] {
        let vectors = try await QueryVectors(query, encoder)
        var totals = vectors.scores(in: index, dialogue: vectors.dialogue)
        let words = lexical?.scores(of: query) ?? []
        let best = words.max() ?? 0
        for item in totals.indices {
            totals[item] -= offsets[item]
            if best > 0 { totals[item] += weights.lexicalShare * words[item] / best }
        }
        return BestRows.pick(limit, of: totals).map { Candidate(name: names[$0], score: totals[$0]) }
    }

    /// Of each function: its cosine with the mean of the vectors of all others, times the weight.
    private static func offsets(_ index: VectorIndex, _ weights: Weights) -> [Double] {
        let width = index.dimensions, rows = index.vectorCount
        var offsets = [Double](repeating: 0, count: index.count)
        guard weights.centring != 0, index.count > 1 else { return offsets }
        var total = [Float](repeating: 0, count: width)
        for row in 0..<rows { for (column, value) in index.vector(row).enumerated() { total[column] += value } }
        var first = 0
        for item in 0..<index.count {
            var last = first
            var others = total
            while last < rows, index.item(of: last) == item {
                for (column, value) in index.vector(last).enumerated() { others[column] -= value }
                last += 1
            }
            guard last > first, last - first < rows else { continue }
            let best = (first..<last).map { row in zip(index.vector(row), others).reduce(0) { $0 + $1.0 * $1.1 } }.max()
            offsets[item] = weights.centring * Double(best ?? 0) / Double(rows - (last - first))
            first = last
        }
        return offsets
    }
}
