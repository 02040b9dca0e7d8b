import CallRules
import Documents
import FunctionCalling
import Functions
import Inference
import Judging
import OrderedCollections
import Retrieval

/// `POST /v1/functioncall` and `POST /v1/adapt`.
struct CallingDocument: DocumentedGroup {
    let limits: RequestLimits
    let tag = "calling"
    let about = "From a sentence to a valid call, and to the frame that legacy systems read."

    /// The routes of this group.
    var operations: [Operation] {
        [
            Operation(
                method: .post, path: "/v1/functioncall", id: "functionCall", tag: tag,
                summary: "A sentence in, a call and its legacy frame out",
                description: """
                    Only `query` is required. A call is always valid: the function is one of the candidates, every \
                    required parameter is there, types, enums and bounds follow the schema. With `stream`, the calls come \
                    as the model writes them; `done` counts, whatever was told before.
                    """,
                body: Schema.named("FunctionCallRequest"), examples: Self.examples,
                answers: [.streamable("Any of the three outcomes.", Schema.named("FunctionCall"), named: Self.events)],
                errors: [502, 504]),
            Operation(
                method: .post, path: "/v1/adapt", id: "adapt", tag: tag,
                summary: "The legacy frame of a call that is given",
                body: Schema.named("AdaptRequest"),
                examples: [
                    (
                        "dis",
                        [
                            "adapter": "dis", "query": "turn off the kitchen lights",
                            "calls": [
                                [
                                    "function": "light_set_brightness",
                                    "parameters": ["level": 0, "room": "kitchen", "lamp": "all"], "confidence": 0.49,
                                ]
                            ],
                        ]
                    ), ("nothingFits", ["adapter": "rasa", "outcome": "no_appropriate_function"]),
                ], answers: [.json("What the adapter makes of it.", Schema.named("Adaptation"))]),
        ]
    }

    /// The schemas that they name.
    var schemas: JSONObject {
        let name = Schema.string(length: 1...128)
        return [
            "FunctionCallRequest": Schema.object([
                .required("query", CommonSchemas.query(limits), "What the user says."),
                .optional("history", CommonSchemas.history(limits), "Earlier turns, oldest first."),
                .optional("context", Schema.named("CallContext")),
                .optional("pool", name, "Excludes `functions`; without both, the server's default pool."),
                .optional("functions", CommonSchemas.functions(limits), "Functions of this request alone."),
                .optional("top_k", Schema.integer(in: 1...limits.topK), "Candidates shown to the model."),
                .optional("min_score", Schema.number(in: -1e9...1e9), "Candidates below it are left out."),
                .optional("retriever", Schema.choice(RetrieverKind.allCases.map(\.rawValue))),
                .optional("adapter", name, "Named rules, or an output shape of the pool's own rules."),
                .optional("model", Schema.string(length: 1...256)),
                .optional("max_calls", Schema.integer(in: 1...limits.calls)),
                .optional(
                    "n", Schema.integer(in: 1...limits.answers),
                    "So many answers are made, and the one is given that the judge finds likeliest to be right."),
                .optional("judge", name, "Who chooses, with `n` above 1; default: the standard judge."),
                .optional(
                    "temperature", Schema.number(in: 0...2), "With `n` above 1: of all answers but the first; 0.8."),
                .optional("seed", Schema.count),
                .optional("priority", Schema.integer(in: 0...9), "0 interactive, 9 batch."),
                .optional("timeout_ms", Schema.integer(in: 1...600_000)),
                .optional("knowledge", Schema.boolean), .optional("explain", Schema.boolean),
                .optional("stream", Schema.boolean),
            ]),
            "AdaptRequest": Schema.object([
                .required("adapter", Schema.string), .optional("pool", Schema.string),
                .optional("confidence", CommonSchemas.confidence), .optional("query", Schema.string),
                .optional("locale", Schema.string), .optional("id", Schema.string),
                .optional("outcome", CommonSchemas.outcome, "Default `call`; with it there are calls, else none."),
                .optional("calls", Schema.array(Schema.named("Call"), count: 0...16)),
            ]),
            "Adaptation": Schema.object(
                [.required("object", Schema.constant("adaptation")), .required("legacy", Schema.anyObject)],
                isOpen: true),
            "CallContext": context, "FunctionCall": answer, "BestOf": bestOf, "Explanation": explanation,
            "CallCandidates": candidatesEvent, "CallDelta": deltaEvent,
        ]
    }

    /// `context` of a request.
    private var context: JSONValue {
        Schema.object([
            .optional(
                "time", Schema.string(length: 10...40, pattern: #"^\d{4}-\d\d-\d\d"#), "The user's now, ISO 8601."),
            .optional("timezone", Schema.string(length: 1...64), "A zone of the IANA data base."),
            .optional("locale", Schema.string(length: 2...35, pattern: "^[A-Za-z0-9_-]+$"), "A language tag."),
            .optional("state", Schema.anyObject, "States of devices, the room the user is in, and the like."),
        ])
    }

    /// The whole answer.
    private var answer: JSONValue {
        Schema.object(
            [
                .required("id", Schema.string), .required("object", Schema.constant("functioncall")),
                .required("created", Schema.count, "Seconds since 1970."), .required("model", Schema.string),
                .required("outcome", CommonSchemas.outcome), .required("message", Schema.nullable(Schema.string)),
                .required("calls", Schema.array(Schema.named("Call"))),
                .absent("legacy", Schema.anyObject, "What the adapter made of it; its shape is the adapter's."),
                .absent("dropped_history", Schema.count, "Oldest turns that did not fit."),
                .absent("best_of", Schema.named("BestOf")),
                .required("usage", Schema.named("Usage"), "Of all that was computed."),
                .required(
                    "timings", CommonSchemas.timings(["queue", "retrieval", "prefill", "decode", "total"])),
                .absent("explain", Schema.named("Explanation")),
            ], isOpen: true)
    }

    /// What an answer was chosen from, with `n` above 1.
    private var bestOf: JSONValue {
        Schema.object(
            [
                .required("n", Schema.count, "Answers made."), .required("different", Schema.count),
                .required("times", Schema.count, "How often the one that is given was made."),
                .required("judge", Schema.string),
                .required("right", CommonSchemas.confidence, "How likely it is right, as the judge says."),
                .required("judge_usage", Schema.named("Usage"), "What of `usage` the judge took."),
                .required("judge_ms", Schema.number(in: 0...1e12)),
            ], isOpen: true)
    }

    /// What `explain` adds.
    private var explanation: JSONValue {
        Schema.object(
            [
                .required("candidates", rankedCandidates),
                .required("knowledge", Schema.array(Schema.anyObject), "Terms that the request speaks of."),
                .required("prompt", Schema.string),
                .required(
                    "tokens",
                    Schema.array(
                        Schema.object(
                            [
                                .required("text", Schema.string), .required("logprob", Schema.number),
                                .required("forced", Schema.boolean),
                            ], isOpen: true))),
                .required("changed", Schema.array(changedValue), "What rules changed in the calls."),
                .absent("choice", Schema.anyObject, "What the outcome was decided from."),
            ], isOpen: true)
    }

    /// A value that a rule changed.
    private var changedValue: JSONValue {
        Schema.object(
            [
                .required("rule", Schema.choice(RuleBook.names)), .required("function", Schema.string),
                .required("parameter", Schema.string), .required("from", [:], "null: it was not there."),
                .required("to", [:], "null: it is left out."),
            ], isOpen: true)
    }

    static let lights: JSONValue = [
        "name": "set_lights", "description": "Turn the lights of a room on or off",
        "parameters": [
            "type": "object",
            "properties": ["room": ["type": "string", "enum": ["kitchen", "bedroom"]], "on": ["type": "boolean"]],
            "required": ["room", "on"],
        ],
    ]

    private static let events = [
        ("candidates", "comes first: a `CallCandidates`."),
        ("delta", "a `CallDelta`; none for the two other outcomes, nor where a server elsewhere chooses."),
        ("done", "comes last: the `FunctionCall`."),
        ("error", "comes last where the answer breaks off: an `Error`."),
    ]

    /// The event that has the candidates.
    private var candidatesEvent: JSONValue {
        Schema.object(
            [
                .required("id", Schema.string, "Of the answer."), .required("candidates", rankedCandidates),
                .absent("knowledge", Schema.array(Schema.anyObject), "With `explain`."),
                .absent("prompt", Schema.string, "With `explain`."),
            ], isOpen: true)
    }

    /// The event that has a part of a call.
    private var deltaEvent: JSONValue {
        Schema.object(
            [
                .required("index", Schema.count, "Of the call."),
                .absent("function", Schema.string, "The call begins."),
                .absent("parameters", Schema.string, "The next piece of a JSON object."),
            ], isOpen: true)
    }

    /// Candidates, best first.
    private var rankedCandidates: JSONValue {
        Schema.array(
            Schema.object(
                [
                    .required("function", Schema.string), .required("score", Schema.number),
                    .required("rank", Schema.count),
                ], isOpen: true))
    }

    private static let examples: [(String, JSONValue)] = [
        ("shortest", ["query": "turn off the kitchen lights"]),
        (
            "whole",
            [
                "query": "a bit warmer in here please",
                "history": [
                    ["role": "user", "content": "turn on the heating in the bedroom"],
                    ["role": "assistant", "content": "Done."],
                ],
                "context": [
                    "time": "2026-11-24T07:30:00+08:00", "timezone": "Asia/Shanghai", "locale": "en-US",
                    "state": ["room": "bedroom", "bedroom.temperature": 19],
                ],
                "pool": "smart-home", "top_k": 10, "adapter": "dis", "max_calls": 1, "explain": false, "stream": false,
            ]
        ),
        ("inline", ["query": "lights off in the kitchen", "functions": [lights], "retriever": "all", "explain": true]),
        (
            "wrapped",
            ["query": "lights off in the kitchen", "functions": [["type": "function", "function": lights]]]
        ), ("bestOf", ["query": "lights off in the kitchen", "functions": [lights], "n": 3, "judge": "rules"]),
        ("stream", ["query": "turn off the kitchen lights", "adapter": "dis", "stream": true]),
        (
            "severalCalls",
            [
                "query": "lights off in the kitchen and on in the bedroom", "functions": [lights], "max_calls": 2,
                "explain": true, "stream": true,
            ]
        ),
    ]
}
