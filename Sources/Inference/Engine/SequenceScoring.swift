import Kernels
import Tokenization

extension TokenChooser {
    /// Log-probabilities over the whole vocabulary of tokens that are given.
    ///
    /// - Parameters:
    ///   - targets: one token for each of the step's outputs from `firstOutput` on.
    func score(_ targets: ArraySlice<TokenID>, firstOutput: Int) -> [Float] {
        var scores: [Float] = []
        scores.reserveCapacity(targets.count)
        let width = decoder.vocabularySize
        // Rows of the output matrix that no token has are no alternative.
        let vocabulary = min(width, tokenizer.count)
        let all = Array(targets)
        for start in stride(from: 0, to: all.count, by: Self.rowsAtOnce) {
            let part = all[start..<min(start + Self.rowsAtOnce, all.count)]
            decoder.logits(outputs: part.indices.map { firstOutput + $0 }, into: row.base)
            for (place, target) in part.enumerated() {
                let logits = row.base + place * width
                scores.append(LogitSums(logits, count: vocabulary).logProbability(of: logits[Int(target)]))
            }
        }
        return scores
    }
}

/// How likely some continuations of one prompt are.
public struct ContinuationScores: Sendable, Hashable {
    /// Natural logarithms, one row a continuation, one value a token.
    public var logprobs: [[Double]]
    public var usage: Usage

    /// The logarithm of each continuation's probability as a whole.
    public var totals: [Double] { logprobs.map { $0.reduce(0, +) } }
}

extension Generator {
    /// Scores all `continuations` at the same time, over the whole vocabulary; the prompt's full blocks are computed once.
    ///
    /// - Parameter template: of the same prompt: priority, deadline, salt and adapter of the requests.
    /// - Throws: `GenerationError`.
    public func scores(
        of continuations: [[TokenID]], behind prompt: [TokenID], like template: GenerationRequest? = nil
    ) async throws -> ContinuationScores {
        try await withThrowingTaskGroup(of: (Int, Generation).self) { group in
            for (index, continuation) in continuations.enumerated() where !continuation.isEmpty {
                var request = GenerationRequest(prompt: prompt, scoring: continuation)
                if let template {
                    (request.priority, request.deadline) = (template.priority, template.deadline)
                    (request.cacheSalt, request.account) = (template.cacheSalt, template.account)
                    request.adapter = template.adapter
                }
                let scored = request
                group.addTask { (index, try await generate(scored)) }
            }
            var result = ContinuationScores(
                logprobs: Array(repeating: [], count: continuations.count), usage: Usage())
            for try await (index, generation) in group {
                result.logprobs[index] = generation.tokens.map { Double($0.logprob) }
                result.usage = result.usage + generation.usage
            }
            return result
        }
    }
}
