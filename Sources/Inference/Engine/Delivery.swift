import Dispatch
import Synchronization

/// Passes on what the engine tells, until it has told the end or the deadline is there: who asked is told on time,
/// whatever step the engine is in. The engine finds out by itself and gives the request up.
final class Delivery: Sendable {
    private let deliver: @Sendable (GenerationUpdate) -> Void
    private let isOver = Atomic<Bool>(false)
    /// Fires at the deadline. Guarded by its lock.
    private let alarm = Mutex<(any DispatchSourceTimer)?>(nil)

    /// Tells of deadlines only; what it runs is short.
    private static let clock = DispatchQueue(label: "kinglet.deadlines", qos: .userInteractive)

    /// - Parameter deadline: when the end is told whatever the engine does.
    init(deadline: ContinuousClock.Instant?, to deliver: @escaping @Sendable (GenerationUpdate) -> Void) {
        self.deliver = deliver
        guard let deadline else { return }
        alarm.withLock { alarm in
            let timer = DispatchSource.makeTimerSource(queue: Self.clock)
            timer.setEventHandler { [weak self] in self?.tell(.failed(.deadlineExceeded)) }
            // Without a leeway of its own a timer may be late by a tenth of its time.
            timer.schedule(deadline: .now() + max(0, (deadline - .now) / .seconds(1)), leeway: .milliseconds(1))
            timer.resume()
            alarm = timer
        }
    }

    /// Passes an update on, unless the end was told.
    func tell(_ update: GenerationUpdate) {
        switch update {
        case .started, .token:
            if !isOver.load(ordering: .acquiring) { deliver(update) }
        case .finished, .failed:
            guard !isOver.exchange(true, ordering: .acquiringAndReleasing) else { return }
            cancelAlarm()
            deliver(update)
        }
    }

    /// Tells nothing more.
    func cancel() {
        isOver.store(true, ordering: .releasing)
        cancelAlarm()
    }

    /// The end was told; nobody need be woken for it.
    private func cancelAlarm() {
        alarm.withLock { item in
            item?.cancel()
            item = nil
        }
    }
}
