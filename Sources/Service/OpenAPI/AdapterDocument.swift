import Adapters
import Documents
import OrderedCollections

/// The routes that show the adapters to legacy frames.
struct AdapterDocument: DocumentedGroup {
    let tag = "adapters"
    let about = "The rules that turn calls into the frames of a legacy stack: Docs/adapters.md."

    /// The routes of this group.
    var operations: [Operation] {
        let name = Operation.Parameter(
            name: "adapter", place: .path, schema: PoolDocument.pool.schema, description: "The adapter's name.")
        return [
            Operation(
                method: .get, path: "/v1/adapters", id: "listAdapters", tag: tag, summary: "All adapters",
                parameters: [.ifNoneMatch],
                answers: [.versioned("The adapters.", Schema.named("AdapterList")), .notModified]),
            Operation(
                method: .get, path: "/v1/adapters/{adapter}", id: "getAdapter", tag: tag,
                summary: "One adapter's rules",
                parameters: [name, .ifNoneMatch],
                answers: [.versioned("The rules.", Schema.named("AdapterRules")), .notModified]),
        ]
    }

    /// The schemas that they name.
    var schemas: JSONObject {
        let output = Schema.choice(OutputShape.allCases.map(\.rawValue))
        return [
            "AdapterList": Schema.object(
                [
                    .required(
                        "adapters",
                        Schema.array(
                            Schema.object(
                                [
                                    .required("name", Schema.string), .required("output", output),
                                    .required("functions", Schema.count, "That have rules."),
                                ], isOpen: true)))
                ], isOpen: true),
            "AdapterRules": Schema.object(
                [
                    .required("output", output), .absent("outcomes", Schema.anyObject),
                    .required("functions", Schema.anyObject, "As in the adapter's file."),
                ], isOpen: true),
        ]
    }
}
