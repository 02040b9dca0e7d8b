import OrderedJSON

/// What can be called.
struct PoolDocument: DocumentedGroup {
    let tag = "pools"
    let about = "Functions that can be called, and what of their schemas is enforced."

    var operations: [Operation] {
        [
            Operation(
                method: .get, path: "/v1/pools", id: "listPools", tag: tag, summary: "All pools",
                answers: [.json("Names and sizes.", Schema.named("PoolList"))]),
            Operation(
                method: .get, path: "/v1/pools/{pool}", id: "getPool", tag: tag, summary: "One pool with its functions",
                parameters: [Self.pool], answers: [.json("The pool.", Schema.named("Pool"))]),
            Operation(
                method: .get, path: "/v1/schema-keywords", id: "schemaKeywords", tag: tag,
                summary: "Keywords of JSON Schema that are enforced, and those that constrain nothing",
                answers: [.json("The keywords.", Schema.named("SchemaKeywords"))]),
        ]
    }

    static let pool = Operation.Parameter(
        name: "pool", place: .path, schema: Schema.string(length: 1...128, pattern: "^[A-Za-z0-9_.-]+$"),
        description: "The pool's name.")

    var schemas: JSONObject {
        [
            "PoolList": Schema.object(
                [
                    .required(
                        "pools",
                        Schema.array(
                            Schema.object(
                                [.required("name", Schema.string), .required("functions", Schema.count)], isOpen: true))
                    )
                ], isOpen: true),
            "Pool": Schema.object([
                .required("functions", Schema.array(CommonSchemas.function, count: 0...10_000)),
                .optional("prompt", Schema.named("PromptStyle")),
            ]),
            "PromptStyle": Schema.object([
                .absent("style", Schema.choice(["compressed", "full"])),
                .absent("role", Schema.string(length: 0...2000)),
                .absent("guidelines", Schema.array(Schema.string(length: 0...1000), count: 0...50)),
            ]),
            "SchemaKeywords": Schema.object(
                [
                    .required("enforced", Schema.array(Schema.string)),
                    .required("annotations", Schema.array(Schema.string)),
                ], isOpen: true),
        ]
    }
}
