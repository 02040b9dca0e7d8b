import Synchronization

/// How fast requests are finished, for `Retry-After`: a mean over the last ones, old ones counting less.
final class ServiceRate: Sendable {
    private struct State {
        var last: ContinuousClock.Instant?
        var secondsPerRequest = 1.0
    }
    private let state = Mutex(State())

    func record(at now: ContinuousClock.Instant) {
        state.withLock { state in
            if let last = state.last {
                let seconds = min((now - last) / .seconds(1), 60)
                state.secondsPerRequest += (seconds - state.secondsPerRequest) / 16
            }
            state.last = now
        }
    }

    /// Whole seconds until `count` requests are done, 1 to 60.
    func seconds(toServe count: Int) -> Int {
        let seconds = state.withLock { $0.secondsPerRequest } * Double(count)
        return Int(max(1, min(60, seconds.rounded(.up))))
    }
}
