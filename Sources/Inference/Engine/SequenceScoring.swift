import Foundation
import Kernels
import Tokenization

/// How likely one token of a given answer is, and what else could have stood there.
struct TokenScore {
    var logprob: Float = 0
    /// Most likely first.
    var alternatives: [GeneratedToken.Alternative] = []
    /// Among all tokens, from 1; nil: no alternatives were asked for.
    var rank: Int?
    /// The logarithm of the probability that the alternatives leave; nil: none were asked for.
    var rest: Float?
}

extension TokenChooser {
    /// Log-probabilities over the whole vocabulary of tokens that are given.
    ///
    /// - Parameters:
    ///   - places: of `request.scored`, one for each of the step's outputs from `firstOutput` on.
    func score(_ request: GenerationRequest, _ places: Range<Int>, firstOutput: Int) -> [TokenScore] {
        var scores: [TokenScore] = []
        scores.reserveCapacity(places.count)
        let width = decoder.vocabularySize
        for start in stride(from: 0, to: places.count, by: Self.rowsAtOnce) {
            let part = start..<min(start + Self.rowsAtOnce, places.count)
            decoder.logits(outputs: part.map { firstOutput + $0 }, into: row.base)
            for place in part {
                let logits = row.base + (place - start) * width
                scores.append(score(request.scored[places.lowerBound + place], logits, like: request))
            }
        }
        return scores
    }

    /// - Parameter logits: of the whole vocabulary; those of alternatives are spoilt.
    private func score(
        _ target: TokenID, _ logits: UnsafeMutablePointer<Float>, like request: GenerationRequest
    ) -> TokenScore {
        // Rows of the output matrix that no token has are no alternative.
        let vocabulary = min(decoder.vocabularySize, tokenizer.count)
        let scale = request.sampling.temperature > 0 ? 1 / request.sampling.temperature : 1
        let sums = LogitSums(logits, count: vocabulary, scale: scale)
        var score = TokenScore(logprob: sums.logProbability(of: logits[Int(target)]))
        guard let count = request.topLogprobs else { return score }
        let row = UnsafeMutableBufferPointer(start: logits, count: vocabulary), own = logits[Int(target)]
        score.rank = row.reduce(1) { $1 > own ? $0 + 1 : $0 }
        for place in Sampler.largest(row, count: count) {
            score.alternatives.append(.init(id: TokenID(place), logprob: sums.logProbability(of: logits[place])))
            logits[place] = -.infinity
        }
        // Summed anew: what is left of one less the others would be rounding.
        let rest = LogitSums(logits, count: vocabulary, scale: scale)
        score.rest = rest.maximum.isFinite ? sums.logProbability(of: rest.maximum) + Float(log(rest.sum)) : -.infinity
        return score
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
        let asked = continuations.indices.filter { !continuations[$0].isEmpty }
        let requests = asked.map { index in
            var request = GenerationRequest(prompt: prompt, scoring: continuations[index])
            if let template {
                (request.priority, request.deadline) = (template.priority, template.deadline)
                (request.cacheSalt, request.account) = (template.cacheSalt, template.account)
                request.adapter = template.adapter
            }
            return request
        }
        var result = ContinuationScores(logprobs: Array(repeating: [], count: continuations.count), usage: Usage())
        for (index, generation) in zip(asked, try await generations(of: requests)) {
            result.logprobs[index] = generation.tokens.map { Double($0.logprob) }
            result.usage = result.usage + generation.usage
        }
        return result
    }

    /// Answers requests at the same time; in their order.
    ///
    /// - Parameter atOnce: requests in flight: an engine refuses more than it has places.
    package func generations(of requests: [GenerationRequest], atOnce: Int = .max) async throws -> [Generation] {
        try await withThrowingTaskGroup(of: (Int, Generation).self) { group in
            var generations = [Generation?](repeating: nil, count: requests.count)
            for (index, request) in requests.enumerated() {
                if index >= atOnce, let (done, generation) = try await group.next() { generations[done] = generation }
                group.addTask { (index, try await generate(request)) }
            }
            for try await (done, generation) in group { generations[done] = generation }
            return generations.compactMap { $0 }
        }
    }
}
