import Inference
import TestSupport
import Testing

/// Who is let in, by how long they would wait: against a simulated engine and clock.
@Suite struct BacklogTests {
    /// An engine that reads a prompt's tokens in order of arrival, so many at a time, and answers in some steps.
    private struct Simulation {
        struct Request {
            let arrival: Double
            var tokens: Int, steps: Int
            var begin: Double?
            var end: Double?
        }
        let capacity: Backlog.Capacity
        let secondsPerToken: Double, secondsPerStep: Double
        var backlog: Backlog
        var requests: [Request] = []
        var now = 0.0

        init(_ capacity: Backlog.Capacity, secondsPerToken: Double, secondsPerStep: Double) {
            (self.capacity, self.secondsPerToken, self.secondsPerStep) = (capacity, secondsPerToken, secondsPerStep)
            backlog = Backlog(capacity: capacity)
        }

        /// - Returns: whether it was let in.
        mutating func arrive(tokens: Int, steps: Int, limit: Double) -> Bool {
            guard backlog.wait(rank: now) <= limit else { return false }
            backlog.enter(UInt64(requests.count), .init(rank: now, tokens: tokens))
            requests.append(Request(arrival: now, tokens: tokens, steps: steps))
            return true
        }

        var isIdle: Bool { requests.allSatisfy { $0.end != nil } }

        mutating func step() {
            var running = requests.indices.filter { requests[$0].begin != nil && requests[$0].end == nil }
            for index in requests.indices where requests[index].begin == nil && running.count < capacity.maxRunning {
                running.append(index)
            }
            var (room, computed) = (capacity.maxBatchTokens, 0)
            var left: [(id: RequestID, tokens: Int)] = []
            var answered: [Int] = []
            for index in running where requests[index].tokens == 0 {
                (room, computed) = (room - 1, computed + 1)
                requests[index].steps -= 1
                if requests[index].steps == 0 { answered.append(index) }
            }
            for index in running where requests[index].tokens > 0 && room > 0 {
                requests[index].begin = requests[index].begin ?? now
                let count = min(room, requests[index].tokens)
                (room, computed) = (room - count, computed + count)
                requests[index].tokens -= count
                left.append((UInt64(index), requests[index].tokens))
            }
            let seconds = max(secondsPerStep, Double(computed) * secondsPerToken)
            now += seconds
            backlog.note(tokens: computed, seconds: seconds, left: left)
            for index in answered {
                requests[index].end = now
                backlog.leave(UInt64(index))
                backlog.note(answeredIn: 40)
            }
        }
    }

    private static func warm(_ simulation: inout Simulation) {
        _ = simulation.arrive(tokens: 2000, steps: 40, limit: .infinity)
        while !simulation.isIdle { simulation.step() }
    }

    struct Load: Sendable, CustomTestStringConvertible {
        var clients: Int, tokens: Int, maxRunning: Int, secondsPerToken: Double
        var testDescription: String { "\(clients) of \(tokens) tokens, \(maxRunning) at once" }
    }
    static let loads = [
        Load(clients: 600, tokens: 800, maxRunning: 256, secondsPerToken: 0.0012),
        Load(clients: 600, tokens: 800, maxRunning: 256, secondsPerToken: 0.0003),
        Load(clients: 600, tokens: 800, maxRunning: 8, secondsPerToken: 0.0012),
        Load(clients: 600, tokens: 20, maxRunning: 8, secondsPerToken: 0.0012),
        Load(clients: 600, tokens: 5000, maxRunning: 64, secondsPerToken: 0.002),
        Load(clients: 2000, tokens: 100, maxRunning: 256, secondsPerToken: 0.0012),
    ]

    @Test("law: who is let in of a rush begins within the limit, and the engine is not left idle", arguments: loads)
    func rush(load: Load) {
        var simulation = Simulation(
            .init(maxBatchTokens: 512, maxRunning: load.maxRunning, cacheTokens: 1 << 20),
            secondsPerToken: load.secondsPerToken, secondsPerStep: 0.03)
        Self.warm(&simulation)
        let start = simulation.now
        let accepted = (0..<load.clients).count { _ in simulation.arrive(tokens: load.tokens, steps: 40, limit: 30) }
        while !simulation.isIdle { simulation.step() }
        let waits = simulation.requests.compactMap { request in request.begin.map { $0 - request.arrival } }
        let longest = waits.max() ?? 0
        #expect(longest <= 30 * 1.15 + 512 * load.secondsPerToken, "\(accepted) let in, the last waited \(longest) s")
        if accepted < load.clients {
            #expect(longest > 10, "refused with room to spare: \(accepted) let in, the last waited \(longest) s")
        }
        // Own work: the prompt, and an answer in steps that are full.
        let own = Double(load.tokens) * load.secondsPerToken + 40 * 512 * load.secondsPerToken
        let times = simulation.requests.compactMap { request in request.end.map { $0 - request.arrival } }
        #expect((times.max() ?? 0) <= 30 * 1.15 + own)
        #expect(simulation.now - start > min(10, Double(load.clients * load.tokens) * load.secondsPerToken) * 0.9)
    }

    @Test("law: under steady load beyond the engine's power nobody waits beyond the limit", arguments: UInt64(0)..<10)
    func steady(seed: UInt64) {
        var random = SeededGenerator(seed)
        var simulation = Simulation(
            .init(
                maxBatchTokens: 512, maxRunning: [8, 64, 256].randomElement(using: &random) ?? 8, cacheTokens: 1 << 20),
            secondsPerToken: .random(in: 0.0003...0.003, using: &random), secondsPerStep: 0.03)
        Self.warm(&simulation)
        let limit = Double.random(in: 3...30, using: &random)
        var refused = 0
        let end = simulation.now + 120
        while simulation.now < end {
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                let tokens = Int.random(in: 50...1500, using: &random)
                if !simulation.arrive(tokens: tokens, steps: .random(in: 10...60, using: &random), limit: limit) {
                    refused += 1
                }
            }
            simulation.step()
        }
        while !simulation.isIdle { simulation.step() }
        #expect(refused > 0, "the load was too light to say anything")
        let longest =
            simulation.requests.compactMap { request in request.begin.map { $0 - request.arrival } }.max() ?? 0
        #expect(longest <= limit * 1.25 + 2, "limit \(limit), the last waited \(longest)")
        #expect(longest > limit * 0.3, "limit \(limit), refused after \(longest)")
    }

    @Test func aLongAnswerAloneMakesNobodyWait() {
        var backlog = Backlog(capacity: .init(maxBatchTokens: 512, maxRunning: 256, cacheTokens: 1 << 20))
        for answer in 0..<20 {
            backlog.enter(UInt64(answer), .init(rank: 0, tokens: 0))
            backlog.note(answeredIn: 4000)
        }
        #expect(backlog.wait(rank: 1) == 0, "there are places and nothing to read")
    }

    @Test func whoIsMoreUrgentWaitsForLess() {
        var backlog = Backlog(capacity: .init(maxBatchTokens: 512, maxRunning: 256, cacheTokens: 1 << 20))
        backlog.enter(1, .init(rank: 0, tokens: 1000))
        backlog.enter(2, .init(rank: 9, tokens: 100_000))
        #expect(backlog.wait(rank: 0) < 3 && backlog.wait(rank: 9) > 100)
    }

    /// A few places cost nothing, so that a burst of warm requests is let in; a rush is counted.
    @Test func placesCountInARushOnly() {
        var backlog = Backlog(capacity: .init(maxBatchTokens: 512, maxRunning: 2048, cacheTokens: 1 << 24))
        for place in 0..<Backlog.freePlaces {
            backlog.enter(UInt64(place), .init(rank: 0, tokens: 1000, isRead: false))
        }
        #expect(backlog.wait(rank: 1) == 0)
        for place in Backlog.freePlaces..<2 * Backlog.freePlaces {
            backlog.enter(UInt64(place), .init(rank: 0, tokens: 1000, isRead: false))
        }
        #expect((60.0...75).contains(backlog.wait(rank: 1)), "32 thousand tokens at 2 ms, and a little")
    }
}

@Suite struct StepRateTests {
    @Test func learnsStepsOfManyAndOfFewTokensApart() {
        var rate = StepRate()
        for _ in 0..<40 {
            rate.note(tokens: 512, seconds: 0.256)
            rate.note(tokens: 2, seconds: 0.02)
        }
        #expect(abs(rate.secondsPerToken - 0.0005) < 1e-9 && abs(rate.secondsPerStep - 0.02) < 1e-9)
        #expect(rate.seconds(tokens: 4) == rate.secondsPerStep && abs(rate.seconds(tokens: 1000) - 0.5) < 1e-6)
        for _ in 0..<40 { rate.note(tokens: 512, seconds: 1.024) }
        #expect((0.0019...0.002).contains(rate.secondsPerToken), "it follows a machine that became slower")
    }

    @Test(arguments: [(0, 1.0), (5, 0), (5, -1), (5, .infinity), (5, .nan)])
    func learnsNothingFromNonsense(tokens: Int, seconds: Double) {
        var rate = StepRate()
        rate.note(tokens: tokens, seconds: seconds)
        #expect(rate == StepRate())
    }
}
