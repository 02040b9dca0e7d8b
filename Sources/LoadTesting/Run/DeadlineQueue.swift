import DequeModule

/// Requests by the moment at which they are given up; all have the same patience, so the first is the oldest.
package struct DeadlineQueue {
    private var entries: Deque<(slot: Int, number: Int, moment: Double)> = []

    package init() {}

    package var first: Double? { entries.first?.moment }

    package mutating func add(_ slot: Int, _ number: Int, at moment: Double) { entries.append((slot, number, moment)) }

    /// The next whose moment has come; whether it is still in flight the caller knows.
    package mutating func takeDue(_ now: Double) -> (slot: Int, number: Int)? {
        guard let first = entries.first, first.moment <= now else { return nil }
        entries.removeFirst()
        return (first.slot, first.number)
    }
}
