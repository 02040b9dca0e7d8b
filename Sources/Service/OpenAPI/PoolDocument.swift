import Documents
import Functions
import Grammar
import Judging
import OrderedCollections

/// The routes of pools and their functions.
struct PoolDocument: DocumentedGroup {
    let tag = "pools"
    let about = "Functions that can be called. A change is found by requests when its answer comes, and is durable."

    private static let path = "/v1/pools/{pool}"

    /// The routes of this group.
    var operations: [Operation] { pools + functions }

    /// Routes of whole pools.
    private var pools: [Operation] {
        [
            Operation(
                method: .get, path: "/v1/pools", id: "listPools", tag: tag, summary: "All pools",
                parameters: [.ifNoneMatch],
                answers: [.versioned("Names, sizes and origins.", Schema.named("PoolList")), .notModified]),
            Operation(
                method: .get, path: Self.path, id: "getPool", tag: tag, summary: "One pool with its functions",
                parameters: [Self.pool, .ifNoneMatch],
                answers: [.versioned("The pool.", Schema.named("Pool")), .notModified]),
            Operation(
                method: .put, path: Self.path, id: "putPool", tag: tag, summary: "Makes or replaces a pool",
                parameters: [Self.pool, .ifMatch, .onlyNew], body: Schema.named("Pool"),
                examples: [("one", ["functions": [CallingDocument.lights]])],
                answers: [
                    .versioned("Replaced.", Schema.named("PoolSummary")),
                    .versioned("Made.", Schema.named("PoolSummary"), status: 201),
                ], errors: [412]),
            Operation(
                method: .delete, path: Self.path, id: "deletePool", tag: tag, summary: "Deletes a pool",
                parameters: [Self.pool, .ifMatch], answers: [.noContent], errors: [412]),
            Operation(
                method: .get, path: "/v1/schema-keywords", id: "schemaKeywords", tag: tag,
                summary: "Keywords of JSON Schema that are enforced, and those that constrain nothing",
                parameters: [.ifNoneMatch],
                answers: [.versioned("The keywords.", Schema.named("SchemaKeywords")), .notModified]),
        ]
    }

    /// Routes of one function.
    private var functions: [Operation] {
        let path = Self.path + "/functions/{function}"
        let function = Operation.Parameter(
            name: "function", place: .path, schema: Schema.string(length: 1...128, pattern: "^[A-Za-z0-9_.-]+$"),
            description: "The function's name.")
        return [
            Operation(
                method: .get, path: path, id: "getFunction", tag: tag, summary: "One function",
                parameters: [Self.pool, function, .ifNoneMatch],
                answers: [.versioned("The function.", Schema.named("StoredFunction")), .notModified]),
            Operation(
                method: .put, path: path, id: "putFunction", tag: tag, summary: "Makes or replaces a function",
                description: "The name may be left out of the body. 409 where the pool is full.",
                parameters: [Self.pool, function, .ifMatch, .onlyNew], body: Schema.named("FunctionBody"),
                examples: [
                    (
                        "switch",
                        [
                            "description": "Turn a switch on or off",
                            "parameters": [
                                "type": "object", "properties": ["on": ["type": "boolean"]], "required": ["on"],
                            ],
                        ]
                    )
                ],
                answers: [
                    .versioned("Replaced.", Schema.named("StoredFunction")),
                    .versioned("Made.", Schema.named("StoredFunction"), status: 201),
                ], errors: [409, 412]),
            Operation(
                method: .delete, path: path, id: "deleteFunction", tag: tag, summary: "Deletes a function",
                parameters: [Self.pool, function, .ifMatch], answers: [.noContent], errors: [412]),
        ]
    }

    static let pool = Operation.Parameter(
        name: "pool", place: .path, schema: Schema.string(length: 1...128, pattern: "^[A-Za-z0-9_.-]+$"),
        description: "The pool's name.")

    /// The schemas that they name.
    var schemas: JSONObject {
        let summary: [Schema.Member] = [.required("name", Schema.string), .required("functions", Schema.count)]
        return [
            "PoolList": Schema.object(
                [
                    .required(
                        "pools",
                        Schema.array(
                            Schema.object(
                                summary + [.required("origin", Schema.choice(["stored", "file"]))], isOpen: true))),
                    .required("default", Schema.string),
                ], isOpen: true),
            "PoolSummary": Schema.object(summary, isOpen: true),
            "Pool": Schema.object([
                .required("functions", Schema.array(Schema.named("Function"), count: 0...10_000)),
                .absent("prompt", Schema.named("PromptStyle")),
            ]),
            "StoredFunction": CommonSchemas.function(isNamed: true),
            "FunctionBody": CommonSchemas.function(isNamed: false),
            "PromptStyle": Schema.object([
                .absent("style", Schema.choice(["compressed", "full"])),
                .absent("role", Schema.string(length: 0...2000)),
                .absent("guidelines", Schema.array(Schema.string(length: 0...1000), count: 0...50)),
            ]),
            "SchemaKeywords": Schema.object(
                [
                    .required("enforced", Schema.array(Schema.string)),
                    .required("formats", Schema.array(Schema.string), "Values of `format` that are enforced."),
                    .required("annotations", Schema.array(Schema.string)),
                ], isOpen: true),
        ]
    }
}
