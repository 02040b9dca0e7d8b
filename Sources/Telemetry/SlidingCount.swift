import Synchronization

/// A count of the events of the last second, ten seconds and minute; without a lock.
///
/// Time is cut into ticks of 100 ms. Each slot holds the tick it counts for (upper half) and the count (lower half)
/// in one word, so that a slot changes hands in one exchange.
///
/// `@unchecked`: the slots are atomics, their number never changes.
final class SlidingCount: @unchecked Sendable {
    static let tick: UInt64 = 100_000_000  // nanoseconds
    private static let slotCount = 1024  // more than the 600 ticks of a minute
    private let slots: UnsafeMutableBufferPointer<Atomic<UInt64>>

    /// Nothing counted.
    init() {
        slots = .allocate(capacity: Self.slotCount)
        for index in 0..<Self.slotCount { slots.initializeElement(at: index, to: Atomic(0)) }
    }

    deinit {
        slots.deinitialize()
        slots.deallocate()
    }

    /// - Parameter time: nanoseconds of a clock that does not go back.
    func add(at time: UInt64) {
        let stamp = (time / Self.tick + 1) << 32
        let slot = Int(time / Self.tick) & (Self.slotCount - 1)
        var old = slots[slot].load(ordering: .relaxed)
        while true {
            // A late event of a slot that has moved on is counted in the newer tick.
            let new = old >= stamp ? old + 1 : stamp + 1
            let (exchanged, original) = slots[slot].weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if exchanged { return }
            old = original
        }
    }

    /// Events in the last complete ticks before `time`.
    func count(ticks: Int, before time: UInt64) -> Int {
        let current = time / Self.tick
        var sum = 0
        for back in 1...UInt64(max(1, min(ticks, Self.slotCount - 1))) where back <= current {
            let tick = current - back
            let word = slots[Int(tick) & (Self.slotCount - 1)].load(ordering: .relaxed)
            if word >> 32 == tick + 1 { sum += Int(word & 0xFFFF_FFFF) }
        }
        return sum
    }
}
