import Inference
import Retrieval

/// The embedder as retrieval wants it: this is where both are known.
extension Embedder: TextEncoder {
    public var habits: EncoderHabits { isFinder ? .finder : EncoderHabits() }

    public func encode(_ texts: [String], kind: TextKind) async throws -> [Float] {
        try await embed(texts, isQuery: kind == .query).vectors
    }
}
