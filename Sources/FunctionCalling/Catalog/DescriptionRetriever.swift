import Documents
import Functions
import Inference
import Retrieval
import Tokenization

/// The model writes the description of the API that the request needs; what is nearest to it is found (the paper's
/// appendix D). The query's own vector counts as much as that of the description, since a small model may miss.
public struct DescriptionRetriever: Retriever {
    /// What was found, and for what description.
    public struct Finding: Sendable {
        public var candidates: [Candidate]
        public var description: String
    }

    private let stage: any StageModel
    private let search: DescriptionSearch
    private let isAlone: Bool

    static let instructions = """
        For the user's request, describe in a few words the function of an API that serves it: what it does, in \
        general terms, without the values of this request.

        Request: wake me up at seven tomorrow
        {"description": "Set an alarm."}
        Request: how do i get to the airport from here
        {"description": "Give directions to a place."}
        """

    static let schema: JSONValue = [
        "type": "object", "properties": ["description": ["type": "string", "minLength": 3, "maxLength": 80]],
        "required": ["description"], "additionalProperties": false,
    ]

    /// - Parameters:
    ///   - stage: writes the description.
    ///   - isAlone: the query's own vector does not count, as in the paper's algorithm 1.
    public init(stage: any StageModel, _ documents: EmbeddedDocuments, isAlone: Bool = false) {
        (self.stage, self.isAlone) = (stage, isAlone)
        search = DescriptionSearch(documents)
    }

    public func candidates(for query: RetrievalQuery, limit: Int) async throws -> [Candidate] {
        try await find(query, limit: limit).candidates
    }

    public func find(_ query: RetrievalQuery, limit: Int) async throws -> Finding {
        let description = try await describe(query)
        return Finding(
            candidates: try await search.candidates(
                for: isAlone ? nil : query, described: description, limit: limit),
            description: description)
    }

    /// What the model is asked, for instance to learn it.
    public static func question(for query: String, history: [DialogueTurn]) -> [ChatMessage] {
        question(query, history: history.filter { $0.role != .system }.map(\.content))
    }

    private static func question(_ query: String, history: [String]) -> [ChatMessage] {
        let dialogue = history.suffix(2).map { $0 + "\n" }.joined()
        return [
            ChatMessage(role: .system, content: instructions),
            ChatMessage(role: .user, content: "\(dialogue)Request: \(query.prefix(2000))"),
        ]
    }

    /// - Throws: what the generator throws.
    private func describe(_ query: RetrievalQuery) async throws -> String {
        let answer = try await stage.answer(
            StageRequest(
                messages: Self.question(query.text, history: query.history), schema: Self.schema, maxTokens: 48))
        guard let text = (try? JSONValue(parsing: answer.text))?["description"]?.stringValue else {
            throw FunctionCallError.badAnswer(answer.text)
        }
        return text
    }
}
