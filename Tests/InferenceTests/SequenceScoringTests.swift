import Foundation
import Inference
import TestSupport
import Testing

@Suite struct SequenceScoringTests {
    /// What a greedy answer says of its own tokens, a score says of the same tokens: cached, chunked and in company.
    @Test("law: scores are the log-probabilities of generating", arguments: UInt64(0)..<6)
    func scoresAreThoseOfGenerating(seed: UInt64) async throws {
        var random = SeededGenerator(seed)
        let batch = Int.random(in: 3...40, using: &random)
        let engine = try EnginePropertyTests.engine(
            blocks: 200, blockSize: [1, 4, 16].randomElement(using: &random) ?? 4, batch: batch)
        defer { engine.stop() }
        let stem = (0..<37).map { _ in Int32.random(in: 0...255, using: &random) }
        var prompts: [[Int32]] = [], answers: [[GeneratedToken]] = []
        for length in [1, 5, 16, 32, 37, 37] {
            var request = GenerationRequest(prompt: Array(stem.prefix(length)), maxTokens: 20)
            (request.topLogprobs, request.ignoresEnd) = (0, true)
            answers.append(try await engine.generate(request).tokens)
            prompts.append(request.prompt)
        }
        // Twice: the second time every block is in the prefix cache, those of the continuation too.
        for _ in 0..<2 {
            for (prompt, tokens) in zip(prompts, answers) {
                let ids = tokens.map(\.id)
                let continuations = [ids, Array(ids.prefix(1)), [7, 7, 9]]
                let scores = try await engine.scores(of: continuations, behind: prompt)
                #expect(scores.logprobs[0] == tokens.map { Double($0.logprob) })
                #expect(scores.logprobs[1] == scores.logprobs[0].prefix(1).map { $0 })
                #expect(scores.logprobs[2].count == 3 && scores.logprobs[2].allSatisfy { $0 <= 0 })
                #expect(scores.totals[1] == scores.logprobs[1][0])
                #expect(scores.usage.promptTokens == 3 * prompt.count)
            }
        }
    }

    @Test("law: alternatives and the rest are all there is, and those of generating", arguments: UInt64(0)..<6)
    func alternatives(seed: UInt64) async throws {
        var random = SeededGenerator(seed)
        let engine = try EnginePropertyTests.engine(
            blocks: 200, blockSize: 4, batch: .random(in: 3...40, using: &random))
        defer { engine.stop() }
        let prompt = (0..<23).map { _ in Int32.random(in: 0...255, using: &random) }
        var asked = GenerationRequest(prompt: prompt, maxTokens: 18)
        (asked.topLogprobs, asked.ignoresEnd) = (7, true)
        let generated = try await engine.generate(asked).tokens
        for top in [0, 1, 7, 255, 256, 300] {
            for temperature in [Float(0), 1, 0.5, 3] {
                var request = GenerationRequest(prompt: prompt, scoring: generated.map(\.id))
                (request.topLogprobs, request.sampling.temperature) = (top, temperature)
                let scored = try await engine.generate(request).tokens
                #expect(scored.count == 18)
                for (token, other) in zip(scored, generated) {
                    #expect(token.alternatives.count == min(top, 256))
                    let named = token.alternatives.reduce(0) { $0 + exp(Double($1.logprob)) }
                    let rest = exp(Double(try #require(token.restLogprob)))
                    #expect(abs(named + rest - 1) < 1e-5 && (top < 256 || rest == 0))
                    #expect(
                        zip(token.alternatives, token.alternatives.dropFirst()).allSatisfy { $0.logprob >= $1.logprob })
                    if temperature < 2, temperature != 0.5 {
                        #expect(token.logprob == other.logprob)
                        #expect(token.alternatives.prefix(7) == other.alternatives.prefix(min(top, 7)))
                    }
                    // Drawn as the most likely of all: so it stands first, at any temperature.
                    if top > 0 { #expect(token.alternatives[0].logprob == token.logprob) }
                }
            }
        }
        let alone = try await engine.generate(GenerationRequest(prompt: prompt, scoring: [1, 2])).tokens
        #expect(alone.allSatisfy { $0.restLogprob == nil && $0.alternatives.isEmpty })
    }

    @Test("generations come in the order of their requests", arguments: [1, 2, .max]) func order(atOnce: Int)
        async throws
    {
        let engine = try EnginePropertyTests.engine(blocks: 64, blockSize: 4, batch: 16)
        defer { engine.stop() }
        // The first take longest.
        let answers = (0..<9).map { index in (0..<Int32(30 - 3 * index)).map { $0 + Int32(index) } }
        let requests = answers.map { GenerationRequest(prompt: [1, 2], scoring: $0) }
        let generations = try await engine.generations(of: requests, atOnce: atOnce)
        #expect(generations.map { $0.tokens.map(\.id) } == answers)
        #expect(try await engine.generations(of: [], atOnce: atOnce).isEmpty)
        let refused = requests + [GenerationRequest(prompt: [], maxTokens: 1)]
        await #expect(throws: GenerationError.emptyPrompt) {
            try await engine.generations(of: refused, atOnce: atOnce)
        }
    }

    @Test func tellsWhatCannotBeScored() async throws {
        let engine = try EnginePropertyTests.engine(blocks: 64, blockSize: 4, batch: 16)
        defer { engine.stop() }
        await #expect(throws: GenerationError.self) { try await engine.scores(of: [[9999]], behind: [1]) }
        await #expect(throws: GenerationError.emptyPrompt) { try await engine.scores(of: [[1]], behind: []) }
        let nothing = try await engine.scores(of: [[]], behind: [1])
        #expect(nothing.logprobs == [[]])
    }
}
