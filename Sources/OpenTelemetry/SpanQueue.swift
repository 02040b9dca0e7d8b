import Foundation

/// Requests whose spans wait to be sent: bounded, so that a collector that is away costs no memory; whoever adds never waits.
///
/// `@unchecked`: all state is touched with `condition` locked.
final class SpanQueue: @unchecked Sendable {
    private let condition = NSCondition()
    private let capacity: Int
    private let batch: Int
    private var waiting: [TracedRequest] = []
    private var isStopping = false

    init(capacity: Int, batch: Int) { (self.capacity, self.batch) = (capacity, min(batch, capacity)) }

    /// - Returns: false where there was no room.
    func add(_ request: TracedRequest) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        guard waiting.count < capacity, !isStopping else { return false }
        waiting.append(request)
        if waiting.count >= batch { condition.signal() }
        return true
    }

    /// Waits for a batch, or until the time is up; then takes what is there, up to a batch.
    ///
    /// - Returns: also whether this is the end.
    func take(until end: Date) -> (requests: [TracedRequest], isLast: Bool) {
        condition.lock()
        defer { condition.unlock() }
        while waiting.count < batch, !isStopping {
            if !condition.wait(until: end) { break }
        }
        let taken = Array(waiting.prefix(batch))
        waiting.removeFirst(taken.count)
        return (taken, isStopping && waiting.isEmpty)
    }

    /// Waits without taking anything.
    ///
    /// - Returns: false where it is stopped meanwhile.
    func pause(_ seconds: Double) -> Bool {
        let end = Date(timeIntervalSinceNow: seconds)
        condition.lock()
        defer { condition.unlock() }
        while !isStopping, Date() < end { _ = condition.wait(until: end) }
        return !isStopping
    }

    var isStopped: Bool {
        condition.lock()
        defer { condition.unlock() }
        return isStopping
    }

    func stop() {
        condition.lock()
        isStopping = true
        condition.broadcast()
        condition.unlock()
    }
}
