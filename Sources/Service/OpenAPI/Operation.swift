import Documents
import HTTPServer
import Inference
import OrderedCollections

/// One method of one path, as the document lists it.
package struct Operation {
    /// Methods that routes have.
    package enum Method: String { case get, post, put, delete }

    /// Part of an address.
    package struct Parameter {
        enum Place: String { case path, query, header }
        var name: String
        var place: Place
        var schema: JSONValue
        var description: String

        /// A header that may stand.
        package static func header(_ name: String, _ schema: JSONValue, _ description: String) -> Parameter {
            Parameter(name: name, place: .header, schema: schema, description: description)
        }

        private static let tags = Schema.string(
            length: 0...1000, pattern: #"^(\*|(W/)?"[!#-~]*"(, ?(W/)?"[!#-~]*")*)?$"#)
        package static let ifNoneMatch = Parameter(
            name: "if-none-match", place: .header, schema: Schema.string,
            description: "Versions that the client has, or `*`.")
        package static let ifMatch = Parameter(
            name: "if-match", place: .header, schema: tags,
            description: "Change it only if it has one of these versions, or for `*` if it is there: else 412.")
        package static let onlyNew = Parameter(
            name: "if-none-match", place: .header, schema: tags,
            description: "`*`: only if it is not there yet: else 412.")
    }

    /// An answer that is no error.
    package struct Answer {
        var status: Int
        var description: String
        /// Content type to schema; empty: no body.
        var content: [(type: String, schema: JSONValue)]
        /// Name to description, beside those that every answer has.
        var headers: [(String, String)] = []

        /// An answer in JSON.
        package static func json(_ description: String, _ schema: JSONValue, status: Int = 200) -> Answer {
            Answer(status: status, description: description, content: [("application/json", schema)])
        }

        /// JSON with a version, for `if-none-match` and `if-match`.
        package static func versioned(_ description: String, _ schema: JSONValue, status: Int = 200) -> Answer {
            Answer(
                status: status, description: description, content: [("application/json", schema)],
                headers: [("etag", "Its version.")])
        }

        /// JSON, or events with names if the request asks for a stream.
        package static func streamable(
            _ description: String, _ schema: JSONValue, named events: [(name: String, data: String)]
        ) -> Answer {
            let names = events.map(\.name), texts = events.map { "`\($0.name)`: \($0.data)" }.joined(separator: " ")
            let event = Schema.object(
                [.required("event", Schema.choice(names)), .required("data", Schema.string, texts)], isOpen: true)
            return Answer(
                status: 200, description: description,
                content: [("application/json", schema), ("text/event-stream", event)])
        }

        /// An answer without a body.
        package static func empty(_ description: String, status: Int) -> Answer {
            Answer(status: status, description: description, content: [])
        }

        package static let notModified = Answer(
            status: 304, description: "The client has this version.", content: [], headers: [("etag", "Its version.")])
        package static let noContent = Answer(status: 204, description: "It is gone.", content: [])

        /// JSON, or events if the request asks for a stream: the second schema is one event's.
        package static func streamable(_ description: String, _ schema: JSONValue, events: String) -> Answer {
            let event = Schema.object([.required("data", Schema.string, events)], isOpen: true)
            return Answer(
                status: 200, description: description,
                content: [("application/json", schema), ("text/event-stream", event)])
        }
    }

    package var method: Method
    package var path: String
    /// Unique; clients that are generated call the operation so.
    package var id: String
    package var tag: String
    package var summary: String
    package var description: String?
    package var parameters: [Parameter] = []
    /// The schema of a JSON body.
    package var body: JSONValue?
    /// The schema of a body that is a form.
    package var form: JSONValue?
    /// Bodies by a name: each is a valid request.
    package var examples: [(name: String, body: JSONValue)] = []
    package var answers: [Answer]
    /// Statuses of errors that can occur, beside those that any operation or body may have.
    package var errors: [Int] = []
    /// The schema of their bodies.
    package var errorSchema = "Error"
    /// Needs no key even where keys are set up.
    package var isOpen = false
}

extension Operation {
    /// An operation of a door, to be filled in; it belongs to `group`.
    package init(_ method: Method, _ path: String, id: String, of group: some DocumentedGroup, summary: String) {
        self.init(method: method, path: path, id: id, tag: group.tag, summary: summary, answers: [])
    }

    /// The operation as OpenAPI has it.
    var json: JSONValue {
        var members: JSONObject = [
            "operationId": .string(id), "tags": [.string(tag)], "summary": .string(summary),
        ]
        if let description { members["description"] = .string(description) }
        if isOpen { members["security"] = [] }
        if !parameters.isEmpty { members["parameters"] = .array(parameters.map(\.json)) }
        if let body {
            var media: JSONObject = ["schema": body]
            if !examples.isEmpty {
                media["examples"] = .object(
                    JSONObject(
                        examples.map { ($0.name, ["value": $0.body]) }, uniquingKeysWith: { _, last in last }))
            }
            members["requestBody"] = ["required": true, "content": ["application/json": .object(media)]]
        }
        if let form {
            members["requestBody"] = ["required": true, "content": ["multipart/form-data": ["schema": form]]]
        }
        members["responses"] = .object(responses)
        return .object(members)
    }

    /// Its answers by their status.
    private var responses: JSONObject {
        var responses: JSONObject = [:]
        for answer in answers { responses[String(answer.status)] = answer.json }
        var statuses = Set(errors).union(isOpen ? [429, 503] : [401, 403, 429, 503])
        if body != nil || form != nil { statuses.formUnion([400, 408, 413]) }
        if parameters.contains(where: { $0.place == .path }) { statuses.formUnion([400, 404]) }
        for status in statuses.sorted() where responses[String(status)] == nil {
            responses[String(status)] = ["$ref": .string("#/components/responses/\(errorSchema)\(status)")]
        }
        return responses
    }
}

extension Operation.Parameter {
    /// The parameter as OpenAPI has it.
    var json: JSONValue {
        var members: JSONObject = [
            "name": .string(name), "in": .string(place.rawValue), "description": .string(description),
        ]
        if place == .path { members["required"] = true }
        members["schema"] = schema
        return .object(members)
    }
}

extension Operation.Answer {
    /// The answer as OpenAPI has it.
    var json: JSONValue {
        var members: JSONObject = ["description": .string(description)]
        var fields: JSONObject = Self.commonHeaders
        for (name, description) in headers {
            fields[name] = ["description": .string(description), "schema": ["type": "string"]]
        }
        members["headers"] = .object(fields)
        if !content.isEmpty {
            members["content"] = .object(
                JSONObject(content.map { ($0.type, ["schema": $0.schema]) }, uniquingKeysWith: { _, last in last }))
        }
        return .object(members)
    }

    package static let commonHeaders: JSONObject = [
        "x-request-id": ["$ref": "#/components/headers/RequestID"],
        "server-timing": ["$ref": "#/components/headers/ServerTiming"],
    ]
}
