import Documents
import OrderedCollections
import Service

/// The page of `/mcp`.
extension ModelContextDoor {
    var tag: String { "mcp" }
    var about: String { "The pools' retrieval and calls as tools of the Model Context Protocol." }

    var operations: [Operation] {
        var post = Operation(
            .post, "/mcp", id: "modelContext", of: self, summary: "A message of the Model Context Protocol")
        post.description = """
            Streamable HTTP, without sessions: every answer is one JSON object. Revisions \
            \(ProtocolRevision.allCases.map(\.rawValue).joined(separator: ", ")). Methods `initialize`, `ping`, \
            `server/discover`, `tools/list`, `tools/call`; what only informs is a 202. A page's `origin` must be local or \
            one of `cors.origins`.
            """
        post.parameters = [
            .header(
                ProtocolRevision.header, Schema.string, "The revision, once it is agreed; from 2026-07-28 on always."),
            .header("mcp-method", Schema.string, "From 2026-07-28 on: the body's method."),
            .header("mcp-name", Schema.string, "From 2026-07-28 on: the name of the tool that is called."),
        ]
        post.body = Schema.named("RPCRequest")
        post.examples = [
            (
                "initialize",
                [
                    "jsonrpc": "2.0", "id": 1, "method": "initialize",
                    "params": [
                        "protocolVersion": "2025-11-25", "capabilities": [:],
                        "clientInfo": ["name": "example", "version": "1"],
                    ],
                ]
            ), ("ping", ["jsonrpc": "2.0", "id": 2, "method": "ping"]),
            ("list", ["jsonrpc": "2.0", "id": 3, "method": "tools/list"]),
            (
                "call",
                [
                    "jsonrpc": "2.0", "id": "four", "method": "tools/call",
                    "params": ["name": "call_function", "arguments": ["query": "turn off the kitchen lights"]],
                ]
            ),
        ]
        post.answers = [
            .json("The method's answer, or a JSON-RPC error.", Schema.named("RPCAnswer")),
            .empty("Nothing is to be answered.", status: 202),
            .json("The message is none, or its headers say something else.", Schema.named("RPCAnswer"), status: 400),
            .json("The page may not ask here, or the key may not.", Schema.anyObject, status: 403),
            .json("The method is not offered (from 2026-07-28 on).", Schema.named("RPCAnswer"), status: 404),
        ]
        return [post]
    }

    var schemas: JSONObject {
        let id = Schema.any(Schema.string, ["type": "integer"])
        let error = Schema.object(
            [.required("code", ["type": "integer"]), .required("message", Schema.string)], isOpen: true)
        return [
            "RPCRequest": Schema.object(
                [
                    .required("jsonrpc", Schema.constant("2.0")), .absent("id", id), .required("method", Schema.string),
                    .absent("params", Schema.anyObject),
                ], isOpen: true),
            "RPCAnswer": Schema.object([
                .required("jsonrpc", Schema.constant("2.0")), .required("id", Schema.nullable(id)),
                .absent("result", Schema.anyObject), .absent("error", error),
            ]),
        ]
    }
}
