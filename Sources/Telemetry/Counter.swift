import Synchronization

/// A number that only grows.
public final class Counter: Metric {
    private let count = Atomic<Int>(0)

    /// Begins at 0.
    public init() {}

    /// The count now.
    public var value: Int { count.load(ordering: .relaxed) }

    /// Adds; a negative amount is ignored, for a counter never falls.
    public func add(_ amount: Int = 1) {
        guard amount > 0 else { return }
        count.add(amount, ordering: .relaxed)
    }

    /// One sample, without a suffix.
    public func samples() -> [Sample] { [Sample(suffix: "", value: Double(value))] }
}

/// A number that rises and falls.
public final class Gauge: Metric {
    private let number = AtomicDouble()

    /// Begins at 0.
    public init() {}

    /// The number now.
    public var value: Double { number.value }
    /// Replaces it.
    public func set(_ value: Double) { number.store(value) }
    /// Adds to it; a negative amount takes away.
    public func add(_ amount: Double) { number.add(amount) }

    /// One sample, without a suffix.
    public func samples() -> [Sample] { [Sample(suffix: "", value: value)] }
}

/// A metric that a registry can hold and print.
public protocol Metric: AnyObject, Sendable {
    /// The values of one scrape, in the order in which the text has them.
    func samples() -> [Sample]
}

/// One line of the text format, without its labels.
public struct Sample: Sendable, Equatable {
    /// Appended to the family's name: `_bucket`, `_sum`, `_count` or nothing.
    public var suffix: String
    /// The `le` label of a bucket.
    public var upperBound: Double?
    public var value: Double

    /// One line of the text.
    ///
    /// - Parameters:
    ///   - suffix: behind the metric's name, as in `_bucket`.
    ///   - upperBound: the label `le` of a bucket.
    public init(suffix: String, upperBound: Double? = nil, value: Double) {
        (self.suffix, self.upperBound, self.value) = (suffix, upperBound, value)
    }
}
