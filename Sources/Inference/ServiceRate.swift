import Synchronization

/// How fast requests are finished, for `Retry-After`: a mean over the last ones, old ones counting less.
package final class ServiceRate: Sendable {
    private struct State {
        var last: ContinuousClock.Instant?
        var secondsPerRequest = 1.0
    }
    private let state = Mutex(State())

    package init() {}

    /// - Parameter isLast: nothing is left to do; the time until the next one is done says nothing about the speed.
    package func record(at now: ContinuousClock.Instant, isLast: Bool) {
        state.withLock { state in
            if let last = state.last {
                let seconds = min((now - last) / .seconds(1), 60)
                state.secondsPerRequest += (seconds - state.secondsPerRequest) / 16
            }
            state.last = isLast ? nil : now
        }
    }

    /// Whole seconds until `count` requests are done, 1 to 60.
    package func seconds(toServe count: Int) -> Int {
        let seconds = state.withLock { $0.secondsPerRequest } * Double(count)
        return Int(max(1, min(60, seconds.rounded(.up))))
    }
}
