import Configuration
import HTTPServer
import Service
import TestSupport
import Testing

@Suite struct RateLimiterTests {
    private func rate(_ perSecond: Double, burst: Int = 1, tokens: Int = 0) -> Rate {
        var rate = Rate()
        (rate.requestsPerSecond, rate.burst, rate.tokensPerMinute) = (perSecond, burst, tokens)
        return rate
    }

    @Test("property: never more than burst + rate x time", arguments: UInt64(0)..<50)
    func neverMore(seed: UInt64) {
        var random = SeededGenerator(seed)
        let limiter = RateLimiter(), start = ContinuousClock.now
        let rate = rate(Double.random(in: 0.5...50, using: &random), burst: Int.random(in: 1...10, using: &random))
        var (seconds, admitted) = (0.0, 0)
        for _ in 0..<500 {
            seconds += Double.random(in: 0...0.1, using: &random)
            let refusal = limiter.admit("a", rate, at: start + .seconds(seconds))
            if refusal == nil { admitted += 1 }
            #expect(Double(admitted) <= Double(rate.burst) + rate.requestsPerSecond * seconds + 1e-6)
            if case .requests(let wait) = refusal {
                // Whoever waits as told is let in.
                #expect(wait >= 1)
                #expect(limiter.admit("a", rate, at: start + .seconds(seconds + Double(wait))) == nil)
                admitted += 1
                seconds += Double(wait)
            }
        }
        #expect(Double(admitted) >= rate.requestsPerSecond * seconds * 0.5 || admitted >= rate.burst)
    }

    @Test func tokensDrainSteadily() {
        let limiter = RateLimiter(), start = ContinuousClock.now, rate = rate(0, tokens: 600)
        #expect(limiter.admit("a", rate, at: start) == nil)
        limiter.spend(1200, by: "a", rate, at: start)
        #expect(limiter.admit("a", rate, at: start) == .tokens(retryAfter: 60))
        #expect(limiter.admit("a", rate, at: start + .seconds(30)) == .tokens(retryAfter: 30))
        #expect(limiter.admit("a", rate, at: start + .seconds(61)) == nil)
        #expect(limiter.admit("b", rate, at: start) == nil)
    }

    @Test func madeUpClientsShareOneAccount() {
        let limiter = RateLimiter(capacity: 100), start = ContinuousClock.now, rate = rate(0.01)
        let admitted = (0..<10_000).count { limiter.admit("client \($0)", rate, at: start) == nil }
        #expect(admitted == 101)
        // Those that asked for nothing for a while make room.
        #expect(limiter.admit("late", rate, at: start + .seconds(200)) == nil)
    }

    @Test(arguments: [
        ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"),
        ("2001:db8:1:2:9:9:9:9", "2001:db8:1:2"), ("2001:db8::1", "2001:db8:0:0"), ("::1", "0:0:0:0"),
        ("fe80::1:2:3:4:5", "fe80:0:0:1"), ("2001:db8:1::", "2001:db8:1:0"),
    ])
    func addressesByNetwork(host: String, account: String) {
        #expect(SocketAddress.ip(host: host, port: 1).account == account)
    }
}
