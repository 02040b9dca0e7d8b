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

    /// A function as an index sees it.
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

    /// A query, and what was said before it, oldest first.
    public init(_ text: String, history: [String] = []) { (self.text, self.history) = (text, history) }
    /// A query without history.
    public init(stringLiteral value: String) { self.init(value) }
}

/// A function that may answer the query. The higher the score, the likelier; scales differ between retrievers.
public struct Candidate: Sendable, Hashable {
    public var name: String
    public var score: Double

    /// A function by name, and how well it fits; scores of different retrievers do not compare.
    public init(name: String, score: Double) { (self.name, self.score) = (name, score) }
}

/// Finds the functions of one pool that may answer a query.
public protocol Retriever: Sendable {
    /// At most `limit` candidates, best first; equal scores in the order of the pool, so that equal queries give equal
    /// prompts.
    func candidates(for query: RetrievalQuery, limit: Int) async throws -> [Candidate]
}

extension Retriever {
    /// Candidates for a query without history.
    public func candidates(for query: String, limit: Int) async throws -> [Candidate] {
        try await candidates(for: RetrievalQuery(query), limit: limit)
    }
}

/// No retrieval: every function in the order of the pool, score 0; `limit` does not apply.
public struct AllFunctions: Retriever {
    private let all: [Candidate]

    /// Finds all functions, in this order.
    public init(names: [String]) { all = names.map { Candidate(name: $0, score: 0) } }

    /// All of them, whatever is asked.
    public func candidates(for query: RetrievalQuery, limit: Int) async throws -> [Candidate] { all }
}
