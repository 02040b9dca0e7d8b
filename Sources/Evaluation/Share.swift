import Documents

/// A share of successes with its 95 % interval (Wilson 1927, JASA 22): right also near 0 and 1 and for few samples.
public struct Share: Sendable, Hashable {
    public var count: Int
    public var total: Int

    /// So many of so many.
    public init(_ count: Int = 0, of total: Int = 0) { (self.count, self.total) = (count, total) }

    /// Counts one more.
    public mutating func add(_ isRight: Bool) {
        count += isRight ? 1 : 0
        total += 1
    }

    /// The share, 0 of nothing.
    public var value: Double { total == 0 ? 0 : Double(count) / Double(total) }

    /// The interval that holds the true share in 95 of 100 cases.
    public var interval: ClosedRange<Double> { Self.interval(of: value, total: total) }

    /// The same for a share whose count is no whole number.
    static func interval(of value: Double, total: Int) -> ClosedRange<Double> {
        guard total > 0 else { return 0...1 }
        let z = 1.959964, n = Double(total)
        let middle = value + z * z / (2 * n)
        let half = z * (value * (1 - value) / n + z * z / (4 * n * n)).squareRoot()
        let scale = 1 + z * z / n
        return max(0, (middle - half) / scale)...min(1, (middle + half) / scale)
    }

    /// Share, interval and counts.
    public var json: JSONValue {
        [
            "right": .integer(count), "samples": .integer(total), "rate": Self.rounded(value),
            "low": Self.rounded(interval.lowerBound), "high": Self.rounded(interval.upperBound),
        ]
    }

    /// `66.0 % (52.2-77.6)`.
    public var text: String {
        guard total > 0 else { return "-" }
        return "\(Self.percent(value)) % (\(Self.percent(interval.lowerBound))-\(Self.percent(interval.upperBound)))"
    }

    /// Four decimals.
    private static func rounded(_ value: Double) -> JSONValue { .number((value * 10_000).rounded() / 10_000) }

    /// A share as people read it.
    static func percent(_ value: Double) -> String {
        let tenths = Int((value * 1000).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
