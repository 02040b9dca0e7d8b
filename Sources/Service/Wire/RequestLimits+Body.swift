import Documents
import FunctionCalling
import HTTPServer
import OrderedCollections

/// Refuses what a request multiplies beyond the settings, on its JSON, before anything reads or computes it. The names are
/// those of all routes: what a route does not know, it refuses or ignores itself.
extension RequestLimits {
    private var numbers: [(field: String, most: Int)] {
        [
            ("n", answers), ("best_of", answers), ("max_tokens", maxTokens), ("max_completion_tokens", maxTokens),
            ("n_predict", maxTokens), ("max_output_tokens", maxTokens), ("min_tokens", maxTokens), ("votes", votes),
            ("max_calls", calls), ("logprobs", logprobs), ("top_logprobs", logprobs),
        ]
    }

    /// - Throws: `FieldError` for the first field beyond its limit.
    package func check(_ body: JSONValue) throws(FieldError) {
        guard body.objectValue != nil else { return }
        for (field, most) in numbers { try check(body, field, atMost: most) }
        if let query = body["query"] {
            try check(query, bytes: queryBytes, "query")
            // Elsewhere `top_k` is of sampling, and bounded by the vocabulary.
            try check(body, "top_k", atMost: topK)
            try check(body["functions"], count: functions, "functions", "functions; store them as a pool")
        }
        for field in ["history", "messages"] {
            try check(body[field], count: historyTurns, field, "turns")
            for (index, turn) in (body[field]?.arrayValue ?? []).enumerated() {
                try check(turn["content"], bytes: turnBytes, "\(field)[\(index)].content")
            }
        }
        // Elsewhere `input` is of texts that become vectors, each of its own.
        if body["input"]?.arrayValue?.first?.objectValue != nil {
            try check(body["input"], count: historyTurns, "input", "items")
            for (index, item) in (body["input"]?.arrayValue ?? []).enumerated() {
                try check(item["content"], bytes: turnBytes, "input[\(index)].content")
            }
        }
        for field in ["instructions", "system"] { try check(body[field], bytes: turnBytes, field) }
        try check(body["tools"], count: functions, "tools", "tools")
        try check(body["logit_bias"], count: biases, "logit_bias", "tokens")
        try checkPrompts(body["prompt"])
        for field in ["stop", "stop_sequences"] { try checkStop(body[field], field) }
        try schemas(body)
    }

    private func checkPrompts(_ prompt: JSONValue?) throws(FieldError) {
        // Numbers are tokens of one prompt.
        guard let elements = prompt?.arrayValue, elements.first?.intValue == nil else { return }
        try check(prompt, count: prompts, "prompt", "prompts")
    }

    private func checkStop(_ stop: JSONValue?, _ field: String) throws(FieldError) {
        try check(stop, count: stopTexts, field, "texts")
        try check(stop, bytes: stopBytes, field)
        for (index, text) in (stop?.arrayValue ?? []).enumerated() {
            try check(text, bytes: stopBytes, "\(field)[\(index)]")
        }
    }

    private func schemas(_ body: JSONValue) throws(FieldError) {
        for field in ["functions", "tools"] {
            for (index, element) in (body[field]?.arrayValue ?? []).enumerated() {
                let (function, inside) = element["function"].map { ($0, ".function") } ?? (element, "")
                for name in ["parameters", "input_schema"] {
                    try schema(function[name], "\(field)[\(index)]\(inside).\(name)")
                }
            }
        }
        try schema(body["parameters"], "parameters")
        for path in Self.schemaPaths { try schema(body.member(path), path.joined(separator: ".")) }
        for path in Self.patternPaths {
            try check(body.member(path), bytes: patternBytes, path.joined(separator: "."))
        }
    }

    private static let schemaPaths = [
        ["response_format", "json_schema", "schema"], ["response_format", "schema"], ["guided_json"], ["json_schema"],
        ["format"], ["structured_outputs", "json"], ["text", "format", "schema"],
        ["output_config", "format", "schema"],
    ]
    private static let patternPaths = [
        ["guided_regex"], ["regex"], ["structured_outputs", "regex"], ["response_format", "pattern"],
        ["response_format", "value"],
    ]

    /// A JSON Schema's size, depth and patterns. Recursion is bounded by the depth that the parser let in.
    private func schema(_ schema: JSONValue?, _ path: String) throws(FieldError) {
        guard let schema else { return }
        var nodes = 0
        try walk(schema, path, path, depth: 1, &nodes)
    }

    private func walk(
        _ value: JSONValue, _ root: String, _ path: String, depth: Int, _ nodes: inout Int
    ) throws(FieldError) {
        nodes += 1
        guard nodes <= schemaNodes else {
            throw beyond(root, "must have at most \(schemaNodes) values (limits.schema_nodes)")
        }
        guard depth <= schemaDepth * 2 + 1 else {
            throw beyond(root, "must be at most \(schemaDepth) schemas deep (limits.schema_depth)")
        }
        if let members = value.objectValue {
            for (name, member) in members {
                if name == "pattern" { try check(member, bytes: patternBytes, "\(path).pattern") }
                try walk(member, root, "\(path).\(name)", depth: depth + 1, &nodes)
            }
        } else if let elements = value.arrayValue {
            for element in elements { try walk(element, root, path, depth: depth + 1, &nodes) }
        }
    }

    private func check(_ body: JSONValue, _ field: String, atMost most: Int) throws(FieldError) {
        guard let number = body[field]?.intValue, number > most else { return }
        throw beyond(field, "must be at most \(most)")
    }

    private func check(_ value: JSONValue?, count most: Int, _ path: String, _ what: String) throws(FieldError) {
        guard let count = value?.arrayValue?.count ?? value?.objectValue?.count, count > most else { return }
        throw beyond(path, "has \(count); it must have at most \(most) \(what)")
    }

    private func check(_ value: JSONValue?, bytes most: Int, _ path: String) throws(FieldError) {
        guard let count = value?.stringValue?.utf8.count, count > most else { return }
        throw beyond(path, "has \(count) bytes; it must have at most \(most)")
    }

    private func beyond(_ path: String, _ message: String) -> FieldError {
        FieldError(path: path, reason: .outOfRange, message: "\(path) \(message)")
    }
}

extension JSONValue {
    fileprivate func member(_ path: [String]) -> JSONValue? {
        path.reduce(Optional(self)) { value, name in value?[name] }
    }
}

extension ServerRequest {
    /// The body, within the limits that hold for the request.
    ///
    /// - Throws: `JSONParseError`, `FieldError`.
    package func json() throws -> JSONValue {
        let value = try JSONValue(parsing: body, maximumDepth: context.rules.limits.jsonDepth)
        try context.rules.limits.check(value)
        context.note(query: value)
        return value
    }
}
