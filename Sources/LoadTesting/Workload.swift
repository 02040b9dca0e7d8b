import Documents
import HTTPClient
import OrderedCollections

/// What the clients ask.
public struct Workload: Sendable, Hashable {
    /// What is asked: functions, or completions of given lengths.
    public enum Kind: Sendable, Hashable {
        /// `POST /v1/functioncall`, the queries in turn.
        case functionCall(queries: [String], pool: String?)
        /// `POST /v1/completions` with token ids: `shared` ones that all prompts start with, `fresh` ones that no
        /// other prompt has, and exactly `generated` tokens in the answer.
        case tokens(shared: Int, fresh: Int, generated: Int)
    }

    public var name: String
    public var kind: Kind
    /// Fields merged into every request's body, over ours.
    public var extra: JSONObject
    public var seed: UInt64
    /// Prompts use the ids `0..<tokenLimit`; special tokens stand above.
    public var tokenLimit: Int
    /// Answers are asked for as streams of events, and the time to the first token is taken.
    public var streams = false

    /// - Throws: `.setting` for sizes that make no sense, `.queries` if there are none.
    public init(
        name: String, kind: Kind, model: String? = nil, extra: JSONObject? = nil, seed: UInt64,
        tokenLimit: Int = 150_000
    ) throws(LoadError) {
        switch kind {
        case .functionCall(let queries, _):
            guard !queries.isEmpty else { throw .queries(path: "--queries", line: nil, reason: "there is no query") }
        case .tokens(let shared, let fresh, let generated):
            guard 0...1_000_000 ~= shared, 0...1_000_000 ~= fresh, shared + fresh > 0 else {
                throw .setting(name: "prefix-tokens, --tail-tokens", remedy: "a prompt needs 1 to 1000000 tokens")
            }
            guard 1...1_000_000 ~= generated else {
                throw .setting(name: "gen-tokens", remedy: "must be 1 to 1000000")
            }
        }
        guard 2...Int(Int32.max) ~= tokenLimit else {
            throw .setting(name: "token-limit", remedy: "must be 2 to \(Int32.max)")
        }
        (self.name, self.kind, self.extra, self.seed, self.tokenLimit) = (name, kind, extra ?? [:], seed, tokenLimit)
        if let model { self.extra.updateValue(.string(model), forKey: "model") }
    }

    /// The fields of `--extra`, a JSON object; none for nil.
    public static func extraFields(_ text: String?) throws(LoadError) -> JSONObject {
        guard let text else { return [:] }
        guard let fields = (try? JSONValue(parsing: text))?.objectValue else {
            throw .setting(name: "extra", remedy: "must be a JSON object, as in '{\"priority\": 1}'")
        }
        return fields
    }

    /// The route that its requests go to.
    public var route: String {
        switch kind {
        case .functionCall: "/v1/functioncall"
        case .tokens: "/v1/completions"
        }
    }

    /// Settings for the report.
    public var json: JSONValue {
        var members: JSONObject = ["name": .string(name), "route": .string(route)]
        switch kind {
        case .functionCall(let queries, let pool):
            members["queries"] = .integer(queries.count)
            members["pool"] = pool.map { .string($0) } ?? .null
        case .tokens(let shared, let fresh, let generated):
            members["prefix_tokens"] = .integer(shared)
            members["tail_tokens"] = .integer(fresh)
            members["gen_tokens"] = .integer(generated)
            members["token_limit"] = .integer(tokenLimit)
        }
        members["stream"] = .bool(streams)
        members["seed"] = .string(String(seed))
        members["extra"] = .object(extra)
        return .object(members)
    }
}

/// Tokens as the server counted them for one answer; nil where it did not say.
struct AnswerUsage: Sendable, Hashable {
    var promptTokens: Int?, cachedTokens: Int?, completionTokens: Int?

    /// From `usage`, in the shape of the OpenAI routes or of our own.
    init(_ answer: JSONValue) {
        let usage = answer["usage"]
        promptTokens = usage?["prompt_tokens"]?.intValue
        completionTokens = usage?["completion_tokens"]?.intValue
        cachedTokens = (usage?["prompt_tokens_details"]?["cached_tokens"] ?? usage?["cached_tokens"])?.intValue
    }
}

extension Workload {
    static let outcomes: Set<String> = ["call", "no_appropriate_function", "request_unclear"]

    /// - Returns: what is wrong with an answer, nil if nothing is; and the tokens it was counted to have.
    func check(status: Int, _ body: [UInt8]) -> (complaint: String?, usage: AnswerUsage?) {
        guard status == 200 else {
            return ("HTTP \(status): \(String(decoding: body.prefix(200), as: UTF8.self))", nil)
        }
        guard let value = try? JSONValue(parsing: body) else {
            return ("HTTP 200, but the body is no JSON", nil)
        }
        return check(value)
    }

    func check(_ answer: StreamedAnswer) -> (complaint: String?, usage: AnswerUsage?) {
        if let error = answer.error { return ("the stream ends with an error: \(error.prefix(200))", nil) }
        guard answer.isComplete else { return ("HTTP 200, but the stream has no end", nil) }
        return check(answer.value)
    }

    private func check(_ value: JSONValue) -> (complaint: String?, usage: AnswerUsage?) {
        let usage = AnswerUsage(value)
        switch kind {
        case .functionCall:
            guard let outcome = value["outcome"]?.stringValue, Self.outcomes.contains(outcome) else {
                return ("HTTP 200, but without an outcome", usage)
            }
        case .tokens(let shared, let fresh, let generated):
            guard let made = usage.completionTokens, let read = usage.promptTokens else {
                return ("HTTP 200, but without usage.prompt_tokens and usage.completion_tokens", usage)
            }
            if made != generated { return ("\(made) tokens generated, not \(generated)", usage) }
            if read != shared + fresh { return ("\(read) prompt tokens counted, not \(shared + fresh)", usage) }
        }
        return (nil, usage)
    }
}
