import Inference
import Testing

/// An engine with bounds: who is let in, who is refused at once, and what places at the door are for.
@Suite struct EngineAdmissionTests {
    private func request(_ start: Int, tokens: Int = 200, answer: Int = 3) -> GenerationRequest {
        var request = GenerationRequest(
            prompt: (0..<tokens).map { Int32((start * 31 + $0 * (1 + start % 7)) % 250) }, maxTokens: answer)
        request.ignoresEnd = true
        return request
    }

    /// 64 tokens in 20 ms, and it knows.
    private func engine(maxWait: Duration?, running: Int = 64) async throws -> Engine {
        let engine = try EnginePropertyTests.engine(
            blocks: 4000, blockSize: 4, batch: 64, running: running, pace: 20_000)
        _ = try await engine.generate(request(1000))
        engine.bounds.maxWait = maxWait
        return engine
    }

    @Test("law: who is let in waits no longer than allowed, the others know at once", .timeLimit(.minutes(1)))
    func rush() async throws {
        let engine = try await engine(maxWait: .seconds(1))
        let results = await withTaskGroup(of: (GenerationTimings?, Int?, Duration).self) { group in
            for index in 0..<200 {
                group.addTask {
                    let begin = ContinuousClock.now
                    do {
                        return (try await engine.generate(request(index)).timings, nil, .now - begin)
                    } catch GenerationError.wouldWait(let wait, let limit, let seconds) {
                        #expect(wait > 1 && limit == 1)
                        return (nil, seconds, .now - begin)
                    } catch {
                        Issue.record("\(error)")
                        return (nil, nil, .now - begin)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let accepted = results.compactMap(\.0)
        let refused = results.filter { $0.1 != nil }
        #expect(accepted.count + refused.count == 200)
        // 200 tokens are four steps of 20 ms: about 12 requests a second.
        #expect((6...30).contains(accepted.count), "\(accepted.count)")
        #expect(accepted.allSatisfy { $0.queue < .milliseconds(1600) })
        #expect(refused.allSatisfy { $0.2 < .milliseconds(400) && (1...60).contains($0.1 ?? 0) })
        #expect(engine.requestsInFlight == 0)
        _ = try await engine.generate(request(3))
        engine.stop()
    }

    @Test("what the cache has, or others compute before, is no work", .timeLimit(.minutes(1)))
    func sharedPrefixes() async throws {
        let engine = try await engine(maxWait: .milliseconds(900), running: 300)
        let shared = request(5, tokens: 400).prompt
        try await withThrowingTaskGroup(of: Void.self) { group in
            // 80,000 tokens, of which 400 and 200 times four are to be computed.
            for index in 0..<200 {
                group.addTask {
                    let prompt = shared + [Int32(index), 1, Int32(index)]
                    _ = try await engine.generate(GenerationRequest(prompt: prompt, maxTokens: 1))
                }
            }
            try await group.waitForAll()
        }
        engine.stop()
    }

    @Test func withoutBoundsAllAreLetIn() async throws {
        let engine = try await engine(maxWait: nil)
        let answers = try await withThrowingTaskGroup(of: Int.self) { group in
            for index in 0..<40 { group.addTask { try await engine.generate(request(index)).tokens.count } }
            return try await group.reduce(0, +)
        }
        #expect(answers == 120)
        engine.stop()
    }

    @Test func aPlaceIsForOneRequestAndAllItAsks() async throws {
        let engine = try await engine(maxWait: .milliseconds(500))
        let place = try engine.hold(bytes: 800, kind: "test")
        let others = (0..<8).map { index in Task { try? await engine.generate(request(index)) } }
        while engine.requestsInFlight < 6 { try await Task.sleep(for: .milliseconds(1)) }
        // The queue is full by now for those who come; the place was held before.
        var held = request(50)
        await #expect(throws: GenerationError.self) { try await engine.generate(request(51, tokens: 2000)) }
        held.account = Account()
        held.account?.place = place
        try engine.check(held)
        let asked = held
        async let first = engine.generate(asked)
        async let second = engine.generate(asked)
        let answers = try await (first.tokens, second.tokens)
        #expect(answers.0 == answers.1)
        for other in others { _ = await other.value }
        engine.stop()
        #expect(engine.statistics.blocksInUse == 0)
    }

    @Test func placesThatNobodyTakesAreGivenBack() async throws {
        let engine = try await engine(maxWait: .milliseconds(500))
        for round in 0..<3 {
            var places: [AdmissionPlace] = []
            #expect(throws: GenerationError.self) {
                for _ in 0..<1000 { places.append(try engine.hold(bytes: 2000, kind: "test")) }
            }
            #expect((Backlog.freePlaces...Backlog.freePlaces + 20).contains(places.count), "\(places.count)")
            if round == 0 { places.forEach { $0.release() } }
            if round == 1 { places.removeFirst() }  // the others with the end of the round
        }
        _ = try engine.hold(bytes: nil, kind: "test")
        engine.stop()
    }

    /// What bodies of one kind cost is learnt: bodies of cached prompts cost little, whatever their length.
    @Test func aKindOfBodyHasItsPrice() async throws {
        let engine = try await engine(maxWait: .milliseconds(500))
        func held() -> Int {
            var places: [AdmissionPlace] = []
            while places.count < 1000, let place = try? engine.hold(bytes: 4000, kind: "cached") {
                places.append(place)
            }
            return places.count
        }
        let before = held()
        for index in 0..<40 {
            var cached = request(1000)  // computed when the engine was made
            cached.prompt[199] = Int32(index)
            cached.account = Account()
            cached.account?.place = try engine.hold(bytes: 4000, kind: "cached")
            _ = try await engine.generate(cached)
        }
        #expect(before < 40 && held() > 60, "\(before), then \(held())")
        engine.stop()
    }

    static let lengths: [(limit: Int?, tokens: Int, isRefused: Bool)] = [
        (100, 100, false), (100, 101, true), (1, 2, true), (nil, 300, false), (8192, 300, false),
    ]
    @Test(arguments: lengths) func promptsHaveABound(limit: Int?, tokens: Int, isRefused: Bool) async throws {
        let engine = try EnginePropertyTests.engine(blocks: 400, blockSize: 4, batch: 64)
        engine.bounds.promptTokens = limit
        let request = request(1, tokens: tokens)
        if isRefused, let limit {
            let error = GenerationError.promptOverLimit(tokens: tokens, limit: limit)
            #expect(throws: error) { try engine.check(request) }
            await #expect(throws: error) { try await engine.generate(request) }
            #expect(error.description.contains("limits.prompt_tokens") && error.description.contains("\(limit)"))
        } else {
            #expect(try await engine.generate(request).tokens.count == 3)
        }
        // The server's own prompts are not its clients'.
        #expect(try await engine.pin(request.prompt, as: "pool") == tokens / 4 * 4)
        engine.stop()
    }
}
