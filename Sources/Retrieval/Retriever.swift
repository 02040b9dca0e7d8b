import Documents

/// What an index knows of one function: the parts of its API document.
public struct FunctionDocument: Sendable, Hashable {
    public var name: String
    public var domain: String?
    public var description: String
    /// A JSON Schema of type object.
    public var parameters: JSONValue
    /// Queries that this function answers.
    public var examples: [String]

    public init(
        name: String, domain: String? = nil, description: String = "", parameters: JSONValue = .null,
        examples: [String] = []
    ) {
        (self.name, self.domain, self.description) = (name, domain, description)
        (self.parameters, self.examples) = (parameters, examples)
    }
}

/// What the user wants now, and what was said before.
public struct RetrievalQuery: Sendable, Hashable, ExpressibleByStringInterpolation {
    public var text: String
    /// Earlier turns, oldest first. They count less than `text`, and less the older they are.
    public var history: [String]
    /// What of the text's words is known in the language of the documents; empty where nothing is. It stands for the text
    /// where meanings are compared, and beside it where words are.
    public var gloss = ""

    public init(_ text: String, history: [String] = [], gloss: String = "") {
        (self.text, self.history, self.gloss) = (text, history, gloss)
    }
    public init(stringLiteral value: String) { self.init(value) }
}

/// A function that may answer the query. The higher the score, the likelier; scales differ between retrievers.
public struct Candidate: Sendable, Hashable {
    public var name: String
    public var score: Double

    public init(name: String, score: Double) { (self.name, self.score) = (name, score) }
}

/// Finds the functions of one pool that may answer a query.
public protocol Retriever: Sendable {
    /// At most `limit` candidates, best first; equal scores in the order of the pool, so that equal queries give equal
    /// prompts.
    func candidates(for query: RetrievalQuery, limit: Int) async throws -> [Candidate]
}

extension Retriever {
    public func candidates(for query: String, limit: Int) async throws -> [Candidate] {
        try await candidates(for: RetrievalQuery(query), limit: limit)
    }
}

/// No retrieval: every function in the order of the pool, score 0; `limit` does not apply.
public struct AllFunctions: Retriever {
    private let all: [Candidate]

    public init(names: [String]) { all = names.map { Candidate(name: $0, score: 0) } }

    public func candidates(for query: RetrievalQuery, limit: Int) async throws -> [Candidate] { all }
}
