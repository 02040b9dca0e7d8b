import Functions

/// Why a function call was refused; `Service` maps it to a status, `code` and `param` stand in the error's body.
public enum FunctionCallError: Error, Hashable, CustomStringConvertible {
    case unknownPool(String, known: [String])
    case unknownAdapter(String, known: [String])
    case unknownModel(String, known: String)
    case unavailableRetriever(RetrieverKind, available: [RetrieverKind])
    /// Functions given inline are malformed.
    case badFunctions(PoolError)
    /// `pointer` starts at the function, e.g. `/parameters/properties/room/pattern`. `index`: of an inline function.
    case unenforceableSchema(function: String, index: Int?, pointer: String, message: String)
    case unavailable(field: String, message: String)
    /// Tokens of the prompt without any history, and how many fit.
    case promptTooLong(tokens: Int, limit: Int)
    /// More than the settings allow, history included; `field` has most of it.
    case promptOverLimit(tokens: Int, limit: Int, field: String)
    /// The model's answer is not of the form that its grammar prescribes: a fault of ours.
    case badAnswer(String)

    public var code: String {
        switch self {
        case .unknownPool: "unknown_pool"
        case .unknownAdapter: "unknown_adapter"
        case .unknownModel: "unknown_model"
        case .unavailableRetriever: "unavailable_retriever"
        case .badFunctions: "bad_functions"
        case .unenforceableSchema: "unenforceable_schema"
        case .unavailable: "unavailable"
        case .promptTooLong, .promptOverLimit: "prompt_too_long"
        case .badAnswer: "bad_answer"
        }
    }

    /// The request's field that is at fault; nil where none is.
    public var param: String? {
        switch self {
        case .unknownPool: "pool"
        case .unknownAdapter: "adapter"
        case .unknownModel: "model"
        case .unavailableRetriever: "retriever"
        case .badFunctions(let error): Self.field(of: error.pointer)
        case .unenforceableSchema(_, let index, let pointer, _):
            index.map { Self.field(of: "/functions/\($0)\(pointer)") } ?? "pool"
        case .unavailable(let field, _): field
        case .promptTooLong: "query"
        case .promptOverLimit(_, _, let field): field
        case .badAnswer: nil
        }
    }

    /// False for `badAnswer`, which no other request can mend.
    public var isCallersFault: Bool { if case .badAnswer = self { false } else { true } }

    public var description: String {
        switch self {
        case .unknownPool(let name, let known):
            "no pool is named \"\(name)\"; known pools: \(Self.list(known))"
        case .unknownAdapter(let name, let known):
            "no adapter is named \"\(name)\"; known adapters: \(Self.list(known))"
        case .unknownModel(let name, let known):
            "no model is named \"\(name)\"; this server runs \(known)"
        case .unavailableRetriever(let kind, let available):
            "the retriever \"\(kind.rawValue)\" is not set up for this pool; available: "
                + Self.list(available.map(\.rawValue))
        case .badFunctions(let error): error.description
        case .unenforceableSchema(let function, _, let pointer, let message):
            "function \(function): \(pointer) cannot be enforced: \(message)"
        case .unavailable(_, let message): message
        case .promptTooLong(let tokens, let limit):
            "the prompt has \(tokens) tokens without any history, \(limit) fit; shorten the query or state, or lower top_k"
        case .promptOverLimit(let tokens, let limit, _):
            "the prompt has \(tokens) tokens; limits.prompt_tokens allows \(limit). Shorten it, or lower top_k"
        case .badAnswer(let text): "the model's answer is not of the prescribed form: \(text.prefix(200))"
        }
    }

    private static func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }

    /// `/functions/3/parameters` as `functions[3].parameters`, cut where names stand that the caller chose.
    static func field(of pointer: String) -> String {
        var path = ""
        for part in pointer.split(separator: "/").prefix(3) {
            if Int(part) != nil { path += "[\(part)]" } else { path += path.isEmpty ? String(part) : ".\(part)" }
        }
        return path.isEmpty ? "functions" : path
    }
}
