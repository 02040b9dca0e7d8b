import Documents
import Evaluation
import FunctionCalling
import OrderedCollections

/// The routes of evaluations.
struct EvaluationDocument: DocumentedGroup {
    let limits: RequestLimits
    let bounds: EvaluationBounds
    let tag = "evaluations"
    let about = "How often calls are right: jobs over labelled samples, which go on after a restart."

    private static let path = "/v1/evaluations/{id}"
    private static let id = Operation.Parameter(
        name: "id", place: .path, schema: Schema.string, description: "The evaluation's id.")

    /// The routes of this group.
    var operations: [Operation] { jobs + outputs }

    /// Routes of the jobs.
    private var jobs: [Operation] {
        [
            Operation(
                method: .post, path: "/v1/evaluations", id: "evaluate", tag: tag, summary: "Begins an evaluation",
                description: """
                    Samples are answered one job after the other, with the priority of batch work: they stand still while \
                    other requests run. 429 where too many evaluations wait.
                    """,
                body: Schema.named("EvaluationRequest"), examples: Self.examples,
                answers: [
                    Operation.Answer(
                        status: 202, description: "It waits for its turn, or runs.",
                        content: [("application/json", Schema.named("Evaluation"))],
                        headers: [("location", "Its path.")])
                ]),
            Operation(
                method: .get, path: "/v1/evaluations", id: "listEvaluations", tag: tag,
                summary: "All evaluations, the newest first",
                answers: [
                    .json(
                        "Their states.",
                        Schema.object(
                            [.required("evaluations", Schema.array(Schema.named("Evaluation")))], isOpen: true))
                ]),
            Operation(
                method: .get, path: Self.path, id: "getEvaluation", tag: tag,
                summary: "One evaluation with its rates so far", parameters: [Self.id],
                answers: [.json("The evaluation.", Schema.named("EvaluationWithReport"))]),
            Operation(
                method: .post, path: "\(Self.path)/cancel", id: "cancelEvaluation", tag: tag,
                summary: "Ends an evaluation; what is answered stays", parameters: [Self.id],
                answers: [.json("The evaluation.", Schema.named("Evaluation"))]),
        ]
    }

    /// Routes of what they give.
    private var outputs: [Operation] {
        [
            Operation(
                method: .get, path: "\(Self.path)/events", id: "evaluationEvents", tag: tag,
                summary: "Its progress as server-sent events", parameters: [Self.id],
                answers: [
                    Operation.Answer(
                        status: 200,
                        description:
                            "`progress` as samples are answered, `done` at the end; the data are the evaluation.",
                        content: [
                            (
                                "text/event-stream",
                                Schema.object(
                                    [
                                        .required("event", Schema.choice(["progress", "done", "error"])),
                                        .required("data", Schema.string),
                                    ], isOpen: true)
                            )
                        ])
                ]),
            Operation(
                method: .get, path: "\(Self.path)/results", id: "evaluationResults", tag: tag,
                summary: "A line of JSON a sample", parameters: [Self.id],
                answers: [
                    Operation.Answer(
                        status: 200, description: "As in `results.jsonl` of `kinglet evaluate calls`.",
                        content: [("application/x-ndjson", Schema.string)])
                ]),
            Operation(
                method: .get, path: "\(Self.path)/report", id: "evaluationReport", tag: tag,
                summary: "The report: a page, or another form",
                parameters: [
                    Self.id,
                    .init(
                        name: "format", place: .query, schema: Schema.choice(Array(EvaluationRoutes.formats.keys)),
                        description: "`html` where it is not said."),
                ],
                answers: [
                    Operation.Answer(
                        status: 200, description: "As far as samples are answered.",
                        content: EvaluationRoutes.formats.map { name, format in
                            (format.type, name == "json" ? Schema.anyObject : Schema.string)
                        },
                        headers: [("content-security-policy", "Nothing from elsewhere, and no scripts.")])
                ]),
        ]
    }

    /// The schemas that they name.
    var schemas: JSONObject {
        [
            "EvaluationRequest": Schema.object([
                .optional("dataset", Schema.string, "A data set of `evaluation.folder`; excludes `samples`."),
                .optional("samples", Schema.array(Schema.named("Sample"), count: 1...bounds.samples)),
                .optional(
                    "pool", Schema.string,
                    "What is offered to samples without functions; without it the data set's own, for `samples` the default."
                ),
                .optional("limit", Schema.integer(in: 1...(.max)), "So many samples, drawn by the seed."),
                .optional("seed", Schema.count),
                .optional("concurrency", Schema.integer(in: 1...bounds.concurrency), "Samples at the same time."),
                .optional(
                    "target",
                    Schema.object([
                        .optional("retriever", Schema.choice(RetrieverKind.allCases.map(\.rawValue))),
                        .optional("top_k", Schema.integer(in: 1...limits.topK)),
                        .optional(
                            "max_calls", Schema.integer(in: 0...limits.calls), "0: 8 where a sample is parallel."),
                        .optional("style", Schema.choice(["compressed", "full"])),
                    ]), "How samples are answered."),
                .optional(
                    "judge",
                    Schema.object([
                        .required("name", Schema.string),
                        .optional("reference", Schema.boolean, "It sees what is right."),
                    ]), "Who says of each answer whether it is right, beside the matcher."),
            ]),
            "Sample": Schema.object(
                [
                    .required("id", Schema.string), .required("query", Schema.string),
                    .required("outcome", CommonSchemas.outcome), .optional("expected", Schema.array(Schema.anyObject)),
                    .optional("answers", Schema.choice(["exact", "possible", "any"])),
                    .optional("history", Schema.array(Schema.named("Turn"))), .optional("context", Schema.anyObject),
                    .optional("functions", Schema.array(Schema.named("Function"))),
                    .optional("candidates", Schema.array(Schema.string)),
                ], isOpen: true, description: "A sample in the form of data sets; other members are its own notes."),
            "Evaluation": Schema.object(Self.members, isOpen: true),
            "EvaluationWithReport": Schema.object(
                Self.members + [
                    .required(
                        "report", Schema.anyObject, "Rates, confusion, recall, calibration, tokens and time so far.")
                ], isOpen: true),
        ]
    }

    private static let members: [Schema.Member] = [
        .required("id", Schema.string), .required("object", Schema.constant("evaluation")),
        .required("state", Schema.choice(EvaluationJob.State.allCases.map(\.rawValue))),
        .required("created", Schema.count), .required("started", Schema.nullable(Schema.count)),
        .required("finished", Schema.nullable(Schema.count)), .required("error", Schema.nullable(Schema.string)),
        .required("request", Schema.anyObject, "What was asked for, without samples that came with it."),
        .required("samples", Schema.count), .required("answered", Schema.count), .required("failures", Schema.count),
        .required("right", Schema.anyObject, "The achievable rate so far with its 95 % interval."),
    ]

    private static let examples: [(String, JSONValue)] = [
        ("named", ["dataset": "smart-home", "pool": "smart-home", "limit": 100, "seed": 1]),
        (
            "inline",
            [
                "samples": [
                    [
                        "id": "1", "query": "lights off in the kitchen", "functions": [CallingDocument.lights],
                        "outcome": "call",
                        "expected": [["function": "set_lights", "parameters": ["room": "kitchen", "on": false]]],
                    ]
                ],
                "concurrency": 2,
            ]
        ),
    ]
}
