import Grammar
import Inference
import TestSupport
import Testing
import Tokenization

/// Random submissions, cancellations and time-outs on an engine with little room: whoever is answered is answered right.
@Suite struct EnginePropertyTests {
    static func engine(
        blocks: Int, blockSize: Int, batch: Int, running: Int = 64, waiting: Int = 1000, pace: UInt32 = 0,
        isPoisoned: Bool = false, jumpsForward: Bool = true, isRepetitive: Bool = false, draftTokens: Int = 8,
        layers: Int = 1, ageing: Duration = .seconds(5)
    ) throws -> Engine {
        let tokenizer = try byteTokenizer()
        var configuration = EngineConfiguration(kvBlocks: blocks)
        configuration.blockSize = blockSize
        configuration.maxBatchTokens = batch
        configuration.maxRunning = running
        configuration.maxWaiting = waiting
        configuration.jumpsForward = jumpsForward
        configuration.draftTokens = draftTokens
        configuration.ageing = ageing
        return try Engine(
            modelName: "toy", tokenizer: tokenizer, vocabulary: GrammarVocabulary(tokenizer), contextLength: 4096,
            configuration: configuration
        ) {
            ToyDecoder(
                vocabularySize: 256, blocks: blocks, blockSize: blockSize, pace: pace, isPoisoned: isPoisoned,
                isRepetitive: isRepetitive, layers: layers)
        }
    }

    /// Asks all at the same time, gives some up, and looks at what the others get.
    static func run(
        _ requests: [GenerationRequest], cancelling cancelled: Set<Int>, on engine: Engine,
        check: @escaping @Sendable (GenerationRequest, Generation) -> Void
    ) async {
        await withTaskGroup(of: Void.self) { group in
            for (index, request) in requests.enumerated() {
                group.addTask {
                    let task = Task { try await engine.generate(request) }
                    if cancelled.contains(index) {
                        await Task.yield()
                        task.cancel()
                    }
                    guard let generation = try? await task.value else {
                        #expect(cancelled.contains(index))
                        return
                    }
                    check(request, generation)
                }
            }
        }
    }

    @Test("law: batched, cached, preempted and chunked answers are those of a lone run", arguments: UInt64(0)..<12)
    func answers(seed: UInt64) async throws {
        var random = SeededGenerator(seed)
        let blockSize = [1, 4, 16].randomElement(using: &random) ?? 4
        let batch = Int.random(in: 1...40, using: &random)
        let engine = try Self.engine(
            blocks: max(batch / blockSize + 2, 160 / blockSize + 4), blockSize: blockSize, batch: batch)
        let stems = (0..<3).map { _ in (0..<40).map { _ in Int32.random(in: 0...255, using: &random) } }
        var requests: [GenerationRequest] = []
        for _ in 0..<60 {
            let stem = (stems.randomElement(using: &random) ?? []).prefix(Int.random(in: 0...40, using: &random))
            let tail = (0..<Int.random(in: 1...20, using: &random)).map { _ in Int32.random(in: 0...3, using: &random) }
            var request = GenerationRequest(prompt: stem + tail, maxTokens: .random(in: 1...30, using: &random))
            request.priority = .random(in: 0...9, using: &random)
            request.cacheSalt = .random(in: 0...1, using: &random)
            request.ignoresEnd = true
            requests.append(request)
        }
        let cancelled = Set((0..<60).filter { _ in Int.random(in: 0..<5, using: &random) == 0 })
        await Self.run(requests, cancelling: cancelled, on: engine) { request, generation in
            let expected = ToyDecoder.answer(to: request.prompt, count: request.maxTokens, vocabulary: 256)
            #expect(generation.tokens.map(\.id) == expected)
            #expect(generation.usage.promptTokens == request.prompt.count)
            #expect(generation.usage.cachedTokens < request.prompt.count)
            #expect(generation.usage.cachedTokens % blockSize == 0)
            #expect(generation.finish == .length)
        }
        engine.stop()
        #expect(engine.statistics.blocksInUse == 0, "a block leaked")
        #expect(engine.requestsInFlight == 0)
    }

    @Test("law: guessed tokens change when an answer comes, never which", arguments: UInt64(0)..<8)
    func drafts(seed: UInt64) async throws {
        var random = SeededGenerator(seed)
        let blockSize = [1, 4, 16].randomElement(using: &random) ?? 4
        let draftTokens = [4, 8, 40].randomElement(using: &random) ?? 8
        let engine = try Self.engine(
            blocks: 160 / blockSize + 6, blockSize: blockSize, batch: 48, running: .random(in: 1...4, using: &random),
            isRepetitive: true, draftTokens: draftTokens)
        let requests = (0..<24).map { _ in
            var request = GenerationRequest(
                prompt: (0..<Int.random(in: 1...60, using: &random)).map { _ in .random(in: 0...40, using: &random) },
                maxTokens: .random(in: 1...60, using: &random))
            request.ignoresEnd = true
            // Penalties and draws count what was accepted, token by token.
            if Bool.random(using: &random) {
                request.sampling.seed = random.next()
                request.sampling.temperature = 0.2
                request.sampling.frequencyPenalty = 0.01
            }
            return request
        }
        let plain = try Self.engine(
            blocks: 200, blockSize: 1, batch: 48, running: 1, isRepetitive: true, draftTokens: 0)
        let expected = try await plain.answers(to: requests, atOnce: 1)
        let answers = try await engine.answers(to: requests, atOnce: 6)
        #expect(answers == expected)
        for (request, answer) in zip(requests, answers) where request.sampling.temperature == 0 {
            let known = ToyDecoder.answer(
                to: request.prompt, count: request.maxTokens, vocabulary: 256, isRepetitive: true)
            #expect(answer.tokens.map(\.id) == known)
        }
        #expect(plain.statistics.draftedTokens == 0)
        #expect(engine.statistics.acceptedTokens > 0 && engine.statistics.steps < plain.statistics.steps)
        #expect(engine.statistics.acceptedTokens <= engine.statistics.draftedTokens)
        for engine in [engine, plain] {
            engine.stop()
            #expect(engine.statistics.blocksInUse == 0, "a block leaked")
        }
    }

    @Test("a pinned prefix stays in the cache whatever comes", arguments: [true, false])
    func pinned(isPinned: Bool) async throws {
        let engine = try Self.engine(blocks: 48, blockSize: 4, batch: 16)
        let prefix = (0..<42).map { Int32($0) }
        let kept = isPinned ? try await engine.pin(prefix, as: "pool") : 0
        #expect(kept == (isPinned ? 40 : 0))
        if !isPinned { _ = try await engine.generate(GenerationRequest(prompt: prefix, maxTokens: 1)) }
        for start in 0..<12 {
            let other = (0..<60).map { Int32(200 - start - $0) }
            _ = try await engine.generate(GenerationRequest(prompt: other, maxTokens: 2))
        }
        let again = try await engine.generate(GenerationRequest(prompt: prefix + [7, 8], maxTokens: 3))
        #expect(again.usage.cachedTokens == kept)
        let expected = ToyDecoder.answer(to: prefix + [7, 8], count: 3, vocabulary: 256)
        #expect(again.tokens.map(\.id) == expected)
        engine.unpin("pool")
        engine.stop()
        #expect(engine.statistics.blocksInUse == 0)
    }

    @Test("law: pinned prefixes give way before a request finds no room", arguments: [1, 120, 180])
    func pinnedGiveWay(length: Int) async throws {
        let engine = try Self.engine(blocks: 48, blockSize: 4, batch: 16)
        for name in 0..<5 {
            let prefix = (0..<17).map { Int32(name * 20 + $0) }
            #expect(try await engine.pin(prefix, as: "pool \(name)") == 16)
        }
        #expect(engine.statistics.pinnedBlocks == 12, "a quarter of 48, the oldest gave way")
        let prompt = (0..<length).map { Int32($0 % 250) }
        let count = 190 - length  // 48 blocks in the end
        var request = GenerationRequest(prompt: prompt, maxTokens: count)
        request.ignoresEnd = true
        let answer = try await engine.generate(request)
        #expect(answer.tokens.map(\.id) == ToyDecoder.answer(to: prompt, count: count, vocabulary: 256))
        engine.stop()
        #expect(engine.statistics.blocksInUse == engine.statistics.pinnedBlocks)
        #expect(engine.statistics.pinnedBlocks < 12)
    }

    @Test func theSamePrefixAtTheSameTimeIsComputedOnce() async throws {
        let engine = try Self.engine(blocks: 64, blockSize: 4, batch: 8)
        let prompt = (0..<41).map { Int32($0) }
        let cached = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await engine.generate(GenerationRequest(prompt: prompt, maxTokens: 3)).usage.cachedTokens
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(cached.sorted() == [0] + Array(repeating: 40, count: 7))
        engine.stop()
    }

    @Test func refusesWhatCannotBeServed() async throws {
        let engine = try Self.engine(blocks: 10, blockSize: 4, batch: 8, running: 1, waiting: 0)
        await #expect(throws: GenerationError.emptyPrompt) {
            try await engine.generate(GenerationRequest(prompt: [], maxTokens: 1))
        }
        await #expect(throws: GenerationError.unknownToken(999, vocabulary: 257)) {
            try await engine.generate(GenerationRequest(prompt: [999], maxTokens: 1))
        }
        await #expect(throws: GenerationError.promptTooLong(tokens: 40, limit: 40)) {
            try await engine.generate(GenerationRequest(prompt: Array(repeating: 1, count: 40), maxTokens: 1))
        }
        engine.drain()
        await #expect(throws: GenerationError.draining) {
            try await engine.generate(GenerationRequest(prompt: [1], maxTokens: 1))
        }
        engine.stop()
    }

    @Test func aDeadlineEndsARequestWherever() async throws {
        let engine = try Self.engine(blocks: 400, blockSize: 4, batch: 8)
        var request = GenerationRequest(prompt: [1, 2, 3], maxTokens: 1500)
        request.ignoresEnd = true
        request.deadline = .now + .milliseconds(1)
        await #expect(throws: GenerationError.deadlineExceeded) { try await engine.generate(request) }
        engine.stop()
        #expect(engine.statistics.blocksInUse == 0)
    }
}
