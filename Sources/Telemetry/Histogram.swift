/// How often a value fell below each of some bounds (Prometheus histogram).
public final class Histogram: Metric {
    /// From half a millisecond to two minutes, in base units (seconds): four to six an octave of tens where most answers
    /// fall, so that a quantile is off by a third at most.
    public static let seconds: [Double] = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8,
        1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60, 120,
    ]

    private let bounds: [Double]
    private let counts: AtomicArray
    private let total = AtomicDouble()

    /// - Parameter bounds: upper bounds, inclusive, rising; `+Inf` is added.
    public init(bounds: [Double] = Histogram.seconds) {
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "the bounds do not rise: \(bounds)")
        self.bounds = bounds
        counts = AtomicArray(count: bounds.count + 1)
    }

    /// Counts a value; NaN is ignored.
    public func record(_ value: Double) {
        guard !value.isNaN else { return }
        var (low, high) = (0, bounds.count)
        while low < high {
            let middle = (low + high) / 2
            if value <= bounds[middle] { high = middle } else { low = middle + 1 }
        }
        counts.add(1, at: low)
        total.add(value)
    }

    /// A duration, in seconds.
    public func record(_ duration: Duration) { record(duration.seconds) }

    /// Values recorded so far.
    public var count: Int { counts.values.reduce(0, +) }
    /// The sum of all values.
    public var sum: Double { total.value }

    /// Buckets with cumulative counts, then `_sum` and `_count`.
    public func samples() -> [Sample] {
        var running = 0
        var samples: [Sample] = []
        for (bound, count) in zip(bounds + [.infinity], counts.values) {
            running += count
            samples.append(Sample(suffix: "_bucket", upperBound: bound, value: Double(running)))
        }
        samples.append(Sample(suffix: "_sum", value: sum))
        samples.append(Sample(suffix: "_count", value: Double(running)))
        return samples
    }
}

extension Duration {
    /// Seconds as a floating-point number.
    public var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
