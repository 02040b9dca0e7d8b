import Foundation

/// McNemar's exact test (1947): whether two runs on the same samples differ by more than chance. Only samples on which they
/// disagree count; if the runs are equally good, each of these is a coin toss.
public struct McNemar: Sendable, Hashable {
    /// Samples that only the first, and only the second run has right.
    public var onlyFirst: Int
    public var onlySecond: Int

    /// Counts that are not negative.
    public init(onlyFirst: Int, onlySecond: Int) {
        (self.onlyFirst, self.onlySecond) = (max(0, onlyFirst), max(0, onlySecond))
    }

    /// The probability of a difference as large as this one or larger, either way, if there is none: twice the tail of the
    /// binomial distribution of one half, 1 at most.
    public var probability: Double {
        let tosses = onlyFirst + onlySecond, few = min(onlyFirst, onlySecond)
        guard tosses > 0 else { return 1 }
        // In logarithms: 0.5 to the power of 2,000 is no number of its own. The largest term comes last.
        let scale = lgamma(Double(tosses) + 1) - Double(tosses) * log(2)
        var tail = 0.0
        for count in 0...few {
            tail += exp(scale - lgamma(Double(count) + 1) - lgamma(Double(tosses - count) + 1))
        }
        return min(1, 2 * tail)
    }

    /// What the second run is better by, as a share of all samples, with its 95 % interval (Agresti and Min 2005).
    public func difference(of samples: Int) -> (value: Double, interval: ClosedRange<Double>) {
        guard samples > 0 else { return (0, -1...1) }
        let total = Double(samples) + 2, first = Double(onlyFirst) + 0.5, second = Double(onlySecond) + 0.5
        let middle = (second - first) / total
        let half = 1.959964 * max(0, first + second - (second - first) * (second - first) / total).squareRoot() / total
        return (
            Double(onlySecond - onlyFirst) / Double(samples), max(-1, middle - half)...min(1, middle + half)
        )
    }
}
