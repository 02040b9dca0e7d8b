import Inference
import Testing

/// Deadlines and disconnects within a step: whoever asked is told on time, and a step that nobody wants is not finished.
@Suite(.serialized) struct EngineDeadlineTests {
    /// One step takes 600 ms, in 30 layers.
    private func slow() throws -> Engine {
        try EnginePropertyTests.engine(blocks: 4000, blockSize: 4, batch: 512, pace: 20_000, layers: 30)
    }

    private func long(_ first: Int32 = 1, tokens: Int = 3000) -> GenerationRequest {
        GenerationRequest(prompt: (0..<tokens).map { first &+ Int32($0 % 200) }, maxTokens: 4)
    }

    /// The least of three: what is measured is the engine, not what else the machine does.
    private func least(_ measure: () async throws -> Duration) async throws -> Double {
        var least = Double.infinity
        for _ in 0..<3 where least > 0 { least = min(least, try await measure() / .milliseconds(1)) }
        return least
    }

    @Test("law: a deadline holds at any point of a prefill", arguments: [1, 60, 150, 590, 620, 1000], [false, true])
    func deadlines(milliseconds: Int, isStreamed: Bool) async throws {
        let engine = try slow()
        var free = Double.infinity
        let took = try await least {
            let begin = ContinuousClock.now
            var request = long()
            request.deadline = begin + .milliseconds(milliseconds)
            let asked = request
            await #expect(throws: GenerationError.deadlineExceeded) {
                if isStreamed {
                    for try await _ in engine.stream(asked) {}
                } else {
                    _ = try await engine.generate(asked)
                }
            }
            let took = ContinuousClock.now - begin
            while engine.requestsInFlight > 0 { try await Task.sleep(for: .milliseconds(1)) }
            free = min(free, (ContinuousClock.now - begin) / .milliseconds(1))
            return took
        }
        #expect(Double(milliseconds) - 2...Double(milliseconds) + 50 ~= took, "\(took) ms")
        #expect(free < Double(milliseconds) + 120, "the step goes on for nobody: \(free) ms")
        engine.stop()
        #expect(engine.statistics.blocksInUse == 0)
    }

    @Test func aDeadlineThatIsOverIsRefusedAtOnce() async throws {
        let engine = try slow()
        var request = long()
        request.deadline = .now - .milliseconds(1)
        #expect(throws: GenerationError.deadlineExceeded) { try engine.check(request) }
        await #expect(throws: GenerationError.deadlineExceeded) { try await engine.generate(request) }
        #expect(engine.requestsInFlight == 0)
        engine.stop()
    }

    @Test func aClientThatLeavesEndsItsStep() async throws {
        let engine = try slow()
        let took = try await least {
            let task = Task { try await engine.generate(long()) }
            try await Task.sleep(for: .milliseconds(50))
            let begin = ContinuousClock.now
            task.cancel()
            await #expect(throws: GenerationError.cancelled) { try await task.value }
            return .now - begin
        }
        #expect(took < 100, "a step takes 600 ms, a layer 20: \(took) ms")
        engine.stop()
        #expect(engine.statistics.steps == 0 && engine.statistics.blocksInUse == 0)
    }

    /// The others in the step lose nothing by it, and what was begun is not taken for computed.
    @Test(.timeLimit(.minutes(1))) func theOthersInTheStepStay() async throws {
        let engine = try slow()
        var hasty = long(7, tokens: 200)
        hasty.deadline = .now + .milliseconds(100)
        let late = Task { [hasty] in try await engine.generate(hasty) }
        let patient = long(9, tokens: 100)
        async let whole = engine.generate(patient)
        await #expect(throws: GenerationError.deadlineExceeded) { try await late.value }
        #expect(
            try await whole.tokens.map(\.id) == ToyDecoder.answer(to: patient.prompt, count: 4, vocabulary: 256))
        // Once more with nobody else there: its step is given up, then it is asked again.
        let given = Task { try await engine.generate(hasty2()) }
        _ = try? await given.value
        var again = hasty2()
        again.deadline = nil
        let answer = try await engine.generate(again)
        #expect(answer.tokens.map(\.id) == ToyDecoder.answer(to: again.prompt, count: 4, vocabulary: 256))
        engine.stop()
        #expect(engine.statistics.blocksInUse == 0)

        func hasty2() -> GenerationRequest {
            var request = long(30, tokens: 60)
            request.deadline = .now + .milliseconds(70)
            return request
        }
    }
}
