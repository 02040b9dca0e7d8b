import Synchronization

/// Rates and response times over the last seconds, and since the start.
///
/// Adding takes no lock, but once in ten seconds one of the adders takes a snapshot for all: what happened in the last
/// minute is the difference of two cumulative counts, so nothing is ever reset under a reader.
public final class Window: Sendable {
    /// Response times in seconds.
    public struct Times: Sendable, Equatable, Codable {
        public var count = 0
        /// Mean and maximum are exact; percentiles within 1 %, to the microsecond.
        public var mean = 0.0, p50 = 0.0, p90 = 0.0, p95 = 0.0, p99 = 0.0, max = 0.0
    }

    /// Counts at one moment; the difference of two is what happened between them.
    private struct Snapshot {
        var counts: [Int] = []
        var sum = 0
    }

    /// What was counted up to some moments before.
    private struct Past {
        /// At the beginning of these periods, oldest first, at most seven.
        var snapshots: [(period: UInt64, snapshot: Snapshot)] = []
    }

    private static let period: UInt64 = 10_000_000_000  // nanoseconds
    private static let periods = 6

    private let arrivals = SlidingCount()
    private let buckets = AtomicArray(count: LogLinearBuckets.count)
    private let sum = Atomic<Int>(0)  // nanoseconds
    private let longest = Atomic<UInt64>(0)
    /// The longest of each period: period in the upper 16 bits, nanoseconds (78 hours) in the others.
    private let recentLongest = (0..<8).map { _ in AtomicWord() }
    private let rotated: Atomic<UInt64>
    private let past = Mutex(Past())

    /// Empty; the first rotation comes with the first value.
    public init() { rotated = Atomic(.max) }

    /// Counts one event that took `duration` and ended at `time`.
    public func record(_ duration: Duration, at time: UInt64 = MonotonicTime.now) {
        rotate(to: time / Self.period)
        let nanoseconds = duration.wholeNanoseconds
        arrivals.add(at: time)
        buckets.add(1, at: LogLinearBuckets.index(nanoseconds / 1000))
        sum.wrappingAdd(Int(truncatingIfNeeded: nanoseconds), ordering: .relaxed)
        longest.max(nanoseconds, ordering: .relaxed)
        let stamp = (time / Self.period) & 0xFFFF
        recentLongest[Int(stamp % 8)].raise(to: stamp << 48 | min(nanoseconds, 1 << 48 - 1))
    }

    /// Events a second over the last 1, 10, 60 s, up to the last complete tenth of a second.
    public func perSecond(over seconds: Int, at time: UInt64 = MonotonicTime.now) -> Double {
        Double(arrivals.count(ticks: seconds * 10, before: time)) / Double(max(1, seconds))
    }

    /// Since the start.
    public func total() -> Times {
        let now = snapshot()
        return Self.times(now.counts, sum: now.sum, longest: longest.load(ordering: .relaxed))
    }

    /// The last 50 to 60 s.
    public func recent(at time: UInt64 = MonotonicTime.now) -> Times {
        let period = time / Self.period
        rotate(to: period)
        let now = snapshot()
        let first = period < UInt64(Self.periods) ? 0 : period - UInt64(Self.periods) + 1
        let begin = past.withLock { past in past.snapshots.first { $0.period >= first }?.snapshot }
        guard let begin, begin.counts.count == now.counts.count else { return Times() }
        var highest: UInt64 = 0
        for word in recentLongest {
            let value = word.value
            let age = (period & 0xFFFF) &- (value >> 48) & 0xFFFF
            if value != 0, age < UInt64(Self.periods) { highest = max(highest, value & (1 << 48 - 1)) }
        }
        return Self.times(zip(now.counts, begin.counts).map { $0 - $1 }, sum: now.sum - begin.sum, longest: highest)
    }

    /// Keeps the counts as they are at the first event of a period: nothing was added between that period's
    /// beginning and its first event.
    private func rotate(to period: UInt64) {
        let last = rotated.load(ordering: .relaxed)
        guard last == .max || period > last else { return }
        past.withLock { past in
            guard rotated.load(ordering: .relaxed) == last else { return }
            let snapshot = snapshot()
            // Periods without an event began with the same counts.
            let missing = last == .max ? period : max(last + 1, period < 7 ? 0 : period - 6)
            for empty in missing...period { past.snapshots.append((empty, snapshot)) }
            past.snapshots.removeFirst(max(0, past.snapshots.count - 7))
            rotated.store(period, ordering: .relaxed)
        }
    }

    /// The counts now.
    private func snapshot() -> Snapshot { Snapshot(counts: buckets.values, sum: sum.load(ordering: .relaxed)) }

    /// Mean, percentiles and maximum of a distribution, in seconds.
    private static func times(_ counts: [Int], sum: Int, longest: UInt64) -> Times {
        let count = counts.reduce(0, +)
        guard count > 0 else { return Times() }
        let top = Double(longest) * 1e-9
        // A bucket's middle may lie above the longest duration in it.
        func percentile(_ share: Double) -> Double { min(top, LogLinearBuckets.percentile(share, counts: counts)) }
        return Times(
            count: count, mean: Double(sum) * 1e-9 / Double(count), p50: percentile(0.5), p90: percentile(0.9),
            p95: percentile(0.95), p99: percentile(0.99), max: top)
    }
}

/// One atomic number that can lie in an array.
final class AtomicWord: Sendable {
    private let word = Atomic<UInt64>(0)

    /// The largest value so far.
    var value: UInt64 { word.load(ordering: .relaxed) }

    /// Takes a value of a newer or the same period if it is higher.
    func raise(to value: UInt64) {
        var old = word.load(ordering: .relaxed)
        while (old >> 48 == value >> 48) ? value > old : true {
            let (exchanged, original) = word.weakCompareExchange(expected: old, desired: value, ordering: .relaxed)
            if exchanged { return }
            old = original
        }
    }
}

extension Duration {
    /// Nanoseconds; nothing below 0.
    var wholeNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return UInt64(min(seconds, 1 << 32)) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }
}
