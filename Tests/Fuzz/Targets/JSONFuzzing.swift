import Adapters
import Documents
import FunctionCalling
import Functions
import Knowledge
import Service

/// JSON bodies: the parser, then every reader of a request.
enum JSONFuzzing {
    static func run(_ bytes: [UInt8]) throws(Finding) {
        guard let value = try? JSONValue(parsing: bytes) else { return }
        for spacing in [JSONSpacing.compact, .spaced] {
            let text = value.utf8(spacing)
            try Finding.unless(
                (try? JSONValue(parsing: text)) == value,
                "written and read again: \(String(decoding: text, as: UTF8.self))")
        }
        _ = try? FunctionCallRequest(json: value)
        _ = try? ChatRequest(value, model: "m")
        _ = try? CompletionRequest(value, model: "m")
        _ = try? EmbeddingRequest(value, width: 384)
        _ = try? KnowledgeTerm.list(json: value)
        _ = try? AdapterRules(name: "a", json: value)
        _ = try? FunctionPool(name: "p", json: value)
        _ = try? PoolImport(document: value)
        _ = try? LUISImport.draft(bytes, path: "f", name: "n")
    }
}
