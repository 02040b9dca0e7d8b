import Digests
import Documents
import Evaluation
import Functions
import Judging
import OrderedCollections

/// What a data set is made of.
package struct DatasetStatistics: Sendable {
    /// Entries that the diversity of texts is measured on, as the paper does.
    package static let entries = 700

    package let name: String
    package let samples: Int
    /// Different functions that are offered anywhere, and that an answer calls.
    package let functions: Int, called: Int
    /// Different parameters of functions that an answer gives.
    package let parameters: Int
    /// Samples by their outcome, language and number of calls.
    package let outcomes: [String: Int], languages: [String: Int]
    package let severalCalls: Int, withHistory: Int
    /// Mean functions offered, and characters of a query.
    package let offered: Double, queryLength: Double
    /// Calls of the function that is called least, and most.
    package let rarest: (name: String, calls: Int)?, commonest: (name: String, calls: Int)?
    package let diversity: TextDiversity

    /// - Parameter seed: which entries the diversity is measured on, where there are more than `entries`.
    package init(_ file: DatasetFile, seed: UInt64 = 0) {
        let rows = file.rows
        (name, samples) = (file.name, rows.count)
        functions = Set(rows.flatMap { $0.functions.map(\.name) }).count
        let calls = rows.flatMap(\.sample.reference.expected)
        let perFunction = calls.reduce(into: [:]) { $0[$1.function, default: 0] += 1 }
        called = perFunction.count
        parameters = Set(calls.flatMap { call in call.parameters.keys.map { [call.function, $0] } }).count
        outcomes = Self.counts(rows.map(\.sample.reference.outcome.rawValue))
        languages = Self.counts(rows.map(SampleLanguage.code))
        severalCalls = rows.count { $0.sample.reference.expected.count > 1 }
        withHistory = rows.count { !$0.sample.history.isEmpty }
        let total = Double(max(rows.count, 1))
        offered = Double(rows.reduce(0) { $0 + $1.functions.count }) / total
        queryLength = Double(rows.reduce(0) { $0 + $1.sample.query.count }) / total
        let sorted = perFunction.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
        rarest = sorted.first.map { ($0.key, $0.value) }
        commonest = sorted.last.map { ($0.key, $0.value) }
        let drawn = rows.map { (SampleOrder.key($0.sample.id, seed: seed), $0.sample.query) }
            .sorted { $0.0 < $1.0 }.prefix(Self.entries)
        diversity = TextDiversity(drawn.map(\.1))
    }

    private static func counts(_ names: [String]) -> [String: Int] {
        names.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    package var json: JSONValue {
        func object(_ counts: [String: Int]) -> JSONValue {
            .object(
                JSONObject(
                    counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, .integer($0.value)) },
                    uniquingKeysWith: { first, _ in first }))
        }
        return [
            "name": .string(name), "samples": .integer(samples), "functions": .integer(functions),
            "called": .integer(called), "parameters": .integer(parameters), "outcomes": object(outcomes),
            "languages": object(languages), "several_calls": .integer(severalCalls),
            "with_history": .integer(withHistory), "offered": .rounded(offered, 2),
            "query_characters": .rounded(queryLength, 2), "ttr": .rounded(diversity.ratio, 4),
            "entropy": .rounded(diversity.entropy, 4), "bigrams": .integer(diversity.all),
        ]
    }
}
