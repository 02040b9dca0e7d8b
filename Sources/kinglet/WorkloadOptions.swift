import ArgumentParser
import Documents
import HTTPClient
import LoadTesting

/// What the requests of a load test are.
struct WorkloadOptions: ParsableArguments {
    @Option(
        help:
            "functioncall, paper, decode, cold, completions, chat or get; several with weights, as in functioncall=3,chat=1."
    )
    var workload = "functioncall"
    @Option(
        help:
            "Queries, one a line, or JSONL with \"query\". Default: Config/load/smart-home.txt here or above the program, else of /etc/kinglet."
    )
    var queries: String?
    @Option(
        help:
            "The pool that functioncall requests name and chats take their tools from; the server's default without it."
    )
    var pool: String?
    @Option(help: "Tools of a chat: so many functions of the pool.") var tools = 8
    @Option(help: "The path that get asks for.") var path = "/healthz"
    @Flag(help: "Ask for streams, and take the time to the first token (TTFT).") var stream = false
    @Option(help: "Prompt tokens that all requests share.") var prefixTokens: Int?
    @Option(help: "Prompt tokens that no two requests share.") var tailTokens: Int?
    @Option(help: "Tokens that each answer must have; of completions and chat at most.") var genTokens: Int?
    @Option(help: "Token ids are drawn below this.") var tokenLimit = 150_000
    @Option(help: "Value of the model field.") var model: String?
    @Option(help: "JSON object merged into each request's body.") var extra: String?
    @Option(help: "Repeats the requests of an earlier run; drawn anew without it, so that no prompt is in a cache.")
    var seed: UInt64?

    /// - Parameter endpoint: asked for the tools of chats.
    func mix(_ endpoint: HTTPEndpoint, key: String?) throws(LoadError) -> WorkloadMix {
        let seed = seed ?? UInt64.random(in: 0..<1 << 32)
        let fields = try Workload.extraFields(extra)
        var parts: [WorkloadMix.Part] = []
        for (name, weight) in try WorkloadMix.weights(workload) {
            var made = try Workload(
                name: name, kind: kind(name, endpoint, key), model: model, extra: fields, seed: seed,
                tokenLimit: tokenLimit)
            made.streams = stream
            parts.append(WorkloadMix.Part(workload: made, weight: weight))
        }
        return try WorkloadMix(parts, seed: seed)
    }

    /// The queries of the file that is named, else of the one that is shipped.
    private func lines() throws(LoadError) -> [String] {
        guard let path = queries ?? StandardFile.path("load/smart-home.txt") else {
            throw .setting(
                name: "queries",
                remedy: "there is no Config/load/smart-home.txt here or above the program, nor "
                    + "/etc/kinglet/load/smart-home.txt; name a file with a query a line, or ask what needs none: "
                    + "--workload paper, decode, cold or get")
        }
        return try QueryFile.read(path)
    }

    private func kind(_ name: String, _ endpoint: HTTPEndpoint, _ key: String?) throws(LoadError) -> Workload.Kind {
        func tokens(_ shared: Int, _ fresh: Int, _ generated: Int) -> Workload.Kind {
            .tokens(shared: prefixTokens ?? shared, fresh: tailTokens ?? fresh, generated: genTokens ?? generated)
        }
        switch name {
        case "functioncall": return .functionCall(queries: try lines(), pool: pool)
        case "paper": return tokens(1664, 128, 9)
        case "decode": return tokens(0, 16, 128)
        case "cold": return tokens(0, 1792, 1)
        case "completions": return .text(queries: try lines(), generated: genTokens ?? 32)
        case "chat":
            let list = try ToolList.fetch(endpoint, pool: pool, count: tools, apiKey: key)
            return .chat(queries: try lines(), tools: list, generated: genTokens ?? 64)
        case "get": return .get(path: path)
        default:
            throw .setting(
                name: "workload",
                remedy: "\"\(name.prefix(60))\" is none of functioncall, paper, decode, cold, completions, chat and get"
            )
        }
    }
}
