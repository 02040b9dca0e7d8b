import Foundation
import Inference
import Kernels
import TestSupport
import Testing

/// The real model: an answer is the same, bit for bit, alone and in company, with a cold and a warm cache, in chunks of
/// any size, with and without forced tokens.
@Suite(.serialized, RunningEngine.isHere)
struct UnderLoadTests {
    /// `KINGLET_TEST_REQUESTS=500` runs the full size.
    private static let count =
        ProcessInfo.processInfo.environment["KINGLET_TEST_REQUESTS"].flatMap { Int($0) } ?? 48

    @Test("law: the answers at 64 at once are those given one by one")
    func aloneAndTogether() async throws {
        let quiet = try RunningEngine.make()
        var varied = try await VariedRequests(seed: 7, engine: quiet)
        var requests = varied.next(Self.count)
        // Four that grow by five blocks each, at once in little room: some lose theirs. The most urgent, so that they do
        // run at once, however many others there are.
        for index in requests.indices.prefix(4) {
            requests[index].priority = 0
            requests[index].grammar = nil
            requests[index].stop = []
            requests[index].ignoresEnd = true
            requests[index].maxTokens = 160
        }
        let begin = ContinuousClock.now
        let alone = try await quiet.answers(to: requests, atOnce: 1)
        let between = ContinuousClock.now
        quiet.stop()
        let busy = try RunningEngine.make(blocks: 14) { $0.maxBatchTokens = 128 }
        let together = try await busy.answers(to: requests, atOnce: 64)
        busy.stop()
        print(
            "\(requests.count) requests: alone \(between - begin), 64 at once \(.now - between),",
            "\(busy.statistics.preemptions) preemptions, \(busy.statistics.prefixHits) prefix hits")
        #expect(together.count == requests.count)
        for (index, pair) in zip(alone, together).enumerated() { #expect(pair.0 == pair.1, "request \(index)") }
        #expect(busy.statistics.blocksInUse == 0)
        #expect(busy.statistics.preemptions > 0, "there was room for all")
        #expect(Set(alone.map(\.tokens)).count > requests.count / 3, "the requests are not varied")
    }

    @Test("law: cache, chunks and forced tokens change nothing", arguments: [WeightFormat.w8a8, .w4a8])
    func coldWarmChunkedForced(format: WeightFormat) async throws {
        var reference: [Answer] = []
        for jumpsForward in [true, false] {
            for chunk in [512, 64, 16] {
                let engine = try RunningEngine.make(format) {
                    $0.maxBatchTokens = chunk
                    $0.jumpsForward = jumpsForward
                }
                var varied = try await VariedRequests(seed: 11, engine: engine)
                let requests = varied.next(10)
                for isWarm in [false, true] {
                    let answers = try await engine.answers(to: requests, atOnce: 10)
                    if reference.isEmpty { reference = answers }
                    for index in requests.indices {
                        #expect(
                            answers[index] == reference[index],
                            "request \(index), chunks of \(chunk), warm \(isWarm), jumps \(jumpsForward)")
                    }
                }
                #expect(engine.statistics.prefixHits >= 5)
                engine.stop()
            }
        }
    }

    @Test("law: killing half of the streams leaves the others' answers unchanged")
    func killedStreams() async throws {
        let engine = try RunningEngine.make()
        var varied = try await VariedRequests(seed: 13, engine: engine)
        let requests = varied.next(24)
        let alone = try await engine.answers(to: requests, atOnce: 1)
        let survivors = await withTaskGroup(of: (Int, Answer?).self) { group in
            for (index, request) in requests.enumerated() {
                group.addTask {
                    var seen = 0
                    do {
                        for try await event in engine.stream(request) {
                            if case .finished(let generation) = event { return (index, Answer(generation)) }
                            seen += 1
                            if index % 2 == 1, seen == 1 + index % 3 { break }
                        }
                    } catch {}
                    return (index, nil)
                }
            }
            return await group.reduce(into: [(Int, Answer?)]()) { $0.append($1) }
        }
        for (index, answer) in survivors where index % 2 == 0 { #expect(answer == alone[index], "request \(index)") }
        engine.stop()
        #expect(engine.statistics.blocksInUse == 0)
    }

    @Test func cancellationsLeakNoBlock() async throws {
        let engine = try RunningEngine.make(blocks: 64)
        var varied = try await VariedRequests(seed: 17, engine: engine)
        var random = SeededGenerator(17)
        let plans = (0..<100).map { _ in (request: varied.next(), wait: Int.random(in: 0...1500, using: &random)) }
        await withTaskGroup(of: Void.self) { group in
            for plan in plans {
                group.addTask {
                    let task = Task { try await engine.generate(plan.request) }
                    try? await Task.sleep(for: .milliseconds(plan.wait))
                    task.cancel()
                    _ = try? await task.value
                }
            }
        }
        engine.stop()
        #expect(engine.requestsInFlight == 0)
        #expect(engine.statistics.cancelled > 10)
        #expect(engine.statistics.blocksInUse == 0)
    }
}
