import Inference
import Testing

@Suite struct ServiceRateTests {
    @Test func idleTimeIsNotServiceTime() {
        let rate = ServiceRate()
        var now = ContinuousClock.now
        for _ in 0..<100 {
            now += .milliseconds(100)
            rate.record(at: now, isLast: false)
        }
        #expect(rate.seconds(toServe: 100) == 11)
        rate.record(at: now + .milliseconds(100), isLast: true)
        rate.record(at: now + .seconds(3600), isLast: true)
        #expect(rate.seconds(toServe: 100) == 11)
        #expect(rate.seconds(toServe: 100_000) == 60)
    }
}
