/// Turns texts into unit vectors.
public protocol TextEncoder: Sendable {
    /// Numbers in a vector.
    var dimensions: Int { get }
    /// Names model and recipe; an index made by another identity is rebuilt.
    var identity: String { get }
    /// Row-major `[texts.count, dimensions]`, each row of length 1.
    func encode(_ texts: [String], kind: TextKind) async throws -> [Float]
}

/// Some models put an instruction before a query, none before a document.
public enum TextKind: String, Sendable { case query, document }

/// An encoder gave what it must not.
public struct EncodingError: Error, Hashable, CustomStringConvertible {
    public let identity: String, values: Int, texts: Int, dimensions: Int

    public var description: String {
        "encoder \(identity) gave \(values) values for \(texts) texts of \(dimensions) dimensions; choose another encoder"
    }
}

extension TextEncoder {
    /// As `encode`, with the count of values checked, since they come from outside of this target.
    func checkedEncode(_ texts: [String], kind: TextKind) async throws -> [Float] {
        guard !texts.isEmpty else { return [] }
        let vectors = try await encode(texts, kind: kind)
        guard vectors.count == texts.count * dimensions, vectors.allSatisfy(\.isFinite) else {
            throw EncodingError(identity: identity, values: vectors.count, texts: texts.count, dimensions: dimensions)
        }
        return vectors
    }
}
