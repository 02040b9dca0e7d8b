import Digests
import Inference
import Models
import TestSupport
import Testing

/// Requests under adapters: what they answer, and with whom they share what is cached.
@Suite struct AdapterRequestTests {
    private static func adapter(
        _ name: String, content: UInt8? = nil, invocation: [Int32]? = nil
    ) -> ServedAdapter {
        ServedAdapter(
            name: name, invocation: invocation,
            weights: LoRAWeights(fingerprint: Fingerprint(of: content.map { [$0] } ?? Array(name.utf8))))
    }

    private static func request(
        _ prompt: [Int32], count: Int = 6, under adapter: ServedAdapter? = nil, from position: Int = 0
    ) -> GenerationRequest {
        var request = GenerationRequest(prompt: prompt, maxTokens: count)
        request.adapter = adapter.map { AdapterUse($0, from: position) }
        request.ignoresEnd = true
        return request
    }

    private static func expected(_ request: GenerationRequest, isRepetitive: Bool = false) -> [Int32] {
        ToyDecoder.answer(
            to: request.prompt, count: request.maxTokens, vocabulary: 256, isRepetitive: isRepetitive,
            under: request.adapter)
    }

    @Test(
        "law: batched, cached, drafted, preempted and chunked answers are those of a lone run",
        arguments: UInt64(0)..<12)
    func answers(seed: UInt64) async throws {
        var random = SeededGenerator(seed)
        let blockSize = [1, 4, 16].randomElement(using: &random) ?? 4
        let batch = Int.random(in: 1...40, using: &random), isRepetitive = seed % 2 == 0
        let engine = try EnginePropertyTests.engine(
            blocks: max(batch / blockSize + 2, 160 / blockSize + 4), blockSize: blockSize, batch: batch,
            running: [2, 64].randomElement(using: &random) ?? 2, isRepetitive: isRepetitive)
        let adapters = ["a", "b", "c"].map { Self.adapter($0) }
        let stems = (0..<2).map { _ in (0..<40).map { _ in Int32.random(in: 0...254, using: &random) } }
        var requests: [GenerationRequest] = []
        for _ in 0..<60 {
            let stem = (stems.randomElement(using: &random) ?? []).prefix(Int.random(in: 0...40, using: &random))
            let tail = (0..<Int.random(in: 1...20, using: &random)).map { _ in Int32.random(in: 0...3, using: &random) }
            var request = Self.request(
                stem + tail, count: .random(in: 1...30, using: &random),
                under: Bool.random(using: &random) ? adapters.randomElement(using: &random) : nil,
                from: [0, 7, 16, stem.count, stem.count + tail.count, 70].randomElement(using: &random) ?? 0)
            request.priority = .random(in: 0...9, using: &random)
            request.cacheSalt = .random(in: 0...1, using: &random)
            requests.append(request)
        }
        let cancelled = Set((0..<60).filter { _ in Int.random(in: 0..<6, using: &random) == 0 })
        await EnginePropertyTests.run(requests, cancelling: cancelled, on: engine) { request, generation in
            #expect(generation.tokens.map(\.id) == Self.expected(request, isRepetitive: isRepetitive))
        }
        engine.stop()
        #expect(engine.statistics.blocksInUse == 0, "a block leaked")
    }

    @Test(
        "what lies before the adapter is everybody's, what lies behind its own",
        arguments: [(0, 0), (3, 0), (4, 4), (17, 16), (20, 20), (39, 36), (41, 40), (60, 40)])
    func shares(position: Int, shared: Int) async throws {
        let engine = try EnginePropertyTests.engine(blocks: 200, blockSize: 4, batch: 64)
        defer { engine.stop() }
        let prompt = (0..<41).map { Int32($0) }
        let (first, second) = (Self.adapter("first"), Self.adapter("second"))
        func cached(_ request: GenerationRequest) async throws -> Int {
            let generation = try await engine.generate(request)
            #expect(generation.tokens.map(\.id) == Self.expected(request))
            return generation.usage.cachedTokens
        }
        #expect(try await cached(Self.request(prompt)) == 0)
        // A switch of adapters computes the tail again, and nothing else.
        #expect(try await cached(Self.request(prompt, under: first, from: position)) == shared)
        #expect(try await cached(Self.request(prompt, under: second, from: position)) == shared)
        for _ in 0..<2 {
            #expect(try await cached(Self.request(prompt)) == 40)
            #expect(try await cached(Self.request(prompt, under: first, from: position)) == 40)
            #expect(try await cached(Self.request(prompt, under: second, from: position)) == 40)
        }
        // The name is not what counts.
        let same = Self.adapter("copy", content: nil).named("other")
        #expect(try await cached(Self.request(prompt, under: same, from: position)) == shared)
        #expect(try await cached(Self.request(prompt, under: first.named("copy"), from: position)) == 40)
    }

    @Test func fromAnotherPlaceInABlockItIsAnother() async throws {
        let engine = try EnginePropertyTests.engine(blocks: 200, blockSize: 16, batch: 64)
        defer { engine.stop() }
        let prompt = (0..<49).map { Int32($0) }, adapter = Self.adapter("a")
        for (position, cached) in [(17, 0), (18, 16), (31, 16), (32, 16), (33, 32), (17, 48), (31, 48), (16, 16)] {
            let request = Self.request(prompt, under: adapter, from: position)
            let generation = try await engine.generate(request)
            #expect(generation.usage.cachedTokens == cached, "from \(position)")
            #expect(generation.tokens.map(\.id) == Self.expected(request))
        }
    }

    @Test("law: scores under an adapter are the log-probabilities of generating under it", arguments: [0, 9, 30])
    func scores(position: Int) async throws {
        let engine = try EnginePropertyTests.engine(blocks: 200, blockSize: 4, batch: 11)
        defer { engine.stop() }
        let prompt = (0..<30).map { Int32($0 * 3) }
        var request = Self.request(prompt, count: 9, under: Self.adapter("a"), from: position)
        request.topLogprobs = 0
        for _ in 0..<2 {
            let tokens = try await engine.generate(request).tokens, ids = tokens.map(\.id)
            let scores = try await engine.scores(of: [ids, [1, 2]], behind: prompt, like: request)
            #expect(scores.logprobs[0] == tokens.map { Double($0.logprob) })
            let plain = try await engine.scores(of: [ids, [1, 2]], behind: prompt)
            #expect(plain.logprobs != scores.logprobs)
        }
    }

    @Test("adapters come and go while requests run, which keep theirs") func comeAndGo() async throws {
        let engine = try EnginePropertyTests.engine(blocks: 400, blockSize: 4, batch: 32, pace: 200)
        defer { engine.stop() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<8 {
                group.addTask {
                    let name = "adapter \(index % 4)"
                    for round in 0..<10 {
                        let content = UInt8(index * 10 + round)
                        engine.adapters.add(Self.adapter(name, content: content))
                        guard let adapter = engine.adapter(named: name) else { continue }
                        let request = Self.request([Int32(index), 1, 2, 3, 4, 5], under: adapter, from: 2)
                        async let answer = engine.generate(request)
                        engine.adapters.remove(name)
                        let tokens = try await answer.tokens.map(\.id)
                        #expect(tokens == Self.expected(request))
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(engine.adapters.names.isEmpty)
    }

    @Test func theRegistryKnowsNames() {
        let registry = AdapterRegistry()
        #expect(registry["a"] == nil && registry.names.isEmpty && !registry.remove("a"))
        registry.add(Self.adapter("b"))
        registry.add(Self.adapter("a", content: 1))
        registry.add(Self.adapter("a", content: 2))
        #expect(registry.names == ["a", "b"])
        #expect(registry["a"]?.fingerprint == Fingerprint(of: [2]))
        #expect(registry.remove("a") && registry.names == ["b"])
        registry.replaceAll([Self.adapter("c"), Self.adapter("d")])
        #expect(registry.names == ["c", "d"])
    }

    static let invocations: [([Int32]?, [Int32], Int?)] = [
        (nil, [1, 2, 3], 0), ([], [1, 2, 3], 0), ([1, 2], [1, 2, 3], 0), ([1, 2], [1, 2, 1, 2, 7], 2),
        ([3], [1, 2, 3], 2), ([4], [1, 2, 3], nil), ([1, 2, 3, 4], [1, 2, 3], nil), ([2, 2], [2, 2, 2], 1),
    ]

    @Test("acts from the last invocation of a prompt on", arguments: invocations)
    func uses(invocation: [Int32]?, prompt: [Int32], position: Int?) {
        #expect(Self.adapter("a", invocation: invocation).use(on: prompt)?.position == position)
    }

    @Test func aNegativePositionIsTheFirst() { #expect(AdapterUse(Self.adapter("a"), from: -3).position == 0) }
}
