import Documents

/// Of pairs of a right and a wrong answer to one question, how often a judge takes the right one to be better.
public struct PairwiseCount: Sendable, Hashable {
    public private(set) var wins = 0, ties = 0, losses = 0

    /// Nothing counted.
    public init() {}

    /// Counts a pair by what the judge thinks of either answer.
    public mutating func add(right: Double, wrong: Double) {
        if right > wrong { wins += 1 } else if right < wrong { losses += 1 } else { ties += 1 }
    }

    /// Pairs in all.
    public var count: Int { wins + ties + losses }

    /// A tie is right half of the time: a coin would decide it. nil without pairs.
    public var accuracy: Double? { count > 0 ? (Double(wins) + Double(ties) / 2) / Double(count) : nil }

    /// The accuracy as whole pairs, for a bar.
    var nearest: Share { Share(Int((Double(wins) + Double(ties) / 2).rounded()), of: count) }

    /// The counts, the accuracy and its 95 % interval (Wilson).
    public var json: JSONValue {
        guard let accuracy else { return .null }
        let interval = Share.interval(of: accuracy, total: count)
        return [
            "pairs": .integer(count), "wins": .integer(wins), "ties": .integer(ties), "losses": .integer(losses),
            "accuracy": .rounded(accuracy, 4), "low": .rounded(interval.lowerBound, 4),
            "high": .rounded(interval.upperBound, 4),
        ]
    }

    /// `84.0 % (79.1-88.0)`.
    public var text: String {
        guard let accuracy else { return "-" }
        let interval = Share.interval(of: accuracy, total: count)
        return
            "\(Share.percent(accuracy)) % (\(Share.percent(interval.lowerBound))-\(Share.percent(interval.upperBound)))"
    }
}
