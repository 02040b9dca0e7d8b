import Configuration
import Documents
import OrderedCollections

/// Refuses what a request multiplies beyond the settings, on its JSON, before anything reads or computes it. The names are
/// those of all routes: what a route does not know, it refuses or ignores itself.
package struct RequestCaps: Sendable {
    private let limits: Settings.Limits
    private let numbers: [(field: String, most: Int)]

    package init(_ limits: Settings.Limits) {
        self.limits = limits
        numbers = [
            ("n", limits.answers), ("best_of", limits.answers), ("max_tokens", limits.maxTokens),
            ("max_completion_tokens", limits.maxTokens), ("min_tokens", limits.maxTokens), ("votes", limits.votes),
            ("max_calls", limits.calls), ("logprobs", limits.logprobs), ("top_logprobs", limits.logprobs),
            ("n_predict", limits.maxTokens),
        ]
    }

    var jsonDepth: Int { limits.jsonDepth }

    /// - Throws: `FieldError` for the first field beyond its limit.
    package func check(_ body: JSONValue) throws(FieldError) {
        guard body.objectValue != nil else { return }
        for (field, most) in numbers { try check(body, field, atMost: most) }
        if let query = body["query"] {
            try check(query, bytes: limits.queryBytes, "query")
            // Elsewhere `top_k` is of sampling, and bounded by the vocabulary.
            try check(body, "top_k", atMost: limits.topK)
            try check(body["functions"], count: limits.functions, "functions", "functions; store them as a pool")
        }
        for field in ["history", "messages"] {
            try check(body[field], count: limits.historyTurns, field, "turns")
            for (index, turn) in (body[field]?.arrayValue ?? []).enumerated() {
                try check(turn["content"], bytes: limits.turnBytes, "\(field)[\(index)].content")
            }
        }
        try check(body["tools"], count: limits.functions, "tools", "tools")
        try check(body["logit_bias"], count: limits.biases, "logit_bias", "tokens")
        try prompts(body["prompt"])
        try stop(body["stop"])
        try schemas(body)
    }

    private func prompts(_ prompt: JSONValue?) throws(FieldError) {
        // Numbers are tokens of one prompt.
        guard let elements = prompt?.arrayValue, elements.first?.intValue == nil else { return }
        try check(prompt, count: limits.prompts, "prompt", "prompts")
    }

    private func stop(_ stop: JSONValue?) throws(FieldError) {
        try check(stop, count: limits.stopTexts, "stop", "texts")
        try check(stop, bytes: limits.stopBytes, "stop")
        for (index, text) in (stop?.arrayValue ?? []).enumerated() {
            try check(text, bytes: limits.stopBytes, "stop[\(index)]")
        }
    }

    private func schemas(_ body: JSONValue) throws(FieldError) {
        for field in ["functions", "tools"] {
            for (index, element) in (body[field]?.arrayValue ?? []).enumerated() {
                let (function, inside) = element["function"].map { ($0, ".function") } ?? (element, "")
                try schema(function["parameters"], "\(field)[\(index)]\(inside).parameters")
            }
        }
        try schema(body["parameters"], "parameters")
        for path in Self.schemaPaths { try schema(body.member(path), path.joined(separator: ".")) }
        for path in Self.patternPaths {
            try check(body.member(path), bytes: limits.patternBytes, path.joined(separator: "."))
        }
    }

    private static let schemaPaths = [
        ["response_format", "json_schema", "schema"], ["response_format", "schema"], ["guided_json"], ["json_schema"],
        ["format"], ["structured_outputs", "json"],
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
        guard nodes <= limits.schemaNodes else {
            throw beyond(root, "must have at most \(limits.schemaNodes) values (limits.schema_nodes)")
        }
        guard depth <= limits.schemaDepth * 2 + 1 else {
            throw beyond(root, "must be at most \(limits.schemaDepth) schemas deep (limits.schema_depth)")
        }
        if let members = value.objectValue {
            for (name, member) in members {
                if name == "pattern" { try check(member, bytes: limits.patternBytes, "\(path).pattern") }
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

    /// The body of a request, within the limits that hold for it.
    ///
    /// - Throws: `JSONParseError`, `FieldError`.
    init(bodyOf request: [UInt8]) throws {
        let record = RequestRecord.current
        let caps = record?.rules.caps ?? RequestCaps(Settings.Limits())
        try self.init(parsing: request, maximumDepth: caps.jsonDepth)
        try caps.check(self)
        record?.note(query: self)
    }
}
