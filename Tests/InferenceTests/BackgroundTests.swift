import Grammar
import Inference
import Testing
import Tokenization

/// Batch work stands still while others run, and its steps are short for those who come.
@Suite struct BackgroundTests {
    private static func request(_ prompt: [Int32], tokens: Int, priority: Int = 0) -> GenerationRequest {
        var request = GenerationRequest(prompt: prompt, maxTokens: tokens)
        (request.ignoresEnd, request.priority) = (true, priority)
        return request
    }

    private static func wait(_ engine: Engine) async {
        while engine.statistics.running == 0 { await Task.yield() }
    }

    /// Tokens that the engine makes while a request of ten tokens is answered beside batch work of that kind.
    private static func tokensBeside(_ batch: GenerationRequest) async throws -> Int {
        let engine = try EnginePropertyTests.engine(blocks: 4000, blockSize: 4, batch: 64, pace: 2000)
        let others = (0..<4).map { number in
            Task {
                var batch = batch
                batch.prompt.append(Int32(number))
                return try await engine.generate(batch)
            }
        }
        await wait(engine)
        let before = engine.statistics.generatedTokens
        _ = try await engine.generate(request([1, 2, 3], tokens: 10))
        let after = engine.statistics.generatedTokens
        for task in others { task.cancel() }
        engine.stop()
        return Int(after - before)
    }

    @Test func batchWorkStandsStillWhileOthersAreAnswered() async throws {
        let beside = Self.request([5, 6, 7], tokens: 400, priority: 9)
        let still = try await Self.tokensBeside(beside)
        var same = beside
        same.priority = 8
        let busy = try await Self.tokensBeside(same)
        // Alone it has ten; a step of those beside it may be counted before and after.
        #expect(still <= 20, "\(still) tokens were made")
        #expect(busy >= 35, "with priority 8 all go on: \(busy)")
    }

    @Test func answersAreTheSameAsWithoutPriority() async throws {
        let engine = try EnginePropertyTests.engine(blocks: 2000, blockSize: 4, batch: 512, pace: 0)
        let prompts = (0..<6).map { number in (0..<300).map { Int32(($0 * 7 + number) % 200) } }
        for prompt in prompts {
            let alone = try await engine.generate(Self.request(prompt, tokens: 12))
            let batch = try await engine.generate(Self.request(prompt, tokens: 12, priority: 9))
            #expect(alone.tokens.map(\.id) == batch.tokens.map(\.id))
        }
        engine.stop()
        #expect(engine.statistics.blocksInUse == 0)
    }

    /// A long prompt of batch work takes many short steps, one of others few long ones.
    @Test func stepsOfBatchWorkAreShort() async throws {
        func steps(_ priority: Int) async throws -> Int {
            let engine = try EnginePropertyTests.engine(blocks: 2000, blockSize: 4, batch: 1024, pace: 0)
            _ = try await engine.generate(
                Self.request((0..<1280).map { Int32($0 % 200) }, tokens: 1, priority: priority))
            engine.stop()
            return Int(engine.statistics.steps)
        }
        #expect(try await steps(0) <= 3)
        #expect(try await steps(9) >= 10)
    }

    /// Who has waited long enough goes on beside those that came later.
    @Test func batchWorkDoesNotStarve() async throws {
        let engine = try EnginePropertyTests.engine(
            blocks: 2000, blockSize: 4, batch: 64, pace: 1000, ageing: .milliseconds(2))
        let batch = Task { try await engine.generate(Self.request([9, 9], tokens: 20, priority: 9)) }
        await Self.wait(engine)
        let crowd = Task {
            var count = 0
            while !Task.isCancelled {
                _ = try await engine.generate(Self.request([1, Int32(count % 100)], tokens: 30))
                count += 1
            }
            return count
        }
        #expect(try await batch.value.tokens.count == 20)
        crowd.cancel()
        _ = try? await crowd.value
        engine.stop()
    }

    @Test func sizesAreChecked() {
        var configuration = EngineConfiguration(kvBlocks: 100)
        configuration.backgroundTokens = 0
        #expect(throws: EngineConfiguration.Problem.notPositive("background_tokens")) { try configuration.validate() }
    }
}
