/// A set of times in seconds: what is said of the paper's RT, of the time to the first token, and of the time a token.
public struct ResponseTimes: Sendable, Hashable {
    public let mean: Double, deviation: Double
    /// In ascending order; at least one.
    private let ordered: [Double]

    /// nil where there is no time.
    package init?(_ times: [Double]) {
        guard !times.isEmpty else { return nil }
        ordered = times.sorted()
        let mean = ordered.reduce(0, +) / Double(ordered.count)
        self.mean = mean
        deviation = (ordered.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(ordered.count)).squareRoot()
    }

    /// How many times there are.
    public var count: Int { ordered.count }
    public var minimum: Double { ordered[0] }
    public var maximum: Double { ordered[ordered.count - 1] }
    public var p50: Double { percentile(500) }
    public var p90: Double { percentile(900) }
    public var p95: Double { percentile(950) }
    public var p99: Double { percentile(990) }

    /// Nearest rank: the least value that at least `permille` of 1000 values do not exceed.
    public func percentile(_ permille: Int) -> Double { ordered[rank(permille) - 1] }

    /// Whether there are too few values for a percentile to be another one than the largest.
    ///
    /// - Parameter permille: 990 for the 99th percentile.
    public func isMaximum(_ permille: Int) -> Bool { rank(permille) == count }

    private func rank(_ permille: Int) -> Int { min(count, max(1, (count * permille + 999) / 1000)) }

    /// The times themselves, ascending.
    var values: [Double] { ordered }
}
