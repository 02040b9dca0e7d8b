import Distillation
import Documents
import FunctionCalling
import HTTPServer
import HTTPTypes
import Inference
import Tokenization

/// `POST /tokenize` and `POST /detokenize`, in vLLM's shape; `POST /get_sequence_logprobs/` in TRL's.
struct TokenRoutes: Sendable {
    let generator: any Generator
    let metrics: ServerMetrics

    func register(in table: inout RouteTable) {
        // Not within `limits`, which bound what chats ask for: a trainer wants more of each token, and a body's size is bounded.
        table.on(.post, "/get_sequence_logprobs/", .generation) { request in
            let body = try JSONValue(parsing: request.body, maximumDepth: request.context.rules.limits.jsonDepth)
            let asked = try SequenceLogprobsRequest(body)
            try asked.check(vocabulary: generator.tokenizer.count)
            let generations = try await asked.generations(by: generator, request.context.account)
            for generation in generations.compactMap({ $0 }) { metrics.record(generation, of: request.context) }
            return .json(asked.json(generations))
        }
        table.json(post: "/tokenize", .call) { body, _ in
            var fields = try FieldReader(body)
            let text = try fields.string("prompt")
            _ = try fields.optionalString("model")
            let allowsSpecial = try fields.optionalBool("add_special_tokens") ?? true
            try fields.finish()
            let tokens = generator.tokenizer.encode(text, allowingSpecial: allowsSpecial)
            return .json([
                "count": .integer(tokens.count), "max_model_len": .integer(generator.contextLength),
                "tokens": .array(tokens.map { .integer(Int($0)) }),
            ])
        }
        table.json(post: "/detokenize", .call) { body, _ in
            var fields = try FieldReader(body)
            guard let elements = try fields.required("tokens").arrayValue else {
                throw FieldError(path: "tokens", reason: .wrongType, message: "tokens must be an array of token ids")
            }
            let tokens = try CompletionRequest.tokens(elements, path: "tokens")
            _ = try fields.optionalString("model")
            try fields.finish()
            let vocabulary = generator.tokenizer.count
            if let bad = tokens.firstIndex(where: { $0 < 0 || Int($0) >= vocabulary }) {
                throw FieldError(
                    path: "tokens[\(bad)]", reason: .outOfRange,
                    message: "tokens[\(bad)] is \(tokens[bad]); it must be in 0..<\(vocabulary)")
            }
            return .json(["prompt": .string(generator.tokenizer.decode(tokens, skippingSpecial: false))])
        }
    }
}
