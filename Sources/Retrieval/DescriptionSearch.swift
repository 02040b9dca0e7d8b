/// Finds functions by a description of what is needed and by the query that it was written for.
public struct DescriptionSearch: Sendable {
    private let names: [String]
    private let encoder: any TextEncoder
    private let index: VectorIndex

    /// Searches the vectors of one pool.
    public init(_ documents: EmbeddedDocuments) {
        (names, encoder) = (documents.names, documents.encoder)
        index = documents.index(of: [.document, .short, .signature])
    }

    /// - Parameter query: nil: the description alone counts.
    /// - Throws: what the encoder throws.
    public func candidates(
        for query: RetrievalQuery?, described description: String, limit: Int
    ) async throws -> [Candidate] {
        let described = index.scores(of: try await encoder.checkedEncode([description], kind: .query))
        guard let query else {
            return BestRows.pick(limit, of: described.map { Double($0) }).map {
                Candidate(name: names[$0], score: Double(described[$0]))
            }
        }
        let vectors = try await QueryVectors(query, encoder)
        let scores = zip(vectors.scores(in: index, dialogue: vectors.dialogue), described).map {
            ($0 + Double($1)) / 2
        }
        return BestRows.pick(limit, of: scores).map { Candidate(name: names[$0], score: scores[$0]) }
    }
}
