import Inference
import Retrieval

/// The embedder of this process as retrieval sees it.
public struct EmbedderTextEncoder: TextEncoder {
    private let embedder: Embedder

    public init(_ embedder: Embedder) { self.embedder = embedder }

    public var dimensions: Int { embedder.dimensions }
    public var identity: String { embedder.identity }

    public func encode(_ texts: [String], kind: TextKind) async throws -> [Float] {
        try await embedder.embed(texts, isQuery: kind == .query).vectors
    }
}
