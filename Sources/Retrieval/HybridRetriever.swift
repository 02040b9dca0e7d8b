/// Words and meaning together: the cosine of the short texts, plus a share of the lexical score.
///
/// The lexical score of the best function counts `lexicalShare`, that of the others in proportion. Ranks alone
/// (reciprocal rank fusion) lose how sure each side is, and were worse on every set where one side is much the weaker.
public struct HybridRetriever: Retriever {
    public struct Weights: Sendable, Hashable {
        /// What the best lexical match adds to its cosine.
        public var lexicalShare = 0.2
        /// How much of a function's mean cosine with the texts of others is taken off: functions that are near to
        /// everything stand in front of nothing.
        public var centring = 0.5

        public init() {}
    }

    public let names: [String]
    private let encoder: any TextEncoder
    private let lexical: LexicalIndex
    private let index: VectorIndex
    private let offsets: [Double]
    private let weights: Weights

    public init(
        _ functions: [FunctionDocument], _ documents: EmbeddedDocuments, lexical: LexicalIndex,
        forms: DocumentTexts = .short, weights: Weights = Weights()
    ) {
        names = documents.names
        encoder = documents.encoder
        index = documents.index(of: forms, functions)
        offsets = Self.offsets(index, weights)
        (self.lexical, self.weights) = (lexical, weights)
    }

    public func candidates(for query: RetrievalQuery, limit: Int) async throws -> [Candidate] {
        let vectors = try await QueryVectors(query, encoder)
        var totals = vectors.scores(in: index, dialogue: vectors.dialogue)
        let words = lexical.scores(of: query)
        let best = words.max() ?? 0
        for item in totals.indices {
            totals[item] -= offsets[item]
            if best > 0 { totals[item] += weights.lexicalShare * words[item] / best }
        }
        return BestRows.pick(limit, of: totals).map { Candidate(name: names[$0], score: totals[$0]) }
    }

    /// Of each function: its mean cosine with vectors of others, times the weight. Some 500 vectors spread over the pool
    /// are enough for a mean, and keep the cost of a large pool linear.
    private static func offsets(_ index: VectorIndex, _ weights: Weights) -> [Double] {
        guard weights.centring != 0, index.count > 1 else { return [Double](repeating: 0, count: index.count) }
        var sums = [Double](repeating: 0, count: index.count), counts = sums
        let rows = index.vectorCount, step = max(1, rows / 512)
        for row in stride(from: 0, to: rows, by: step) {
            let owner = index.item(of: row)
            for (item, score) in index.scores(of: index.vector(row)).enumerated() where item != owner {
                sums[item] += Double(score)
                counts[item] += 1
            }
        }
        return zip(sums, counts).map { $1 > 0 ? weights.centring * $0 / $1 : 0 }
    }
}
