import Retrieval

/// The labelled requests of one pool, found by likeness to what is asked. Immutable.
public struct ExampleIndex: Sendable {
    /// An example and its cosine with the request.
    public struct Neighbour: Sendable, Hashable {
        public let example: LabelledRequest
        public let similarity: Double
    }

    private let examples: [LabelledRequest]
    private let retriever: EmbeddingRetriever

    /// Encodes the requests.
    ///
    /// - Parameter cache: vectors on disk; what it has is not encoded again.
    /// - Throws: what the encoder throws, and what the file system says of the cache.
    public init(_ examples: [LabelledRequest], encoder: any TextEncoder, cache: VectorCache? = nil) async throws {
        let texts = examples.enumerated().map { FunctionDocument(name: "\($0)", examples: [$1.query]) }
        let documents = try await EmbeddedDocuments.make(texts, encoder: encoder, forms: .examples, cache: cache)
        (self.examples, retriever) = (examples, EmbeddingRetriever(documents, forms: .examples))
    }

    public var count: Int { examples.count }

    /// The nearest examples, nearest first.
    /// - Throws: what the encoder throws.
    public func nearest(to query: String, limit: Int) async throws -> [Neighbour] {
        guard limit > 0, !examples.isEmpty else { return [] }
        return try await retriever.candidates(for: RetrievalQuery(query), limit: limit).compactMap { found in
            guard let row = Int(found.name), examples.indices.contains(row) else { return nil }
            return Neighbour(example: examples[row], similarity: found.score)
        }
    }
}
