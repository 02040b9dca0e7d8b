import Documents
import Foundation
import OrderedCollections

/// Okapi BM25 over the API documents of one pool, with weighted fields (BM25F, Robertson and Zaragoza 2009, 3.6).
///
/// Immutable: a change of the pool makes a new index, which shares what did not change. Documents lie in segments of
/// growing size, each at least twice the next, so that a pool of n functions that grew one by one has about log n of
/// them, and each document was copied about as often. Scores do not depend on how the documents are cut into segments.
public struct LexicalIndex: Retriever {
    /// How much each field of a function's document counts.
    public struct Weights: Sendable, Hashable {
        /// How much one occurrence of a term counts in each part of the document.
        public var name = 3.0, domain = 1.0, description = 2.0, parameterName = 1.0, parameterText = 0.5
        public var enumValue = 0.7, example = 1.5
        /// BM25's saturation and length normalisation.
        public var saturation = 1.2, lengthNormalization = 0.5
        /// What a word counts that shares only some of its letters with the document's words ("freezer", "freezing").
        public var wordPart = 0.5
        /// What the turn before the query counts; each older one half of the next.
        public var history = 0.3

        /// The weights that the figures in Docs/Retrieval.md were made with.
        public init() {}
    }

    public let names: [String]
    public let weights: Weights
    /// Weighted terms of each document, and what BM25 makes of them, by row.
    private let lengths: [Double]
    private let norms: [Double]
    /// The oldest and largest first.
    private let segments: [PlacedSegment]

    /// Indexes the functions of a pool.
    public init(_ functions: [FunctionDocument], weights: Weights = Weights()) {
        let terms = functions.map { WeightedTerms($0, weights) }
        let segment = TermSegment(terms, hasParts: weights.wordPart > 0)
        self.init(
            names: functions.map(\.name), lengths: terms.map(\.length),
            segments: [PlacedSegment(segment, rows: Array(0..<Int32(functions.count)))], weights: weights)
    }

    /// An index of segments that are there already.
    private init(names: [String], lengths: [Double], segments: [PlacedSegment], weights: Weights) {
        (self.names, self.lengths, self.segments, self.weights) = (names, lengths, segments, weights)
        let mean = max(lengths.reduce(0, +) / Double(max(lengths.count, 1)), .leastNormalMagnitude)
        norms = lengths.map {
            weights.saturation * (1 - weights.lengthNormalization + weights.lengthNormalization * $0 / mean)
        }
    }

    /// The index of a changed pool; reads only what is new.
    ///
    /// - Parameters:
    ///   - names: of all functions, in the order of the pool.
    ///   - moved: by row of this index, the row of the unchanged document now; -1 where it is gone or replaced.
    ///   - added: new documents and their rows. Every row is either moved to or added.
    public func updated(names: [String], moved: [Int], added: [(row: Int, document: FunctionDocument)]) -> LexicalIndex
    {
        var lengths = [Double](repeating: 0, count: names.count)
        for (old, new) in moved.enumerated() where new >= 0 { lengths[new] = self.lengths[old] }
        let terms = added.map { WeightedTerms($0.document, weights) }
        for (document, place) in zip(terms, added) { lengths[place.row] = document.length }
        let isInPlace = moved.indices.allSatisfy { moved[$0] == $0 }
        var segments =
            isInPlace
            ? self.segments
            : self.segments.map { placed in
                PlacedSegment(placed.segment, rows: placed.rows.map { $0 < 0 ? -1 : Int32(moved[Int($0)]) })
            }
        if !added.isEmpty {
            let segment = TermSegment(terms, hasParts: weights.wordPart > 0)
            segments.append(PlacedSegment(segment, rows: added.map { Int32($0.row) }))
        }
        return LexicalIndex(names: names, lengths: lengths, segments: Self.merged(segments), weights: weights)
    }

    /// Joins the last segments until each is more than twice the next, and rewrites one that is mostly removed.
    private static func merged(_ segments: [PlacedSegment]) -> [PlacedSegment] {
        var result: [PlacedSegment] = []
        for segment in segments where segment.living > 0 {
            result.append(segment.living * 2 < segment.rows.count ? joined([segment]) : segment)
            var first = result.count - 1, living = segment.living
            while first > 0, result[first - 1].living <= 2 * living {
                first -= 1
                living += result[first].living
            }
            if first < result.count - 1 { result.replaceSubrange(first..., with: [joined(Array(result[first...]))]) }
        }
        return result
    }

    /// Several segments as one.
    private static func joined(_ segments: [PlacedSegment]) -> PlacedSegment {
        PlacedSegment(TermSegment(joining: segments), rows: segments.flatMap { $0.rows.filter { $0 >= 0 } })
    }

    /// How many segments there are, for tests.
    package var segmentCount: Int { segments.count }

    /// The functions of the highest BM25F score, best first; functions that share no term are left out.
    public func candidates(for query: RetrievalQuery, limit: Int) async throws -> [Candidate] {
        search(query, limit: limit)
    }

    /// As `candidates(for:limit:)`; fills up with functions of score 0 where fewer share a term with the query.
    public func search(_ query: RetrievalQuery, limit: Int) -> [Candidate] {
        guard limit > 0 else { return [] }
        let totals = scores(of: query)
        return BestRows.pick(limit, of: totals).map { Candidate(name: names[$0], score: totals[$0]) }
    }

    /// The score of every function, in the order of the pool.
    func scores(of query: RetrievalQuery) -> [Double] {
        var totals = [Double](repeating: 0, count: names.count)
        for (term, weight) in terms(of: query) {
            add(weight, of: term, in: \.words, to: &totals)
            guard weights.wordPart > 0 else { continue }
            let pieces = WordParts.of(term)
            for piece in pieces {
                add(weight * weights.wordPart / Double(pieces.count), of: piece, in: \.parts, to: &totals)
            }
        }
        return totals
    }

    /// What a term adds to the score of each document that has it.
    private func add(
        _ weight: Double, of term: String, in postings: KeyPath<TermSegment, Postings>, to totals: inout [Double]
    ) {
        let holders = segments.reduce(0) { sum, placed in
            let allLive = placed.living == placed.rows.count
            return sum + placed.segment[keyPath: postings].count(of: term, in: placed.rows, allLive: allLive)
        }
        guard holders > 0 else { return }
        // The form of the inverse document frequency that is never negative.
        let rarity = log1p((Double(names.count - holders) + 0.5) / (Double(holders) + 0.5))
        for placed in segments {
            placed.segment[keyPath: postings].forEach(of: term, in: placed.rows) { row, frequency in
                totals[row] += weight * (rarity * frequency * (weights.saturation + 1) / (frequency + norms[row]))
            }
        }
    }

    /// Distinct terms in the order of their first occurrence: sums of floating point depend on the order.
    private func terms(of query: RetrievalQuery) -> [(String, Double)] {
        var order: [String] = [], best: [String: Double] = [:]
        func add(_ text: String, _ weight: Double) {
            for term in Terms(text, splitsNames: true) {
                if let old = best[term] {
                    best[term] = max(old, weight)
                } else {
                    order.append(term); best[term] = weight
                }
            }
        }
        add(query.text, 1)
        add(query.gloss, 1)
        var weight = weights.history
        for turn in query.history.reversed() {
            guard weight > 0.01 else { break }
            add(turn, weight)
            weight /= 2
        }
        return order.map { ($0, best[$0] ?? 0) }
    }
}

/// The terms of one document with the weights of the fields they stand in.
struct WeightedTerms {
    var frequencies: [String: Double] = [:]
    var length = 0.0

    /// The terms of one function, each with the weight of the field it stands in.
    init(_ function: FunctionDocument, _ weights: LexicalIndex.Weights) {
        add(function.name, weights.name, splitsNames: true)
        add(function.domain ?? "", weights.domain, splitsNames: true)
        add(function.description, weights.description)
        for example in function.examples { add(example, weights.example) }
        add(schema: function.parameters, weights, depth: 0)
    }

    /// Adds the terms of a text.
    mutating func add(_ text: String, _ weight: Double, splitsNames: Bool = false) {
        for term in Terms(text, splitsNames: splitsNames) {
            frequencies[term, default: 0] += weight
            length += weight
        }
    }

    /// Adds names, descriptions and enum values of a schema, as deep as it nests.
    mutating func add(schema: JSONValue, _ weights: LexicalIndex.Weights, depth: Int) {
        guard depth < 16, let members = schema.objectValue else { return }
        if depth > 0, let text = members["description"]?.stringValue { add(text, weights.parameterText) }
        for (name, property) in members["properties"]?.objectValue ?? [:] {
            add(name, weights.parameterName, splitsNames: true)
            add(schema: property, weights, depth: depth + 1)
        }
        for value in members["enum"]?.arrayValue ?? [] {
            if let text = value.stringValue { add(text, weights.enumValue, splitsNames: true) }
        }
        if let items = members["items"] { add(schema: items, weights, depth: depth + 1) }
        for name in ["anyOf", "oneOf", "allOf"] {
            for part in members[name]?.arrayValue ?? [] { add(schema: part, weights, depth: depth + 1) }
        }
    }
}

/// The rows with the highest totals, in time linear in the rows for a small limit.
package enum BestRows {
    /// Indices of the `limit` highest totals, best first.
    package static func pick(_ limit: Int, of totals: [Double]) -> [Int] {
        if limit >= totals.count { return totals.indices.sorted { before($0, $1, totals) } }
        var best: [Int] = []
        best.reserveCapacity(limit + 1)
        for row in totals.indices {
            if best.count == limit, let last = best.last, !before(row, last, totals) { continue }
            var position = best.count
            while position > 0, before(row, best[position - 1], totals) { position -= 1 }
            best.insert(row, at: position)
            if best.count > limit { best.removeLast() }
        }
        return best
    }

    /// The order of results: total, then index.
    private static func before(_ first: Int, _ second: Int, _ totals: [Double]) -> Bool {
        totals[first] != totals[second] ? totals[first] > totals[second] : first < second
    }
}
