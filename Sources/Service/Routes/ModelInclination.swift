import Foundation
import Inference
import Tokenization

/// What the model would do if it were free, as probabilities of its next token. Decisions that a small model cannot be
/// asked for in words are read off these.
struct ModelInclination: Sendable {
    let generator: any Generator
    let priority: Int

    /// A call is made if the model, left alone, would make one of the tools' calls with at least this probability.
    static let callThreshold = 0.5
    /// Another call follows if the model gives that at least this share against the end of the list. A small model ends
    /// lists early: of 7 places where a call was due it gave 0.024 to 0.785, of 13 where none was at most 0.001.
    static let nextThreshold = 0.006

    /// That the answer behind `prompt` opens as a call does, times that a name written freely behind `named` begins as
    /// one of `names`. Neither alone is enough: a small model also opens JSON for what no tool does, but then makes up a
    /// name. `Docs/API.md` has the figures. Both are one token, and asked together.
    func toCall(
        behind prompt: [TokenID], named: [TokenID], names: [String]
    ) async throws -> (probability: Double, cachedTokens: Int) {
        async let opening = next(behind: prompt)
        async let naming = next(behind: named)
        let (first, name) = try await (opening, naming)
        let opens = probability(in: first, where: Self.opensCall)
        let names = names.map { Array($0.utf8) + [UInt8(ascii: "\"")] }
        let fits = probability(in: name) { bytes in !bytes.isEmpty && names.contains { $0.starts(with: bytes) } }
        return (opens * fits, first.usage.cachedTokens)
    }

    /// That a list of calls goes on behind `prompt`, which ends with a call.
    func toGoOn(behind prompt: [TokenID]) async throws -> Double {
        let next = try await next(behind: prompt)
        let more = probability(in: next) { Self.trimmed($0).first == UInt8(ascii: ",") }
        let end = probability(in: next) { Self.trimmed($0).first == UInt8(ascii: "]") }
        return more / max(more + end, .leastNormalMagnitude)
    }

    private func next(behind prompt: [TokenID]) async throws -> Generation {
        var request = GenerationRequest(prompt: prompt, maxTokens: 1)
        request.topLogprobs = 20
        request.priority = priority
        return try await generator.generate(request)
    }

    /// Whether a token at the start of an answer opens JSON, a code block or a marker.
    static func opensCall(_ token: [UInt8]) -> Bool {
        let start = trimmed(token)
        return start.starts(with: "```".utf8) || start.first.map { "{[<".utf8.contains($0) } == true
            || start.starts(with: "({".utf8)
    }

    private static func trimmed(_ token: [UInt8]) -> ArraySlice<UInt8> { token.drop { $0 <= UInt8(ascii: " ") } }

    private func probability(in generation: Generation, where fits: ([UInt8]) -> Bool) -> Double {
        (generation.tokens.first?.alternatives ?? []).reduce(0) { sum, alternative in
            fits(generator.tokenizer.bytes(of: alternative.id)) ? sum + exp(Double(alternative.logprob)) : sum
        }
    }
}
