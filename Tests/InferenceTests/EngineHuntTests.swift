import Inference
import TestSupport
import Testing

/// Random requests of every kind at once, ended in every way, on an engine with little room: whoever is answered is
/// answered as alone, whoever is refused is told why, and nothing is left behind.
@Suite struct EngineHuntTests {
    /// What a client does and how it ends.
    enum Kind: CaseIterable {
        case plain, greedyStream, leavesStream, cancels, hasDeadline, isLate, scores, growsLong, repeats, isBatch, pins
        case unpins, holdsPlace, holdsPlaceInVain, asksTooMuch, isSalted, penalised
    }

    private static func prompt(_ random: inout SeededGenerator, longest: Int = 50) -> [Int32] {
        // Few stems, so that prefixes meet.
        let stem = Int32.random(in: 0...3, using: &random)
        let length = Int.random(in: 0...longest, using: &random)
        return (0..<length).map { (stem &* 50 &+ Int32($0)) % 250 }
            + (0...Int.random(in: 0...3, using: &random)).map { _ in .random(in: 0...2, using: &random) }
    }

    @Test("law: all kinds of requests together", .timeLimit(.minutes(3)), arguments: UInt64(0)..<10)
    func hunt(seed: UInt64) async throws {
        var random = SeededGenerator(seed)
        let blockSize = [1, 4, 16].randomElement(using: &random) ?? 4
        let batch = Int.random(in: 3...40, using: &random)
        let engine = try EnginePropertyTests.engine(
            blocks: max(batch / blockSize + 2, 240 / blockSize + 4), blockSize: blockSize, batch: batch,
            running: .random(in: 1...12, using: &random), pace: .random(in: 0...300, using: &random),
            isRepetitive: seed % 2 == 0, layers: .random(in: 1...4, using: &random))
        engine.bounds = AdmissionBounds(maxWait: seed % 3 == 0 ? .milliseconds(20) : nil, promptTokens: 70)
        var plans: [(kind: Kind, request: GenerationRequest, wait: Int, seed: UInt64)] = []
        for _ in 0..<140 {
            let kind = Kind.allCases.randomElement(using: &random) ?? .plain
            var request = GenerationRequest(
                prompt: Self.prompt(&random), maxTokens: .random(in: 1...20, using: &random))
            request.ignoresEnd = true
            switch kind {
            case .growsLong: request.maxTokens = 120
            case .repeats: request.prompt = (0..<40).map { Int32($0 % 5) }
            case .isBatch: request.priority = 9
            case .isSalted: request.cacheSalt = .random(in: 1...2, using: &random)
            case .asksTooMuch: request.prompt = Array(repeating: 3, count: 71)
            case .scores:
                request = GenerationRequest(
                    prompt: request.prompt, scoring: (0...Int.random(in: 0...9, using: &random)).map { Int32($0) })
            case .penalised:
                (request.sampling.seed, request.sampling.temperature) = (random.next(), 0.3)
                request.sampling.presencePenalty = 0.4
            default: break
            }
            plans.append((kind, request, .random(in: 0...6000, using: &random), random.next()))
        }
        let isRepetitive = seed % 2 == 0
        await withTaskGroup(of: Void.self) { group in
            for plan in plans {
                group.addTask {
                    try? await Task.sleep(for: .microseconds(plan.wait))
                    await run(plan.kind, plan.request, plan.seed, engine, isRepetitive)
                }
            }
        }
        while engine.requestsInFlight > 0 { try await Task.sleep(for: .milliseconds(1)) }
        let looks = engine.statistics.integrityChecks
        engine.bounds = AdmissionBounds()
        _ = try await engine.generate(GenerationRequest(prompt: [1, 2, 3], maxTokens: 1))
        while engine.statistics.integrityChecks == looks { try await Task.sleep(for: .milliseconds(5)) }
        engine.stop()
        #expect(engine.statistics.integrityFailures == 0)
        #expect(engine.statistics.blocksInUse <= engine.statistics.pinnedBlocks)
        #expect(engine.statistics.running == 0 && engine.statistics.waiting == 0)
    }

    private func run(
        _ kind: Kind, _ request: GenerationRequest, _ seed: UInt64, _ engine: Engine, _ isRepetitive: Bool
    ) async {
        var request = request
        do {
            switch kind {
            case .leavesStream:
                var seen = 0
                for try await _ in engine.stream(request) {
                    seen += 1
                    if seen > Int(seed % 4) { return }
                }
            case .cancels:
                let task = Task { [request] in try await engine.generate(request) }
                try? await Task.sleep(for: .microseconds(Int(seed % 3000)))
                task.cancel()
                check(try await task.value, request, isRepetitive)
            case .hasDeadline, .isLate:
                request.deadline = .now + .microseconds(kind == .isLate ? -5 : Int(seed % 5000))
                check(try await engine.generate(request), request, isRepetitive)
                #expect(kind != .isLate)
            case .greedyStream:
                var tokens: [Int32] = []
                for try await event in engine.stream(request) {
                    if case .token(let token) = event { tokens.append(token.id) }
                    if case .finished(let generation) = event {
                        #expect(generation.tokens.map(\.id) == tokens)
                        check(generation, request, isRepetitive)
                    }
                }
            case .pins: try await engine.pin(request.prompt, as: "pool \(seed % 4)")
            case .unpins: engine.unpin("pool \(seed % 4)")
            case .holdsPlace:
                let account = Account()
                account.place = try engine.hold(bytes: request.prompt.count, kind: "hunt \(seed % 2)")
                request.account = account
                check(try await engine.generate(request), request, isRepetitive)
            case .holdsPlaceInVain:
                let place = try engine.hold(bytes: nil, kind: "hunt \(seed % 2)")
                if seed % 2 == 0 { place.release() }
            default:
                check(try await engine.generate(request), request, isRepetitive)
                #expect(kind != .asksTooMuch)
            }
        } catch let error as GenerationError {
            switch error {
            case .cancelled: #expect(kind == .cancels)
            case .deadlineExceeded: #expect(kind == .hasDeadline || kind == .isLate)
            case .promptOverLimit: #expect(kind == .asksTooMuch)
            case .wouldWait(_, let limit, let seconds): #expect(limit == 1 && (1...60).contains(seconds))
            default: Issue.record("\(kind): \(error)")
            }
        } catch {
            Issue.record("\(kind): \(error)")
        }
    }

    private func check(_ generation: Generation, _ request: GenerationRequest, _ isRepetitive: Bool) {
        #expect(generation.usage.promptTokens == request.prompt.count)
        #expect(generation.usage.cachedTokens < request.prompt.count)
        #expect(generation.timings.queue >= .zero)
        if !request.scored.isEmpty {
            #expect(generation.tokens.map(\.id) == request.scored)
            #expect(generation.tokens.allSatisfy { $0.logprob < 0 && $0.logprob.isFinite })
            return
        }
        #expect(generation.tokens.count == request.maxTokens && generation.finish == .length)
        guard request.sampling.temperature == 0 else { return }
        let expected = ToyDecoder.answer(
            to: request.prompt, count: request.maxTokens, vocabulary: 256, isRepetitive: isRepetitive)
        #expect(generation.tokens.map(\.id) == expected)
    }
}
