import Documents
import FunctionCalling
import Functions
import OrderedCollections
import Service

/// The tools' descriptions and schemas, written of the pools that are there.
struct PoolToolSchemas {
    let catalog: FunctionCatalog
    /// The pool of requests that name none.
    let standard: String

    var find: JSONValue {
        [
            "name": .string(PoolTools.find.name), "title": "Find functions",
            "description": .string(
                "Finds the functions of a pool that may serve what a user says, best first, with their JSON Schemas. "
                    + "Nothing is called. \(pools)"),
            "inputSchema": input(PoolTools.find.fields),
            "outputSchema": Schema.object([
                .required("pool", Schema.string),
                .required(
                    "functions",
                    Schema.array(
                        Schema.object([
                            .required("name", Schema.string), .required("description", Schema.string),
                            .required("parameters", Schema.anyObject), .required("score", Schema.number),
                        ]))),
            ]), "annotations": Self.annotations,
        ]
    }

    var call: JSONValue {
        [
            "name": .string(PoolTools.call.name), "title": "Make a function call",
            "description": .string(
                "Turns what a user says into a valid call of a pool's function, or says that none fits or that "
                    + "something is missing. The call is written, not carried out. \(pools)"),
            "inputSchema": input(PoolTools.call.fields),
            "outputSchema": Schema.object([
                .required("outcome", Schema.choice(Outcome.allCases.map(\.rawValue))),
                .required("message", Schema.nullable(Schema.string)),
                .required(
                    "calls",
                    Schema.array(
                        Schema.object([
                            .required("function", Schema.string), .required("parameters", Schema.anyObject),
                            .required("confidence", Schema.number(in: 0...1)),
                        ]))),
                .absent("legacy", [:], "What the adapter made of it."),
            ]), "annotations": Self.annotations,
        ]
    }

    private var pools: String {
        let names = catalog.poolNames.map { name in
            let count = catalog.pool(named: name)?.pool.functions.count ?? 0
            return "\(name) (\(count)\(name == standard ? ", the default" : ""))"
        }
        return names.isEmpty ? "There is no pool yet." : "Pools and their functions: \(names.joined(separator: ", "))."
    }

    /// A caller that may read it needs no confirmation: nothing changes, and nothing leaves the server.
    private static let annotations: JSONValue = [
        "readOnlyHint": true, "destructiveHint": false, "idempotentHint": true, "openWorldHint": false,
    ]

    private func input(_ fields: [String]) -> JSONValue {
        let members = fields.compactMap { name in member(name).map { (name, $0) } }
        return [
            "type": "object", "properties": .object(JSONObject(members, uniquingKeysWith: { first, _ in first })),
            "required": ["query"], "additionalProperties": false,
        ]
    }

    private func member(_ name: String) -> JSONValue? {
        let turn = Schema.object([
            .required("role", Schema.choice(["system", "user", "assistant"])), .required("content", Schema.string),
        ])
        let context = Schema.object([
            .absent("time", Schema.string, "The user's now, ISO 8601."),
            .absent("timezone", Schema.string, "A zone of the IANA data base."),
            .absent("locale", Schema.string, "A language tag."),
            .absent("state", Schema.anyObject, "States of devices, the room the user is in, and the like."),
        ])
        let names = catalog.poolNames
        let all: [String: (schema: JSONValue, about: String)] = [
            "query": (Schema.string, "What the user says."),
            "history": (Schema.array(turn), "Earlier turns, oldest first."),
            "context": (context, "When and where it is said."),
            "pool": (
                names.isEmpty ? Schema.string : Schema.choice(names),
                "Which functions; without it, those of \(standard)."
            ),
            "top_k": (Schema.integer(in: 1...64), "Functions that are looked at."),
            "min_score": (Schema.number, "Functions below it are left out."),
            "adapter": (Schema.string, "Rules, or an output shape, that the call is put into as well."),
            "max_calls": (Schema.integer(in: 1...16), "Calls that may be made."),
            "seed": (Schema.count, "For the same answer again."),
            "knowledge": (Schema.boolean, "Whether terms that the server knows are looked for."),
        ]
        return all[name].map { Schema.described($0.schema, $0.about) }
    }
}
