import Digests
import Documents
import Evaluation
import Functions
import Judging
import OrderedCollections

/// A part of a data set in which every kind of sample has its share.
package struct StratifiedSample: Sendable {
    /// What makes samples of one kind.
    package enum Key: String, Sendable, CaseIterable {
        /// Of the expected calls, or where there are none the one that is unclear.
        case function
        case outcome, language, category

        func value(of row: DatasetFile.Row) -> String {
            switch self {
            case .function:
                let names = row.sample.reference.expected.map(\.function)
                return (names.isEmpty ? [row.sample.unclear?.function ?? ""] : names).sorted().joined(separator: " ")
            case .outcome: return row.sample.reference.outcome.rawValue
            case .language: return SampleLanguage.code(of: row)
            case .category: return row.sample.category ?? ""
            }
        }
    }

    /// How many of each kind.
    package enum Share: Sendable {
        /// As many as the kind has of all; at least one where there is room for all kinds.
        case proportional
        /// As many of each as of any other, as far as there are.
        case equal
    }

    let keys: [Key]
    let share: Share
    let seed: UInt64

    /// - Parameter seed: which samples of a kind: a larger sample has those of a smaller one, as far as shares allow.
    package init(by keys: [Key], _ share: Share = .proportional, seed: UInt64) {
        (self.keys, self.share, self.seed) = (keys, share, seed)
    }

    /// Positions of the rows drawn, in the order of the file: `count` of them, or all.
    package func draw(_ count: Int, of rows: [DatasetFile.Row]) -> [Int] {
        let kinds = OrderedDictionary(grouping: rows.indices) { index in keys.map { $0.value(of: rows[index]) } }
        let sizes = kinds.values.map(\.count)
        let shares =
            switch share {
            case .proportional: Self.proportional(count, of: sizes)
            case .equal: Self.equal(count, of: sizes)
            }
        var drawn: [Int] = []
        for (positions, share) in zip(kinds.values, shares) {
            let ordered = positions.map { (SampleOrder.key(rows[$0].sample.id, seed: seed), $0) }
                .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
            drawn += ordered.prefix(share).map(\.1)
        }
        return drawn.sorted()
    }

    /// Largest remainders; kinds that get none take one from the largest, where there is one for each.
    package static func proportional(_ count: Int, of sizes: [Int]) -> [Int] {
        let total = sizes.reduce(0, +)
        guard count < total else { return sizes }
        let exact = sizes.map { Double(count) * Double($0) / Double(total) }
        var shares = exact.map { Int($0) }
        let order = sizes.indices.sorted { first, second in
            let (one, other) = (exact[first] - Double(shares[first]), exact[second] - Double(shares[second]))
            return (other, first) < (one, second)
        }
        for index in order.prefix(count - shares.reduce(0, +)) { shares[index] += 1 }
        guard count >= sizes.count else { return shares }
        for index in shares.indices where shares[index] == 0 {
            guard let largest = shares.indices.max(by: { (shares[$0], $0) < (shares[$1], $1) }) else { break }
            shares[largest] -= 1
            shares[index] = 1
        }
        return shares
    }

    /// The same number of each; what small kinds lack goes to the others.
    package static func equal(_ count: Int, of sizes: [Int]) -> [Int] {
        var shares = sizes.map { _ in 0 }, left = min(count, sizes.reduce(0, +))
        while left > 0 {
            let open = sizes.indices.filter { shares[$0] < sizes[$0] }
            let step = max(1, left / max(1, open.count))
            for index in open where left > 0 {
                let more = min(step, sizes[index] - shares[index], left)
                shares[index] += more
                left -= more
            }
        }
        return shares
    }
}
