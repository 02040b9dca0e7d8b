/// A bounded table: when it is full, the entry whose last use lies furthest back makes room. A value; whoever shares it
/// guards it.
public struct RecencyCache<Key: Hashable, Value> {
    public let capacity: Int
    private var places: [Key: Int32] = [:]
    /// By place; nil: the place is free.
    private var entries: [(key: Key, value: Value)?] = []
    private var free: [Int32] = []
    private var uses: RecencyList

    /// - Parameter capacity: entries that are kept; at least 1.
    public init(capacity: Int) {
        self.capacity = max(1, capacity)
        uses = RecencyList(capacity: self.capacity)
    }

    public var count: Int { places.count }

    /// The value of `key`, which counts as its use.
    public mutating func value(for key: Key) -> Value? {
        guard let place = places[key] else { return nil }
        touch(place)
        return entries[Int(place)]?.value
    }

    /// Keeps `value` under `key` instead of what was there.
    public mutating func store(_ value: Value, for key: Key) {
        if let place = places[key] {
            entries[Int(place)] = (key, value)
            return touch(place)
        }
        if count == capacity, let oldest = uses.popFirst() { empty(oldest) }
        let place = free.popLast() ?? Int32(entries.count)
        if Int(place) == entries.count { entries.append((key, value)) } else { entries[Int(place)] = (key, value) }
        places[key] = place
        uses.append(place)
    }

    @discardableResult
    public mutating func remove(_ key: Key) -> Value? {
        guard let place = places[key] else { return nil }
        let value = entries[Int(place)]?.value
        uses.remove(place)
        empty(place)
        return value
    }

    /// The entry that would go next first.
    public var keys: [Key] { uses.elements.compactMap { entries[Int($0)]?.key } }

    private mutating func touch(_ place: Int32) {
        uses.remove(place)
        uses.append(place)
    }

    private mutating func empty(_ place: Int32) {
        if let key = entries[Int(place)]?.key { places[key] = nil }
        entries[Int(place)] = nil
        free.append(place)
    }
}

extension RecencyCache: Sendable where Key: Sendable, Value: Sendable {}
