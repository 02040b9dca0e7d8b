import Telemetry
import TestSupport
import Testing

@Suite struct WindowTests {
    private static let second: UInt64 = 1_000_000_000

    private func exact(_ values: [Double], _ share: Double) -> Double {
        values.sorted()[max(0, Int((share * Double(values.count)).rounded(.up)) - 1)]
    }

    private func isClose(_ found: Double, _ exact: Double) -> Bool { abs(found - exact) <= 0.02 * exact + 1e-6 }

    @Test("property: percentiles within 2 % of exact, mean and maximum exact", arguments: UInt64(0)..<20)
    func percentiles(seed: UInt64) {
        var random = SeededGenerator(seed)
        let window = Window()
        // From microseconds to minutes: uniform in the logarithm.
        let count = Int.random(in: 1...3000, using: &random)
        var seconds: [Double] = []
        for _ in 0..<count {
            var nanoseconds = 1_000.0
            for _ in 0..<Int.random(in: 0...25, using: &random) {
                nanoseconds *= Double.random(in: 1...3, using: &random)
            }
            let whole = Int64(min(nanoseconds, 3e12))
            seconds.append(Double(whole) * 1e-9)
            window.record(.nanoseconds(whole), at: 5 * Self.second)
        }
        for times in [window.total(), window.recent(at: 6 * Self.second)] {
            #expect(times.count == count)
            #expect(isClose(times.p50, exact(seconds, 0.5)) && isClose(times.p90, exact(seconds, 0.9)))
            #expect(isClose(times.p95, exact(seconds, 0.95)) && isClose(times.p99, exact(seconds, 0.99)))
            #expect(abs(times.max - (seconds.max() ?? 0)) < 1e-9)
            let mean = seconds.reduce(0, +) / Double(count)
            #expect(abs(times.mean - mean) <= 1e-9 * mean + 1e-9)
        }
    }

    @Test func forgetsWhatIsOlderThanAMinute() {
        let window = Window()
        window.record(.seconds(100), at: 3 * Self.second)
        window.record(.seconds(1), at: 30 * Self.second)
        #expect(window.recent(at: 31 * Self.second).count == 2)
        #expect(window.recent(at: 59 * Self.second).max == 100)
        #expect(window.recent(at: 61 * Self.second).count == 1)
        #expect(window.recent(at: 61 * Self.second).max == 1)
        #expect(window.recent(at: 95 * Self.second).count == 0)
        window.record(.seconds(2), at: 500 * Self.second)
        #expect(window.recent(at: 501 * Self.second).count == 1)
        #expect(window.recent(at: 501 * Self.second).max == 2)
        #expect(window.total().count == 3 && window.total().max == 100)
    }

    @Test("property: rates agree with a plain list of times", arguments: UInt64(0)..<20)
    func rates(seed: UInt64) {
        var random = SeededGenerator(seed)
        let window = Window()
        var now: UInt64 = 1000 * Self.second
        var times: [UInt64] = []
        for _ in 0..<2000 {
            now += UInt64.random(in: 0...Self.second / 10, using: &random)
            times.append(now)
            window.record(.milliseconds(1), at: now)
        }
        let tick = Self.second / 10
        for span in [1, 10, 60] {
            let end = now / tick, begin = end - UInt64(span * 10)
            let exact = times.count { $0 / tick >= begin && $0 / tick < end }
            #expect(abs(window.perSecond(over: span, at: now) - Double(exact) / Double(span)) < 1e-9)
        }
        #expect(window.perSecond(over: 60, at: now + 61 * Self.second) == 0)
    }

    @Test func manyThreads() async {
        let statistics = TrafficStatistics()
        statistics.count(routes: ["/a", "/b"])
        await withTaskGroup(of: Void.self) { tasks in
            for task in 0..<8 {
                tasks.addTask {
                    for index in 0..<5000 {
                        let route = ["/a", "/b", "/unknown"][index % 3]
                        statistics.began(route)
                        // Ten seconds pass every thousand: snapshots are taken while others add.
                        let time = UInt64(1000 + index / 1000 * 10) * Self.second
                        statistics.ended(route, .microseconds(100 + task), failed: index % 100 == 0, at: time)
                    }
                }
            }
        }
        let all = statistics.total(at: 1041 * Self.second)
        #expect(all.requests == 40_000 && all.failures == 400 && all.concurrent == 0)
        #expect((1...8).contains(all.peakConcurrent))
        #expect(all.recent.count == 40_000)
        let routes = statistics.byRoute(at: 1041 * Self.second)
        #expect(routes.map(\.route) == ["/a", "/b", "other"])
        #expect(routes.map(\.requests).reduce(0, +) == 40_000)
    }
}
