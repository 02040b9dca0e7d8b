import Synchronization

/// A metric under several label values. Finding a child takes no lock: slots are filled once and never change.
public final class Family<Child: Metric>: Sendable {
    public let labels: [String]
    private let slots: SlotArray
    private let limit: Int
    private let used = Atomic<Int>(0)
    private let overflow: FamilyEntry
    private let make: @Sendable () -> Child

    /// - Parameter limit: label combinations that are kept apart; further ones share one child, whose labels read `other`.
    package init(labels: [String], limit: Int, make: @escaping @Sendable () -> Child) {
        self.labels = labels
        self.limit = limit
        self.make = make
        var capacity = 16
        while capacity < limit * 2 { capacity *= 2 }
        slots = SlotArray(count: capacity)
        overflow = FamilyEntry(values: labels.map { _ in "other" }, child: make())
    }

    /// The child of some label values, made if there is none; in the order of `labels`.
    public func with(_ values: String...) -> Child { with(values) }

    /// The child of these label values, made at its first use; beyond the limit all share one child, so that clients
    /// cannot make metrics without end.
    public func with(_ values: [String]) -> Child {
        precondition(values.count == labels.count, "labels \(labels) got values \(values)")
        var index = values.hashValue & (slots.count - 1)
        while true {
            if let entry = slots[index] {
                if entry.values == values { return child(entry) }
                index = (index + 1) & (slots.count - 1)
                continue
            }
            guard used.load(ordering: .relaxed) < limit else { return child(overflow) }
            let (entry, isNew) = slots.fill(index, FamilyEntry(values: values, child: make()))
            if isNew { used.add(1, ordering: .relaxed) }
            // Another thread may have filled the slot, with these values or others.
            if entry.values == values { return child(entry) }
        }
    }

    /// Only what `make` made gets into an entry of this family.
    private func child(_ entry: FamilyEntry) -> Child { unsafeDowncast(entry.child, to: Child.self) }

    /// All children, sorted by their label values; the shared one last, if it was used.
    package func children() -> [(values: [String], samples: [Sample])] {
        var found: [(values: [String], samples: [Sample])] = []
        for index in 0..<slots.count {
            if let entry = slots[index] { found.append((entry.values, entry.child.samples())) }
        }
        found.sort { $0.values.lexicographicallyPrecedes($1.values) }
        if used.load(ordering: .relaxed) >= limit, !found.contains(where: { $0.values == overflow.values }) {
            found.append((overflow.values, overflow.child.samples()))
        }
        return found
    }
}

/// One child and its label values. Not generic, nor is what holds it: that would look up type metadata at each load.
final class FamilyEntry: Sendable {
    let values: [String]
    let child: any Metric

    /// A child that has its label values.
    init(values: [String], child: any Metric) { (self.values, self.child) = (values, child) }
}

/// Places that are filled at most once.
///
/// `@unchecked`: the elements are atomics, their number never changes.
final class SlotArray: @unchecked Sendable {
    private let elements: UnsafeMutableBufferPointer<AtomicLazyReference<FamilyEntry>>

    /// Empty slots.
    init(count: Int) {
        elements = .allocate(capacity: count)
        for index in 0..<count { elements.initializeElement(at: index, to: AtomicLazyReference()) }
    }

    deinit {
        elements.deinitialize()
        elements.deallocate()
    }

    /// Slots, filled or not.
    var count: Int { elements.count }

    /// The entry of a slot; nil while it is empty.
    subscript(index: Int) -> FamilyEntry? {
        precondition(elements.indices.contains(index), "slot \(index) of \(elements.count)")
        return elements[index].load()
    }

    /// - Returns: what the slot holds now, and whether it is the new element.
    func fill(_ index: Int, _ element: FamilyEntry) -> (FamilyEntry, Bool) {
        precondition(elements.indices.contains(index), "slot \(index) of \(elements.count)")
        let held = elements[index].storeIfNil(element)
        return (held, held === element)
    }
}
