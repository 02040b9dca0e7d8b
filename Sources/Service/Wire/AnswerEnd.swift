import Documents
import Inference
import Tokenization

/// When an answer ends, and when it may not yet.
package struct AnswerEnd: Hashable, Sendable {
    /// nil: the route's default.
    package let maxTokens: Int?
    let minTokens: Int
    let ignoresEnd: Bool
    package let stop: [String]
    let stopTokens: Set<TokenID>

    /// - Parameters:
    ///   - names: of the greatest number of tokens; the first that is there counts.
    ///   - stop: of the texts before which it ends.
    ///   - fallback: the route's default.
    package init(
        _ fields: inout FieldReader, names: [String], stop: String = "stop", fallback: Int
    ) throws(FieldError) {
        var most: Int?
        for name in names {
            // llama.cpp says -1 for "no limit".
            let number = try fields.optionalInt(name, in: (name == "n_predict" ? -1 : 1)...1_000_000)
            guard let number, number != -1 else { continue }
            guard number > 0 else {
                throw FieldError(path: name, reason: .outOfRange, message: "\(name) must be -1 or in 1 to 1000000")
            }
            most = most ?? number
        }
        maxTokens = most
        minTokens = try fields.optionalInt("min_tokens", in: 0...1_000_000) ?? 0
        guard minTokens <= most ?? fallback else {
            throw FieldError(
                path: "min_tokens", reason: .outOfRange,
                message: "min_tokens must not exceed max_tokens (\(most ?? fallback))")
        }
        ignoresEnd = try fields.optionalBool("ignore_eos") ?? false
        self.stop = try OpenAIFields.stop(&fields, stop)
        let ids = try fields.optionalArray("stop_token_ids") ?? []
        guard ids.count <= 64 else {
            throw FieldError(
                path: "stop_token_ids", reason: .outOfRange, message: "stop_token_ids must have at most 64 elements")
        }
        let tokens = try CompletionRequest.tokens(ids, path: "stop_token_ids")
        if let place = tokens.firstIndex(where: { $0 < 0 }) {
            throw FieldError(
                path: "stop_token_ids[\(place)]", reason: .outOfRange,
                message: "stop_token_ids[\(place)] must not be negative")
        }
        stopTokens = Set(tokens)
    }

    func apply(to request: inout GenerationRequest) {
        (request.minTokens, request.ignoresEnd) = (minTokens, ignoresEnd)
        (request.stop, request.stopTokens) = (stop, stopTokens)
    }
}
