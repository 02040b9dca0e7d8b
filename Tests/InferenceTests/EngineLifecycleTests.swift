import Inference
import Documents
import TestSupport
import Testing

/// How requests and engines end: cancelled, dropped, timed out, stopped.
@Suite struct EngineLifecycleTests {
    private func endless(_ prompt: [Int32] = [1, 2, 3], tokens: Int = 1500) -> GenerationRequest {
        var request = GenerationRequest(prompt: prompt, maxTokens: tokens)
        request.ignoresEnd = true
        return request
    }

    /// Waits until nothing runs; a test's time limit ends it otherwise.
    private func settle(_ engine: Engine) async throws {
        while engine.requestsInFlight > 0 { try await Task.sleep(for: .milliseconds(1)) }
    }

    @Test func aRequestCancelledBeforeItsTurnNeverRuns() async throws {
        let engine = try EnginePropertyTests.engine(blocks: 400, blockSize: 4, batch: 8, pace: 200)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await engine.generate(endless())
        }
        await #expect(throws: GenerationError.cancelled) { try await task.value }
        engine.stop()
        #expect(engine.statistics.blocksInUse == 0)
        #expect(engine.statistics.cancelled == 1)
    }

    @Test(.timeLimit(.minutes(1))) func aStreamThatNobodyReadsAnyMoreIsCancelled() async throws {
        let engine = try EnginePropertyTests.engine(blocks: 400, blockSize: 4, batch: 8, pace: 100)
        var seen = 0
        for try await _ in engine.stream(endless()) {
            seen += 1
            if seen == 3 { break }
        }
        _ = engine.stream(endless())  // never read at all
        let task = Task { for try await _ in engine.stream(endless()) {} }
        try await Task.sleep(for: .milliseconds(5))
        task.cancel()
        try await settle(engine)
        engine.stop()
        #expect(engine.statistics.cancelled == 3)
        #expect(engine.statistics.blocksInUse == 0)
        #expect(engine.statistics.generatedTokens < 1500)
    }

    /// What a stream tells adds up to the usage of the whole, wherever it is left.
    @Test func aStreamTellsOnceWhatWasCached() async throws {
        let engine = try EnginePropertyTests.engine(blocks: 400, blockSize: 4, batch: 8)
        let prompt = (1...21).map { Int32($0) }
        _ = try await engine.generate(endless(prompt, tokens: 1))
        var (usage, whole, starts) = (Usage(), Usage(), 0)
        for try await event in engine.stream(endless(prompt, tokens: 5)) {
            switch event {
            case .started(let cached):
                starts += 1
                #expect(cached == 20)
            case .token: break
            case .finished(let generation):
                whole = generation.usage
                continue
            }
            usage.note(event, promptTokens: prompt.count)
        }
        #expect(starts == 1 && usage == whole && whole.completionTokens == 5)
        engine.stop()
    }

    @Test func aDeadlineEndsARequestThatStillWaits() async throws {
        let engine = try EnginePropertyTests.engine(blocks: 400, blockSize: 4, batch: 8, running: 1, pace: 100)
        async let long = engine.generate(endless(tokens: 300))
        try await Task.sleep(for: .milliseconds(2))
        var late = endless([7, 8, 9])
        late.deadline = .now + .milliseconds(5)
        let begin = ContinuousClock.now
        await #expect(throws: GenerationError.deadlineExceeded) { try await engine.generate(late) }
        #expect(.now - begin < .milliseconds(3000))
        #expect(try await long.tokens.count == 300)
        engine.stop()
    }

    @Test(.timeLimit(.minutes(1))) func everyRequestEndsThoughTheEngineStopsMeanwhile() async throws {
        for round in 0..<20 {
            let engine = try EnginePropertyTests.engine(blocks: 400, blockSize: 4, batch: 8, pace: 20)
            let ends = await withTaskGroup(of: Bool.self) { group in
                for index in 0..<40 {
                    group.addTask {
                        if index == 5 + round { Task.detached { engine.stop() } }
                        do {
                            _ = try await engine.generate(endless([Int32(index)], tokens: 200))
                            return true
                        } catch {
                            return error as? GenerationError == .draining
                        }
                    }
                }
                return await group.reduce(into: [Bool]()) { $0.append($1) }
            }
            #expect(ends == Array(repeating: true, count: 40))
            engine.stop()
            engine.stop()
            #expect(engine.requestsInFlight == 0)
            #expect(engine.statistics.blocksInUse == 0)
        }
    }

    @Test(.timeLimit(.minutes(1))) func aStreamEndsWithItsEngine() async throws {
        var engine: Engine? = try EnginePropertyTests.engine(blocks: 400, blockSize: 4, batch: 8, pace: 100)
        let stream = engine?.stream(endless())
        engine = nil
        await #expect(throws: GenerationError.draining) {
            if let stream { for try await _ in stream {} }
        }
    }

    @Test func aTextWithoutLogitsFailsAlone() async throws {
        let engine = try EnginePropertyTests.engine(blocks: 400, blockSize: 4, batch: 8, isPoisoned: true)
        var request = endless([1, ToyDecoder.poison, 2], tokens: 10)
        for temperature in [Float(0), 1] {
            request.sampling.temperature = temperature
            async let healthy = engine.generate(endless([1, 2], tokens: 10))
            await #expect(throws: GenerationError.self) { try await engine.generate(request) }
            #expect(
                try await healthy.tokens.map(\.id) == ToyDecoder.answer(to: [1, 2], count: 10, vocabulary: 256))
        }
        engine.stop()
        #expect(engine.statistics.blocksInUse == 0)
    }

    /// Time from arrival to the first token, by the engine's own clock.
    private func wait(_ stream: AsyncThrowingStream<GenerationEvent, any Error>) async throws -> Duration {
        for try await event in stream {
            if case .finished(let generation) = event { return generation.timings.queue + generation.timings.prefill }
        }
        throw GenerationError.cancelled
    }

    @Test func aMoreUrgentPromptGoesFirst() async throws {
        let engine = try EnginePropertyTests.engine(blocks: 1000, blockSize: 4, batch: 8, pace: 100)
        var batch = endless(Array(repeating: 9, count: 2000), tokens: 1)
        batch.priority = 9
        let slow = engine.stream(batch)
        let urgent = engine.stream(endless([1, 2, 3], tokens: 2))
        #expect(try await wait(urgent) * 2 < wait(slow))
        engine.stop()
    }

    @Test func whatAnUrgentPromptWaitsForIsUrgentToo() async throws {
        let engine = try EnginePropertyTests.engine(blocks: 3000, blockSize: 4, batch: 8, pace: 50)
        let shared = (0..<1600).map { Int32($0 % 200) }
        var batch = endless(shared + [1], tokens: 1)
        batch.priority = 9
        let owner = engine.stream(batch)
        while engine.statistics.steps < 3 { await Task.yield() }
        // Others, less urgent than the one who waits for the prefix, have prompts enough to keep the engine busy.
        var others = endless(Array(repeating: 7, count: 3000), tokens: 1)
        others.priority = 5
        let crowd = engine.stream(others)
        let urgent = engine.stream(endless(shared + [2], tokens: 1))
        #expect(try await wait(urgent) < wait(crowd))
        _ = try await wait(owner)
        engine.stop()
        #expect(engine.statistics.cachedPromptTokens == 1600)
    }

    @Test("law: cancelling 1,000 requests at random moments leaks no block", .timeLimit(.minutes(2)))
    func cancellations() async throws {
        let engine = try EnginePropertyTests.engine(blocks: 120, blockSize: 4, batch: 32, pace: 50)
        var random = SeededGenerator(4)
        let plans = (0..<1000).map { _ in
            (
                prompt: (0..<Int.random(in: 1...60, using: &random)).map { Int32($0 % 7) },
                streams: Bool.random(using: &random),
                tokens: Int.random(in: 1...80, using: &random), wait: Int.random(in: 0...20_000, using: &random)
            )
        }
        await withTaskGroup(of: Void.self) { group in
            for plan in plans {
                group.addTask {
                    let task = Task {
                        let request = endless(plan.prompt, tokens: plan.tokens)
                        if plan.streams {
                            for try await _ in engine.stream(request) {}
                        } else {
                            _ = try await engine.generate(request)
                        }
                    }
                    try? await Task.sleep(for: .microseconds(plan.wait))
                    task.cancel()
                    _ = try? await task.value
                }
            }
        }
        try await settle(engine)
        let after = try await engine.generate(endless([3, 1], tokens: 20))
        #expect(after.tokens.map(\.id) == ToyDecoder.answer(to: [3, 1], count: 20, vocabulary: 256))
        engine.stop()
        #expect(engine.statistics.cancelled > 100)
        #expect(engine.statistics.blocksInUse == 0)
    }
}
