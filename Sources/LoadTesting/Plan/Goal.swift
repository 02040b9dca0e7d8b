import Charts

/// An objective, as in `p99<200ms` or `ttft.p95<0.1s`: which figure must stay below what.
public struct Goal: Sendable, Hashable, CustomStringConvertible {
    public enum Metric: String, Sendable, CaseIterable {
        /// From the planned start to the last byte.
        case responseTime = "rt"
        /// From the planned start to the first token.
        case firstToken = "ttft"
        /// A token after the first.
        case perToken = "tpot"
    }

    public enum Statistic: Sendable, Hashable {
        case mean, maximum
        /// In thousandths.
        case percentile(Int)
    }

    public let metric: Metric, statistic: Statistic
    /// In seconds.
    public let limit: Double

    /// - Throws: `.setting` with the form that is read.
    public init(_ text: String) throws(LoadError) {
        let refusal = LoadError.setting(
            name: "goal", remedy: "\"\(text.prefix(60))\" is not of the form p99<200ms, mean<1s or ttft.p95<100ms")
        let sides = text.split(separator: "<", omittingEmptySubsequences: false)
        guard sides.count == 2 else { throw refusal }
        let words = sides[0].filter { $0 != " " }.lowercased().split(separator: ".", maxSplits: 1).map(String.init)
        let named = words.first.flatMap(Metric.init(rawValue:))
        let rest = named == nil ? sides[0].filter { $0 != " " }.lowercased() : words.dropFirst().first ?? ""
        guard let statistic = Self.statistic(rest), let limit = Self.seconds(sides[1].filter { $0 != " " }) else {
            throw refusal
        }
        (metric, self.statistic, self.limit) = (named ?? .responseTime, statistic, limit)
    }

    private static func statistic(_ text: String) -> Statistic? {
        switch text {
        case "mean": return .mean
        case "max": return .maximum
        default:
            guard text.hasPrefix("p"), let percent = Double(text.dropFirst()), percent > 0, percent < 100 else {
                return nil
            }
            let permille = Int((percent * 10).rounded())
            return 1...999 ~= permille ? .percentile(permille) : nil
        }
    }

    private static func seconds(_ text: String) -> Double? {
        let (digits, scale) =
            text.hasSuffix("ms") ? (text.dropLast(2), 1e-3) : text.hasSuffix("s") ? (text.dropLast(), 1) : ("", 1)
        guard let value = Double(digits), value > 0, value.isFinite else { return nil }
        return value * scale
    }

    public var description: String {
        let name = metric == .responseTime ? "" : metric.rawValue + "."
        let figure =
            switch statistic {
            case .mean: "mean"
            case .maximum: "max"
            case .percentile(let permille): "p\(Decimals.shortest(Double(permille) / 10))"
            }
        return "\(name)\(figure)<\(Decimals.shortest(limit * 1000))ms"
    }

    /// Whether one answer stays below the limit; one that has no such time does.
    func isMet(by record: RequestRecord) -> Bool {
        switch metric {
        case .responseTime: record.responseTime < limit
        case .firstToken: record.timeToFirstToken.map { $0 < limit } ?? true
        case .perToken: record.timePerToken.map { $0 < limit } ?? true
        }
    }

    /// Whether the figure of all answers stays below the limit.
    func isMet(by times: ResponseTimes?) -> Bool {
        guard let times else { return false }
        return switch statistic {
        case .mean: times.mean < limit
        case .maximum: times.maximum < limit
        case .percentile(let permille): times.percentile(permille) < limit
        }
    }
}
