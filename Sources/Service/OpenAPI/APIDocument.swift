import Assembly
import Configuration
import Documents
import Evaluation
import FunctionCalling
import HTTPServer
import Inference
import OrderedCollections
import Tokenization

/// The OpenAPI 3.1 document of this server, written beside its routes: `GET /openapi.json`.
package struct APIDocument: Sendable {
    /// What of the running server stands in schemas.
    package struct Facts: Sendable {
        package var model: String
        package var vocabulary: Int
        /// Numbers of a vector of `/v1/embeddings`; without an encoder any.
        package var vectorWidth = 65_536
        package var limits = RequestLimits()
        package var evaluations = EvaluationBounds()

        package init(model: String, vocabulary: Int) { (self.model, self.vocabulary) = (model, vocabulary) }

        init(_ engine: Engine, _ embedding: LoadedEmbedder, _ settings: Settings) {
            self.init(model: engine.modelName, vocabulary: engine.tokenizer.count)
            (limits, evaluations) = (settings.limits, EvaluationBounds(settings))
            if case .ready(let embedder) = embedding { vectorWidth = embedder.dimensions }
        }
    }

    package let json: JSONValue
    /// `GET /v1/pools` and so on, sorted.
    package let operations: [String]

    /// Writes the document of a server: its limits are bounds of the schemas.
    ///
    /// - Parameter doors: pages of routes that targets above this one bring.
    package init(_ facts: Facts, doors: [any DocumentedGroup] = []) {
        let own: [any DocumentedGroup] = [
            CallingDocument(limits: facts.limits), RetrieveDocument(limits: facts.limits), PoolDocument(),
            KnowledgeDocument(), TunedDocument(), JudgeDocument(limits: facts.limits),
            EvaluationDocument(limits: facts.limits, bounds: facts.evaluations), RewardDocument(limits: facts.limits),
            OpenAIDocument(facts: facts), TokenDocument(facts: facts), AdapterDocument(), OperationsDocument(),
        ]
        let groups = own + doors
        let all = groups.flatMap(\.operations)
        operations = all.map { "\($0.method.rawValue.uppercased()) \($0.path)" }.sorted()
        var paths: JSONObject = [:]
        for operation in all {
            var methods = paths[operation.path]?.objectValue ?? [:]
            methods[operation.method.rawValue] = operation.json
            paths[operation.path] = .object(methods)
        }
        var schemas = CommonSchemas.all(facts.limits)
        for group in groups { schemas.merge(group.schemas) { first, _ in first } }
        var errors: JSONObject = [:]
        for schema in Set(all.map(\.errorSchema)).sorted() {
            errors.merge(Self.errors(schema)) { first, _ in first }
        }
        json = [
            "openapi": "3.1.0",
            "info": [
                "title": "Kinglet", "version": .string(KingletVersion.text),
                "summary": "Function calling with a very small model on a CPU",
                "description": .string(Self.description),
                "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": "/"]],
            "security": [[:], ["key": []], ["apiKey": []]],
            "tags": .array(groups.map { ["name": .string($0.tag), "description": .string($0.about)] }),
            "paths": .object(paths),
            "components": [
                "schemas": .object(schemas), "responses": .object(errors), "headers": .object(Self.headers),
                "securitySchemes": [
                    "key": [
                        "type": "http", "scheme": "bearer",
                        "description": "Where keys are configured: `Authorization: Bearer <key>`.",
                    ],
                    "apiKey": [
                        "type": "apiKey", "in": "header", "name": "x-api-key",
                        "description": "The same key, as Anthropic's clients send it.",
                    ],
                ],
            ],
        ]
    }

    private static let description =
        """
        JSON in, JSON out, UTF-8. An unknown field of a request is a 400 that names it, except on OpenAI's routes, which \
        ignore what they do not know. Every answer carries `x-request-id`, which echoes the request's if it sent one, and \
        `server-timing`. A path that exists answers any other method with 405 and `Allow`, and OPTIONS with 204; GET \
        answers HEAD too. A request that is no HTTP gets 400, 414, 431, 501 or 505 with the same body as any error.
        """

    private static let headers: JSONObject = [
        "RequestID": [
            "description": "The request's own `x-request-id` if it is sane, else one made here.",
            "schema": ["type": "string"], "required": true,
        ],
        "ServerTiming": [
            "description": "`total` and, where the model answered, `queue`, `prefill` and `decode`, in milliseconds.",
            "schema": ["type": "string"],
        ],
        "RetryAfter": [
            "description": "Seconds after which to try again.", "schema": ["type": "integer", "minimum": 0],
        ],
    ]

    /// Every error by its status, with one schema.
    private static func errors(_ schema: String) -> JSONObject {
        let reasons: [(Int, String)] = [
            (400, "The request is not valid: `param` names the field, `message` the remedy."),
            (401, "A key is needed, and none or an unknown one was sent."),
            (403, "The key lacks the scope for this."), (404, "Nothing has this name."),
            (408, "The request did not arrive in time."), (409, "It is already there, or it is being changed."),
            (412, "`If-Match` names another version than the present one."),
            (413, "The body is larger than the server takes."), (415, "The content type cannot be read."),
            (422, "The content cannot be used."),
            (429, "The queue is full, or the key's rate is used up: try again later."),
            (503, "The server is shutting down, or full: ask another one or try again later."),
            (502, "A stage that runs on another server failed there."),
            (504, "The request's own time-out was over, or that of another server."),
        ]
        var responses: JSONObject = [:]
        for (status, reason) in reasons {
            var headers = Operation.Answer.commonHeaders
            if status == 429 || status == 503 { headers["retry-after"] = ["$ref": "#/components/headers/RetryAfter"] }
            responses["\(schema)\(status)"] = [
                "description": .string(reason), "headers": .object(headers),
                "content": ["application/json": ["schema": Schema.named(schema)]],
            ]
        }
        return responses
    }
}

/// Routes that belong together, and the schemas they need.
package protocol DocumentedGroup {
    var tag: String { get }
    var about: String { get }
    var operations: [Operation] { get }
    var schemas: JSONObject { get }
}

/// Routes that a target above this one brings: they go through the same gate and stand in the same document.
package protocol Door: DocumentedGroup {
    func register(in table: inout RouteTable)
}
