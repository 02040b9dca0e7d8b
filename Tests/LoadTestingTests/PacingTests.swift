import LoadTesting
import Testing

@Suite struct PacingTests {
    static func pace(_ seconds: Double, _ change: (inout LoadPace) -> Void = { _ in }) -> LoadPace {
        var pace = LoadPace()
        (pace.seconds, pace.maximumSeconds) = (seconds, 100)
        change(&pace)
        return pace
    }

    /// All planned moments of an open loop whose answers come at once.
    static func moments(_ rate: Double, _ arrivals: Arrivals, _ pace: LoadPace, seed: UInt64 = 3) -> [Double] {
        var pacing = OpenPacing(rate: rate, arrivals, pace, slots: 4, seed: seed)
        var moments: [Double] = []
        var now = 0.0
        while !pacing.isOver {
            while let (slot, planned) = pacing.next(at: now) {
                moments.append(planned)
                pacing.freed(slot, at: now, rest: 0)
            }
            now = pacing.wake ?? now
        }
        return moments
    }

    @Test func aConstantRateHasEqualGaps() {
        let moments = Self.moments(50, .constant, Self.pace(2))
        #expect(moments.count == 100)
        #expect(zip(moments, moments.dropFirst()).allSatisfy { abs($1 - $0 - 0.02) < 1e-9 })
    }

    @Test("property: Poisson's gaps have the mean and the deviation of an exponential", arguments: UInt64(0)..<8)
    func poisson(seed: UInt64) {
        let moments = Self.moments(200, .poisson, Self.pace(50), seed: seed)
        let gaps = zip(moments, moments.dropFirst()).map { $1 - $0 }
        let mean = gaps.reduce(0, +) / Double(gaps.count)
        let deviation = (gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)).squareRoot()
        // 10,000 gaps: the standard error of the mean is 1 %.
        #expect(abs(mean * 200 - 1) < 0.05 && abs(deviation / mean - 1) < 0.06)
        #expect(moments == moments.sorted() && moments.allSatisfy { (0..<50).contains($0) })
        #expect(moments == Self.moments(200, .poisson, Self.pace(50), seed: seed))
        #expect(moments != Self.moments(200, .poisson, Self.pace(50), seed: seed + 1))
    }

    @Test func aRampSendsFewerFirst() {
        let moments = Self.moments(100, .constant, Self.pace(10) { $0.ramp = 5 })
        let (first, second) = (moments.count { $0 < 5 }, moments.count { $0 >= 5 })
        #expect(abs(second - 500) <= 1 && first > 150 && first < 300)
    }

    @Test func aCountEndsAnOpenLoop() {
        #expect(Self.moments(10, .constant, Self.pace(1) { $0.count = 25 }).count == 25)
    }

    @Test func whatFindsNoSlotWaitsAndKeepsItsPlan() {
        var pacing = OpenPacing(rate: 10, .constant, Self.pace(1), slots: 2, seed: 1)
        let first = pacing.next(at: 0.95), second = pacing.next(at: 0.95)
        #expect(first?.planned == 0 && abs((second?.planned ?? 0) - 0.1) < 1e-9)
        #expect(pacing.next(at: 0.95) == nil && pacing.backlog == 8 && pacing.lastPlanned != nil && !pacing.isOver)
        pacing.freed(first?.slot ?? 0, at: 3, rest: 0)
        let third = pacing.next(at: 3)
        #expect(third?.slot == first?.slot && abs((third?.planned ?? 0) - 0.2) < 1e-9)
        #expect(pacing.takeBacklog().count == 7 && pacing.isOver && pacing.backlog == 0)
    }

    @Test func aClosedLoopSendsOnlyFromFreeSlots() {
        var pacing = ClosedPacing(clients: 2, Self.pace(1))
        #expect(pacing.next(at: 0)?.slot == 0 && pacing.next(at: 0)?.slot == 1 && pacing.next(at: 0) == nil)
        pacing.freed(1, at: 0.5, rest: 0)
        #expect(pacing.next(at: 0.5)?.planned == 0.5)
        pacing.freed(0, at: 0.6, rest: 0.2)
        #expect(pacing.next(at: 0.7) == nil && pacing.wake == 0.8)
        #expect(pacing.next(at: 0.8)?.slot == 0)
        pacing.freed(0, at: 1.2, rest: 0)
        #expect(!pacing.isOver && pacing.next(at: 1.2) == nil && pacing.isOver && pacing.wake == nil)
    }

    @Test func clientsStartOneAfterAnotherInARamp() {
        var pacing = ClosedPacing(clients: 4, Self.pace(10) { $0.ramp = 2 })
        var starts: [Double] = []
        for tick in 0...20 {
            let now = Double(tick) / 10
            while let (slot, planned) = pacing.next(at: now) {
                #expect(slot == starts.count)
                starts.append(planned)
            }
        }
        #expect(starts == [0, 0.5, 1, 1.5])
    }

    /// Elapsed seconds, requests sent, of 4 clients, least 10 s and 3 rounds: whether another is sent.
    static let wanted: [(Double, Int, Bool)] = [
        (0, 0, true), (9.9, 100, true), (10, 11, true), (10, 12, false), (99, 2, true), (100, 2, false),
    ]
    @Test(arguments: wanted) func stops(_ elapsed: Double, _ sent: Int, _ wants: Bool) {
        let pace = Self.pace(10) { $0.minimumRounds = 3 }
        #expect(pace.wantsMore(after: elapsed, sent: sent, clients: 4) == wants)
    }

    static let sweeps: [(Double, Double, [Double])] = [
        (10, 110, [10, 65.5, 121]), (100, 110, [55, 88, 121]), (0, 10, [0.01, 5.505, 11]),
        (5940.042, 17650.09, [5940, 12680, 19420]), (0.0123456, 1, [0.01235, 0.5562, 1.1]),
    ]
    @Test(arguments: sweeps) func spreadsRates(_ one: Double, _ many: Double, _ rates: [Double]) {
        let spread = LoadSweep.rates(one: one, many: many, count: 3)
        #expect(zip(spread, rates).allSatisfy { abs($0 - $1) < 1e-6 })
    }
}
