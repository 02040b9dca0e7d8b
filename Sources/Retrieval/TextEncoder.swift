/// Turns texts into unit vectors.
public protocol TextEncoder: Sendable {
    /// Numbers in a vector.
    var dimensions: Int { get }
    /// Names model and recipe; an index made by another identity is rebuilt.
    var identity: String { get }
    /// What it was taught to compare.
    var habits: EncoderHabits { get }
    /// Row-major `[texts.count, dimensions]`, each row of length 1.
    func encode(_ texts: [String], kind: TextKind) async throws -> [Float]
}

extension TextEncoder {
    public var habits: EncoderHabits { EncoderHabits() }
}

/// What an encoder was taught to compare: it bears on what is encoded of a function and of a query.
public struct EncoderHabits: Sendable, Hashable {
    /// The texts of a function that hybrid search compares a query with.
    public var short = DocumentTexts.short
    /// The same for search by meaning alone.
    public var document = DocumentTexts.document
    /// Example queries of a function are queries to it; else they are texts like others.
    public var knowsExamples = false
    /// A query stays as it was said, whatever its language: what is known of its words in the documents' is not put in
    /// its place.
    public var readsAllLanguages = false

    /// Those of an encoder of English texts.
    public init() {}

    /// Those of an adapter that `kinglet train retriever` made.
    public static let finder: EncoderHabits = {
        var habits = EncoderHabits()
        (habits.short, habits.document) = ([.signature, .examples], [.signature, .examples])
        (habits.knowsExamples, habits.readsAllLanguages) = (true, true)
        return habits
    }()

    /// How a text of a function is encoded.
    func kind(of text: DocumentTexts.Text) -> TextKind {
        knowsExamples && text.forms == .examples ? .query : .document
    }
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
