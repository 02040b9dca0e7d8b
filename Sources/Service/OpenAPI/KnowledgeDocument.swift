import Documents
import FunctionCalling
import Knowledge
import OrderedCollections

/// The routes of knowledge terms: what words of the user's world mean.
struct KnowledgeDocument: DocumentedGroup {
    let tag = "knowledge"
    let about = "What words of the user's world mean: explained to the model where a request has them. Durable."

    private static let path = "/v1/knowledge/{term}"
    private static let phrase = Schema.string(length: 1...200)

    /// The routes of this group.
    var operations: [Operation] {
        let term = Operation.Parameter(
            name: "term", place: .path, schema: Self.phrase, description: "The term, percent-encoded.")
        return [
            Operation(
                method: .get, path: "/v1/knowledge", id: "listKnowledge", tag: tag, summary: "All terms",
                parameters: [
                    Operation.Parameter(
                        name: "pool", place: .query, schema: Schema.string, description: "Only those that count for it."
                    )
                ], answers: [.json("The terms.", Schema.named("TermList"))], errors: [400, 404]),
            Operation(
                method: .get, path: Self.path, id: "getTerm", tag: tag, summary: "One term",
                parameters: [term, .ifNoneMatch],
                answers: [.versioned("The term.", Schema.named("Term")), .notModified]),
            Operation(
                method: .put, path: Self.path, id: "putTerm", tag: tag, summary: "Makes or replaces a term",
                parameters: [term, .ifMatch, .onlyNew], body: Schema.named("TermBody"),
                examples: [("cube", ["explanation": "The cube is the lamp on the desk.", "aliases": ["the block"]])],
                answers: [
                    .versioned("Replaced.", Schema.named("Term")),
                    .versioned("Made.", Schema.named("Term"), status: 201),
                ], errors: [412]),
            Operation(
                method: .delete, path: Self.path, id: "deleteTerm", tag: tag, summary: "Deletes a term",
                parameters: [term, .ifMatch], answers: [.noContent], errors: [412]),
        ]
    }

    /// The schemas that they name.
    var schemas: JSONObject {
        [
            "Term": Schema.object(members(.required("term", Self.phrase))),
            "TermBody": Schema.object(members(.optional("term", Self.phrase, "The same as in the path."))),
            "TermList": Schema.object([.required("terms", Schema.array(Schema.named("Term")))], isOpen: true),
        ]
    }

    /// The members of a term.
    private func members(_ term: Schema.Member) -> [Schema.Member] {
        [
            term, .required("explanation", Schema.string(length: 1...2000), "A sentence for the model."),
            .optional("aliases", Schema.array(Self.phrase, count: 0...100)),
            .optional("examples", Schema.array(Schema.string(length: 1...1000), count: 0...100)),
            .optional(
                "pools", Schema.array(PoolDocument.pool.schema, count: 0...100), "Pools it counts for; none: all."),
            .optional(
                "languages", Schema.array(Schema.choice(KnowledgeTerm.knownLanguages), count: 0...100),
                "Languages of the requests in which it counts; none: all."),
        ]
    }
}
