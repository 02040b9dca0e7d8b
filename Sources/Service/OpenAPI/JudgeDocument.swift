import Documents
import FunctionCalling
import Inference
import Judging
import OrderedCollections

/// The routes of the judge.
struct JudgeDocument: DocumentedGroup {
    let limits: RequestLimits
    let tag = "judging"
    let about = "Is an answer right; which of two is better."

    /// The routes of this group.
    var operations: [Operation] {
        [
            Operation(
                method: .post, path: "/v1/judge", id: "judge", tag: tag, summary: "Is this answer right?",
                description:
                    "Rules decide where they can; else the model writes why, and then its verdict, or says it by one token.",
                body: Schema.named("JudgeRequest"), examples: Self.judgeExamples,
                answers: [.json("The verdict.", Schema.named("Judgement"))], errors: [502, 504]),
            Operation(
                method: .post, path: "/v1/judge/compare", id: "compare", tag: tag, summary: "Which answer is better?",
                description:
                    "The model is asked in both orders; an opinion that the order decides is a tie. A judge by one token compares how likely "
                    + "either is right.",
                body: Schema.named("CompareRequest"), examples: Self.compareExamples,
                answers: [.json("The winner.", Schema.named("Comparison"))], errors: [502, 504]),
        ]
    }

    /// The members that both routes share.
    private var dialogue: [Schema.Member] {
        [
            .required("query", CommonSchemas.query(limits)), .optional("history", CommonSchemas.history(limits)),
            .optional("context", Schema.anyObject),
            .optional("pool", Schema.string, "Excludes `functions`; without both, the server's default pool."),
            .optional("functions", CommonSchemas.functions(limits)),
            .optional("judge", Schema.string, "A judge of `judging.folder`, or `local`; else `judging.judge`."),
        ]
    }

    private var answer: [Schema.Member] {
        [
            .required("outcome", CommonSchemas.outcome),
            .optional("calls", Schema.array(Schema.named("Call"), count: 0...limits.judgedCalls)),
        ]
    }

    private let cost: [Schema.Member] = [
        .required("usage", Schema.named("Usage")),
        .required("timings", CommonSchemas.timings(["queue", "prefill", "decode", "total"])),
    ]

    /// The schemas that they name.
    var schemas: JSONObject {
        [
            "JudgeRequest": Schema.object(
                dialogue + answer + [
                    .optional("reference", Schema.named("Reference")),
                    .optional(
                        "votes",
                        [
                            "type": "integer",
                            "enum": .array(stride(from: 1, through: limits.votes, by: 2).map { .integer($0) }),
                        ], "How often the model is asked."),
                ]),
            "CompareRequest": Schema.object(
                dialogue + [.required("a", Schema.object(answer)), .required("b", Schema.object(answer))]),
            "Reference": Schema.object([
                .required("outcome", CommonSchemas.outcome),
                .optional("expected", Schema.array(Schema.named("Call"), count: 0...limits.judgedCalls)),
                .optional("answers", Schema.choice(["exact", "possible", "any"]), "How to read `expected`."),
            ]),
            "Judgement": Schema.object(
                [
                    .required("id", Schema.string), .required("object", Schema.constant("judgement")),
                    .required("verdict", ["type": "integer", "enum": [0, 1]]), .required("rationale", Schema.string),
                    .required("confidence", CommonSchemas.confidence),
                    .required("checks", Schema.array(Schema.named("Check"))),
                    .required("votes", Schema.array(["type": "integer", "enum": [0, 1]])),
                ] + cost, isOpen: true),
            "Comparison": Schema.object(
                [
                    .required("id", Schema.string), .required("object", Schema.constant("comparison")),
                    .required("winner", Schema.choice(["a", "b", "tie"])), .required("rationale", Schema.string),
                    .required("confidence", CommonSchemas.confidence),
                    .required("orders", Schema.array(Schema.choice(["a", "b", "tie"]))),
                ] + cost, isOpen: true),
            "Check": Schema.object([
                .required("name", Schema.string), .required("passed", Schema.boolean),
                .required("detail", Schema.nullable(Schema.string)),
            ]),
        ]
    }

    private static let right: JSONValue = ["function": "set_lights", "parameters": ["room": "kitchen", "on": false]]
    private static let wrong: JSONValue = ["function": "set_lights", "parameters": ["room": "bedroom", "on": false]]

    private static let judgeExamples: [(String, JSONValue)] = [
        (
            "reference",
            [
                "query": "lights off in the kitchen", "functions": [CallingDocument.lights], "outcome": "call",
                "calls": [right], "reference": ["outcome": "call", "expected": [right], "answers": "exact"],
            ]
        ),
        (
            "model",
            [
                "query": "lights off in the kitchen", "functions": [CallingDocument.lights], "outcome": "call",
                "calls": [right], "votes": 1,
            ]
        ),
    ]

    private static let compareExamples: [(String, JSONValue)] = [
        (
            "twoCalls",
            [
                "query": "lights off in the kitchen", "functions": [CallingDocument.lights],
                "a": ["outcome": "call", "calls": [right]], "b": ["outcome": "call", "calls": [wrong]],
            ]
        )
    ]
}
