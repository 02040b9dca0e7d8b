import Documents
import OrderedCollections

/// The routes of adapters.
struct TunedDocument: DocumentedGroup {
    let tag = "tuned"
    let about = "Low-rank adapters: each answers for the pool of its name, and is a model of OpenAI's routes. Durable."

    private static let path = "/v1/tuned/{name}"

    /// The routes of this group.
    var operations: [Operation] {
        let name = Operation.Parameter(
            name: "name", place: .path, schema: PoolDocument.pool.schema, description: "The pool's name.")
        let file = Schema.file
        return [
            Operation(
                method: .get, path: "/v1/tuned", id: "listTuned", tag: tag, summary: "All adapters",
                parameters: [.ifNoneMatch],
                answers: [.versioned("The adapters.", Schema.named("TunedList")), .notModified]),
            Operation(
                method: .get, path: Self.path, id: "getTuned", tag: tag, summary: "One adapter",
                parameters: [name, .ifNoneMatch],
                answers: [.versioned("What it is.", Schema.named("Tuned")), .notModified]),
            Operation(
                method: .put, path: Self.path, id: "putTuned", tag: tag, summary: "Makes or replaces an adapter",
                description:
                    "A form with the files that PEFT or `kinglet train` wrote. Requests under way keep the old one.",
                parameters: [name, .ifMatch, .onlyNew],
                form: Schema.object([
                    .required("config", file, "`adapter_config.json`"),
                    .required("weights", file, "`adapter_model.safetensors`"),
                    .absent("card", file, "`card.json` of `kinglet train`: how its prompts were laid out."),
                ]),
                answers: [
                    .versioned("Replaced.", Schema.named("Tuned")),
                    .versioned("Made.", Schema.named("Tuned"), status: 201),
                ], errors: [412]),
            Operation(
                method: .delete, path: Self.path, id: "deleteTuned", tag: tag, summary: "Deletes an adapter",
                parameters: [name, .ifMatch], answers: [.noContent], errors: [412]),
        ]
    }

    /// The schemas that they name.
    var schemas: JSONObject {
        [
            "Tuned": Schema.object(
                [
                    .required("name", Schema.string), .required("origin", Schema.choice(["stored", "file"])),
                    .required("fingerprint", Schema.string, "Of its numbers."),
                    .required("rank", Schema.count), .required("alpha", Schema.number),
                    .required("matrices", Schema.array(Schema.string)), .required("layers", Schema.array(Schema.count)),
                    .optional(
                        "invocation_tokens", Schema.array(Schema.count),
                        "It acts from the last of these on; null: everywhere."
                    ),
                    .required("bytes", Schema.count, "Of memory."),
                ], isOpen: true),
            "TunedList": Schema.object([.required("adapters", Schema.array(Schema.named("Tuned")))], isOpen: true),
        ]
    }
}
