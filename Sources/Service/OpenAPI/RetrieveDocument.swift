import Documents
import FunctionCalling
import Inference
import OrderedCollections

/// `POST /v1/retrieve`.
struct RetrieveDocument: DocumentedGroup {
    let limits: RequestLimits
    let tag = "retrieval"
    let about = "The functions that may answer a query, without asking the model to choose."

    /// The route of this group.
    var operations: [Operation] {
        [
            Operation(
                method: .post, path: "/v1/retrieve", id: "retrieve", tag: tag,
                summary: "Candidates for a query, best first",
                body: Schema.named("RetrieveRequest"),
                examples: [
                    ("shortest", ["query": "turn off the kitchen lights"]),
                    ("lexical", ["query": "a bit warmer please", "top_k": 3, "retriever": "lexical"]),
                ], answers: [.json("What was found.", Schema.named("Retrieval"))], errors: [502, 504])
        ]
    }

    /// The schemas that it names.
    var schemas: JSONObject {
        let name = Schema.string(length: 1...128)
        return [
            "RetrieveRequest": Schema.object([
                .required("query", CommonSchemas.query(limits), "What the user says."),
                .optional("history", CommonSchemas.history(limits), "Earlier turns, oldest first."),
                .optional("pool", name, "Excludes `functions`; without both, the server's default pool."),
                .optional("functions", CommonSchemas.functions(limits), "Functions of this request alone."),
                .optional("top_k", Schema.integer(in: 1...limits.topK)),
                .optional("min_score", Schema.number(in: -1e9...1e9), "Candidates below it are left out."),
                .optional("retriever", Schema.choice(RetrieverKind.allCases.map(\.rawValue))),
            ]),
            "Retrieval": Schema.object(
                [
                    .required(
                        "candidates",
                        Schema.array(
                            Schema.object(
                                [.required("function", Schema.string), .required("score", Schema.number)], isOpen: true)
                        )),
                    .required(
                        "description", Schema.nullable(Schema.string),
                        "What the model wrote, with the retriever `description`."),
                    .required("timings", CommonSchemas.timings(["retrieval"])),
                ], isOpen: true),
        ]
    }
}
