import Synchronization

/// Leaves a server alone that keeps failing, then lets one call through to see whether it is back.
package final class CircuitBreaker: Sendable {
    /// Closed: calls go through. Open: none does until a time. Half open: one does.
    private enum State {
        /// `failures` calls in a row have failed.
        case closed(failures: Int)
        case open(until: ContinuousClock.Instant)
        /// One call is under way as a trial; others are refused until it ends, or until its time is up.
        case trying(until: ContinuousClock.Instant)
    }

    private let threshold: Int
    private let cooldown: Duration
    private let state = Mutex(State.closed(failures: 0))

    /// - Parameters:
    ///   - threshold: failures in a row that open it.
    ///   - cooldown: how long it stays open.
    package init(threshold: Int, cooldown: Duration) { (self.threshold, self.cooldown) = (max(1, threshold), cooldown) }

    /// nil: the call may go ahead, and must be followed by `succeeded` or `failed`. Else how long to wait.
    package func admit(at now: ContinuousClock.Instant) -> Duration? {
        state.withLock { state in
            switch state {
            case .closed: return nil
            case .open(let until), .trying(let until):
                guard now >= until else { return until - now }
                state = .trying(until: now + cooldown)
                return nil
            }
        }
    }

    /// The server answered.
    package func succeeded() { state.withLock { $0 = .closed(failures: 0) } }

    /// The server failed at that time.
    package func failed(at now: ContinuousClock.Instant) {
        state.withLock { state in
            switch state {
            case .closed(let failures) where failures + 1 < threshold: state = .closed(failures: failures + 1)
            case .closed, .trying: state = .open(until: now + cooldown)
            case .open: break
            }
        }
    }
}
