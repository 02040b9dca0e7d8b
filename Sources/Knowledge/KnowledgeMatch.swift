import Documents
import OrderedCollections

/// A term that was found in a request.
public struct KnowledgeMatch: Sendable, Hashable {
    public enum Place: Sendable, Hashable {
        case query
        /// Index of the turn in the request's history.
        case history(Int)
    }

    public var term: KnowledgeTerm
    /// The words that stood there, folded; empty where the term was found by its meaning.
    public var words: String
    public var place: Place
    /// Cosine with the query or turn, where the term was found by its meaning.
    public var similarity: Double?

    public init(term: KnowledgeTerm, words: String, place: Place, similarity: Double? = nil) {
        (self.term, self.words, self.place, self.similarity) = (term, words, place, similarity)
    }
}

extension KnowledgeMatch {
    /// As `explain` lists it.
    package func json(isUsed: Bool) -> JSONValue {
        var members: JSONObject = ["term": .string(term.term)]
        switch place {
        case .query: members["in"] = "query"
        case .history(let index): members["in"] = .string("history[\(index)]")
        }
        members["by"] = similarity == nil ? "words" : "meaning"
        if let similarity {
            members["similarity"] = JSONValue.rounded(similarity, 4)
        } else {
            members["words"] = .string(words)
        }
        members["in_prompt"] = .bool(isUsed)
        return .object(members)
    }
}
