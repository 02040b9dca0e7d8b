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

    @Test func tellsWhatCannotBeScored() async throws {
        let engine = try EnginePropertyTests.engine(blocks: 64, blockSize: 4, batch: 16)
        defer { engine.stop() }
        await #expect(throws: GenerationError.self) { try await engine.scores(of: [[9999]], behind: [1]) }
        await #expect(throws: GenerationError.emptyPrompt) { try await engine.scores(of: [[1]], behind: []) }
        let nothing = try await engine.scores(of: [[]], behind: [1])
        #expect(nothing.logprobs == [[]])
    }
}
