import Foundation

/// How many different things texts say, by their 2-grams of characters (the paper, appendix A, whose figures are met by
/// characters and not by words).
package struct TextDiversity: Sendable, Hashable {
    /// 2-grams, and how many of them are different.
    package let all: Int, distinct: Int
    /// -Σ p log₂ p over the 2-grams, in bits.
    package let entropy: Double

    /// Type-token ratio: different 2-grams of all.
    package var ratio: Double { all == 0 ? 0 : Double(distinct) / Double(all) }

    /// - Parameter texts: no 2-gram reaches from one into the next.
    package init(_ texts: some Sequence<String>) {
        var counts: [UInt64: Int] = [:]
        for text in texts {
            var previous: UInt32?
            for scalar in text.unicodeScalars {
                if let previous { counts[UInt64(previous) << 32 | UInt64(scalar.value), default: 0] += 1 }
                previous = scalar.value
            }
        }
        all = counts.values.reduce(0, +)
        distinct = counts.count
        let total = Double(max(all, 1))
        // In one order, so that the sum is always the same.
        entropy = counts.values.sorted().reduce(0) { sum, count in
            let share = Double(count) / total
            return sum - share * log2(share)
        }
    }
}
