import Configuration
import HTTPServer
import HTTPTypes

extension Scope {
    /// The scope that a route asks for; nil: open to everybody. Whatever is not listed is for administrators.
    package static func needed(_ method: HTTPRequest.Method, _ pattern: String) -> Scope? {
        let isRead = method == .get || method == .head || method == .options
        let parts = pattern.split(separator: "/").prefix(2)
        switch parts.joined(separator: "/") {
        case "ping": return nil
        case "", "healthz", "readyz", "health", "version", "openapi.json", "console": return isRead ? nil : .admin
        case let root where root.hasPrefix("console/"): return isRead ? nil : .admin
        case "metrics", "v1/stats": return .metrics
        case "v1/judge", "v1/evaluations", "v1/reward", "get_reward": return .judge
        case "v1/functioncall", "v1/retrieve", "v1/adapt", "v1/completions", "v1/chat", "v1/embeddings", "v1/models",
            "v1/schema-keywords", "tokenize", "detokenize":
            return .call
        case "v1/pools", "v1/knowledge": return isRead ? .call : .admin
        default: return .admin
        }
    }
}
