/// Durations in buckets whose width grows with their value, as in HdrHistogram: 64 buckets an octave.
///
/// From 1 µs to 71 minutes; a bucket's middle is within 0.8 % of anything in it. Below 64 µs buckets are 1 µs wide.
struct LogLinearBuckets: Sendable {
    static let perOctave = 64
    private static let perOctaveBits = 6
    private static let topBits = 32
    static let count = (topBits - perOctaveBits + 1) * perOctave

    /// The bucket of a number of microseconds; what is longer than the range falls in the last one.
    static func index(_ microseconds: UInt64) -> Int {
        guard microseconds >= UInt64(perOctave) else { return Int(microseconds) }
        guard microseconds < 1 << UInt64(topBits) else { return count - 1 }
        let exponent = 63 - microseconds.leadingZeroBitCount - perOctaveBits
        return (exponent << perOctaveBits) + Int(microseconds >> UInt64(exponent))
    }

    /// The middle of a bucket in seconds.
    static func middle(_ index: Int) -> Double {
        guard index >= perOctave else { return (Double(index) + 0.5) * 1e-6 }
        let exponent = index >> perOctaveBits - 1
        let low = Double((index & (perOctave - 1)) + perOctave)
        return (low + 0.5) * Double(1 << exponent) * 1e-6
    }

    /// The value below which a share of the counted durations lies, in seconds; 0 if there are none.
    static func percentile(_ share: Double, counts: [Int]) -> Double {
        let total = counts.reduce(0, +)
        guard total > 0 else { return 0 }
        let rank = max(1, Int((share * Double(total)).rounded(.up)))
        var running = 0
        for (index, count) in counts.enumerated() {
            running += count
            if running >= rank { return middle(index) }
        }
        return middle(counts.count - 1)
    }
}
