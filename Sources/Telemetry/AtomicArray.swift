import Synchronization

/// Counters side by side, each added to without a lock.
///
/// `@unchecked`: the elements are atomics, their number never changes.
final class AtomicArray: @unchecked Sendable {
    private let elements: UnsafeMutableBufferPointer<Atomic<Int>>

    /// All zero.
    init(count: Int) {
        elements = .allocate(capacity: count)
        for index in 0..<count { elements.initializeElement(at: index, to: Atomic(0)) }
    }

    deinit {
        elements.deinitialize()
        elements.deallocate()
    }

    /// Elements, fixed for the array's life.
    var count: Int { elements.count }

    /// Adds without a lock; sums of several elements are not of one moment.
    func add(_ amount: Int, at index: Int) {
        precondition(elements.indices.contains(index), "element \(index) of \(elements.count)")
        elements[index].add(amount, ordering: .relaxed)
    }

    /// The element's value now.
    subscript(index: Int) -> Int {
        precondition(elements.indices.contains(index), "element \(index) of \(elements.count)")
        return elements[index].load(ordering: .relaxed)
    }

    /// All values; those added meanwhile may or may not be in.
    var values: [Int] { (0..<count).map { self[$0] } }
}

/// A floating-point number that several threads add to.
struct AtomicDouble: ~Copyable, Sendable {
    private let bits = Atomic<UInt64>(0)

    /// The number now.
    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    /// Replaces the number.
    func store(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    /// Adds by compare and exchange, since there is no atomic addition of floating-point numbers.
    func add(_ amount: Double) {
        var old = bits.load(ordering: .relaxed)
        while true {
            let new = (Double(bitPattern: old) + amount).bitPattern
            let (exchanged, original) = bits.weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
            if exchanged { return }
            old = original
        }
    }
}
