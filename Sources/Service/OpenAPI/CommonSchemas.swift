import Documents
import FunctionCalling
import Functions
import Inference
import Judging
import OrderedCollections

/// Schemas that several groups of routes use.
enum CommonSchemas {
    /// All of them, by name, with the limits of the settings.
    static func all(_ limits: RequestLimits) -> JSONObject {
        [
            "Error": Schema.object([
                .required(
                    "error",
                    Schema.object([
                        .required("type", Schema.string, "The kind of error, by its status."),
                        .required("code", Schema.string, "What went wrong, for programs."),
                        .required("message", Schema.string, "What went wrong, where, and what to do."),
                        .required("param", Schema.nullable(Schema.string), "The field at fault."),
                    ]))
            ]),
            "Function": Schema.any(function(isNamed: true), wrappedFunction),
            "Turn": Schema.object([
                .required("role", Schema.choice(["user", "assistant", "system"])),
                .required("content", Schema.string(length: 0...limits.turnBytes)),
            ]),
            "Call": Schema.object([
                .required("function", Schema.string), .optional("parameters", Schema.anyObject),
                .optional(
                    "confidence", Schema.number(in: 0...1), "Probability of the function's name under the model."),
            ]),
            "Usage": Schema.object([
                .required("prompt_tokens", Schema.count),
                .required("cached_tokens", Schema.count, "Prompt tokens found in the prefix cache."),
                .required("completion_tokens", Schema.count),
                .required(
                    "forced_tokens", Schema.count, "Tokens that could only follow, written without asking the model."),
            ]),
        ]
    }

    private static let name = Schema.string(length: 1...128, pattern: "^[A-Za-z0-9_.-]+$")

    /// The members of a function, with those of others' tools that are passed over.
    private static func members(isNamed: Bool = true, type: Schema.Member) -> [Schema.Member] {
        [
            isNamed ? .required("name", name) : .absent("name", name),
            .optional("description", Schema.string(length: 0...4096)),
            .optional("domain", Schema.string), .optional("parameters", parameters),
            .optional("examples", Schema.array(Schema.string(length: 0...1000), count: 0...200)),
            type,
        ] + passedOver
    }

    private static let toolType = Schema.Member.optional("type", Schema.constant("function"))

    private static let passedOver = [
        "strict", "title", "annotations", "outputSchema", "_meta", "icons", "execution", "cache_control",
        "input_examples", "defer_loading",
    ].map { Schema.Member.absent($0, [:]) }

    private static let parameters = Schema.object(
        [
            .absent("type", ["enum": ["object", ["object"]]]),
            .optional("properties", Schema.map(of: ["type": ["object", "boolean"]])),
            .absent("required", Schema.any(Schema.array(Schema.string), Schema.boolean)),
        ], isOpen: true,
        description:
            "A JSON Schema. A keyword that cannot be enforced is refused; `GET /v1/schema-keywords` lists them.")

    /// - Parameter isNamed: false where the name may stand elsewhere.
    static func function(isNamed: Bool) -> JSONValue {
        Schema.object(members(isNamed: isNamed, type: toolType))
    }

    private static let wrappedFunction = Schema.object(
        [
            toolType, .required("function", Schema.object(members(type: .absent("type", [:])))),
        ] + passedOver)

    /// Functions given inline.
    static func functions(_ limits: RequestLimits) -> JSONValue {
        Schema.array(Schema.named("Function"), count: 1...limits.functions)
    }
    static let outcome = Schema.choice(Outcome.allCases.map(\.rawValue))
    /// What the user says.
    static func query(_ limits: RequestLimits) -> JSONValue {
        Schema.string(length: 1...limits.queryBytes, pattern: #"\S"#)
    }
    /// What was said before.
    static func history(_ limits: RequestLimits) -> JSONValue {
        Schema.array(Schema.named("Turn"), count: 0...limits.historyTurns)
    }
    static let confidence = Schema.number(in: 0...1)

    /// `timings` of an answer.
    static func timings(_ names: [String]) -> JSONValue {
        Schema.object(names.map { .required("\($0)_ms", ["type": "number", "minimum": 0]) })
    }
}
