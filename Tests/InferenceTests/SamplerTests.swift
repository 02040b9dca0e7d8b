import Inference
import Testing

@Suite struct SamplerTests {
    private func request(_ change: (inout Sampling) -> Void) -> GenerationRequest {
        var request = GenerationRequest(prompt: [1, 2, 3], maxTokens: 40)
        request.ignoresEnd = true
        change(&request.sampling)
        return request
    }

    private func tokens(_ engine: Engine, _ request: GenerationRequest) async throws -> [Int32] {
        try await engine.generate(request).tokens.map(\.id)
    }

    @Test func theSameSeedGivesTheSameAnswer() async throws {
        let engine = try EnginePropertyTests.engine(blocks: 200, blockSize: 4, batch: 16)
        defer { engine.stop() }
        let warm = request { ($0.temperature, $0.seed) = (1, 7) }
        let other = request { ($0.temperature, $0.seed) = (1, 8) }
        let first = try await tokens(engine, warm)
        async let beside = tokens(engine, other)
        #expect(try await tokens(engine, warm) == first)
        #expect(try await beside != first)
    }

    @Test func cutsLeaveOnlyTheMostLikely() async throws {
        let engine = try EnginePropertyTests.engine(blocks: 200, blockSize: 4, batch: 16)
        defer { engine.stop() }
        let greedy = try await tokens(engine, request { _ in })
        #expect(try await tokens(engine, request { ($0.temperature, $0.topK, $0.seed) = (2, 1, 1) }) == greedy)
        #expect(try await tokens(engine, request { ($0.temperature, $0.topP, $0.seed) = (2, 0, 1) }) == greedy)
        #expect(try await tokens(engine, request { ($0.temperature, $0.minP, $0.seed) = (2, 1, 1) }) == greedy)
    }

    @Test func biasAndPenaltiesChangeTheChoice() async throws {
        let engine = try EnginePropertyTests.engine(blocks: 200, blockSize: 4, batch: 16)
        defer { engine.stop() }
        let biased = try await tokens(engine, request { $0.logitBias = [65: 100] })
        #expect(biased.allSatisfy { $0 == 65 })
        let both = try await tokens(engine, request { ($0.logitBias, $0.presencePenalty) = ([65: 50, 66: 49], 2) })
        #expect(Set(both) == [65, 66])
    }

    @Test func logprobsAreOfADistribution() async throws {
        let engine = try EnginePropertyTests.engine(blocks: 200, blockSize: 4, batch: 16)
        defer { engine.stop() }
        var request = request { _ in }
        request.topLogprobs = 5
        for token in try await engine.generate(request).tokens {
            #expect(token.alternatives.count == 5)
            #expect(token.alternatives.first?.id == token.id)
            #expect(token.logprob <= 0 && token.logprob > -6)
            #expect(zip(token.alternatives, token.alternatives.dropFirst()).allSatisfy { $0.logprob >= $1.logprob })
        }
    }
}
