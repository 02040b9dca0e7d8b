import Documents
import OrderedCollections

/// What the clients ask.
public struct Workload: Sendable, Hashable {
    /// What is asked: functions, completions, chats or a page.
    public enum Kind: Sendable, Hashable {
        /// `POST /v1/functioncall`, the queries in turn.
        case functionCall(queries: [String], pool: String?)
        /// `POST /v1/completions` with token ids: `shared` ones that all prompts start with, `fresh` ones that no
        /// other prompt has, and exactly `generated` tokens in the answer.
        case tokens(shared: Int, fresh: Int, generated: Int)
        /// `POST /v1/completions` with the queries as prompts, in turn, and at most so many tokens in the answer.
        case text(queries: [String], generated: Int)
        /// `POST /v1/chat/completions`, the queries in turn, with tools in OpenAI's form; without any, plain chat.
        case chat(queries: [String], tools: [JSONValue], generated: Int)
        /// `GET` of a path; any answer of status 2xx is good.
        case get(path: String)

        fileprivate var queries: [String]? {
            switch self {
            case .functionCall(let queries, _), .text(let queries, _), .chat(let queries, _, _): queries
            case .tokens, .get: nil
            }
        }
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
        if kind.queries?.isEmpty == true {
            throw .queries(path: "--queries", line: nil, reason: "there is no query")
        }
        switch kind {
        case .functionCall: break
        case .text(_, let generated), .chat(_, _, let generated):
            guard 1...1_000_000 ~= generated else {
                throw .setting(name: "gen-tokens", remedy: "must be 1 to 1000000")
            }
        case .get(let path):
            guard path.hasPrefix("/"), path.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) else {
                throw .setting(name: "path", remedy: "must begin with / and have visible ASCII only")
            }
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
        case .tokens, .text: "/v1/completions"
        case .chat: "/v1/chat/completions"
        case .get(let path): path
        }
    }

    /// GET, or POST with a body.
    public var method: String { if case .get = kind { "GET" } else { "POST" } }

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
        case .text(let queries, let generated):
            members["queries"] = .integer(queries.count)
            members["gen_tokens"] = .integer(generated)
        case .chat(let queries, let tools, let generated):
            members["queries"] = .integer(queries.count)
            members["tools"] = .integer(tools.count)
            members["gen_tokens"] = .integer(generated)
        case .get: break
        }
        members["stream"] = .bool(streams)
        members["seed"] = .string(String(seed))
        members["extra"] = .object(extra)
        return .object(members)
    }
}
